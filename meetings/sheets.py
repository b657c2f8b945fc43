"""Tables as files for a spreadsheet: CSV, and XLSX where numbers stay numbers. No cell of either is ever a formula."""

import csv
import io
from collections.abc import Iterable

import xlsxwriter
from django.http import HttpResponse

from access.answers import csv_file, xlsx_file
from members.exchange import safe_cell

Rows = Iterable[list[str | int | float]]
TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def as_csv(rows: Rows) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def as_xlsx(sheets: dict[str, Rows]) -> bytes:
    """A workbook of these sheets, by their names; the first row of each names its columns."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **TEXT_ONLY}) as book:
        bold = book.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    write = sheet.write_string if isinstance(cell, str) else sheet.write_number
                    write(number, column, cell, None if number else bold)
            sheet.freeze_panes(1, 0)
            sheet.autofit()
    return content.getvalue()


def file_of(sheets: dict[str, Rows], name: str, kind: str) -> HttpResponse:
    """All sheets as "xlsx", or the first as CSV."""
    if kind == "xlsx":
        return xlsx_file(as_xlsx(sheets), f"{name}.xlsx")
    return csv_file(as_csv(next(iter(sheets.values()))), f"{name}.csv")


def _safe(cell: str | int | float) -> str | int | float:
    return safe_cell(cell) if isinstance(cell, str) else cell
