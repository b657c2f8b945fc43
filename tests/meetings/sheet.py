"""Reading a workbook by its XML alone, so that nothing is taken for granted of what wrote it."""

import io
import re
import zipfile
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets_of(content):
    """By the name of each sheet its rows: a str for each cell of text, a float for each number."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = [
            "".join(text.text or "" for text in one.iter(f"{MAIN}t"))
            for one in ET.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        names = [one.get("name") for one in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
        return {
            name: [
                [_value(cell, shared) for cell in row]
                for row in ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml")).iter(f"{MAIN}row")
            ]
            for number, name in enumerate(names, start=1)
        }


def formulas_in(content):
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        texts = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/")]
        return [found for text in texts for found in re.findall("<f[ >]|<hyperlink", text)]


def _value(cell, shared):
    value = cell.find(f"{MAIN}v").text
    return shared[int(value)] if cell.get("t") == "s" else float(value)
