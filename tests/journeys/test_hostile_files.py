"""Files that are made to do harm, sent through the site and opened by a colleague in a real browser."""

import base64
import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin
from playwright.sync_api import Error

pytestmark = pytest.mark.journey
ELSEWHERE = "//elsewhere.invalid/"
JS = f"window.ran=1;document.title='ran';alert('ran');fetch('{ELSEWHERE}')"
HTML = f"<!doctype html><script>{JS}</script><img src='{ELSEWHERE}x.png'><iframe src='{ELSEWHERE}'></iframe>"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{JS}"><script>{JS}</script><image href="{ELSEWHERE}"/></svg>'


def zipped(**parts: bytes) -> bytes:
    into = BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return into.getvalue()


def document(**parts: bytes) -> bytes:
    return zipped(**{"[Content_Types]_xml": b"<Types/>", "word__document_xml": b"<document/>"}, **parts)


def picture(shape: str, **options) -> bytes:
    into = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(into, shape, **options)
    return into.getvalue()


def exif() -> Image.Exif:
    tags = Image.Exif()
    tags[0x010E] = tags[0x9286] = HTML  # description, comment
    return tags


def notes_of_png() -> PngImagePlugin.PngInfo:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", HTML)
    return notes


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large, in a few bytes."""
    header = picture("PNG")
    size = b"IHDR" + struct.pack("!II", width, height) + header[24:29]
    return header[:12] + size + struct.pack("!I", zlib.crc32(size)) + header[33:]


PDF = f"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R/AA<</WC 6 0 R>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<<>>/AA<</O 7 0 R>>>>endobj
4 0 obj<</Length 25>>stream
1 0 0 rg 10 10 90 40 re f
endstream endobj
5 0 obj<</S/JavaScript/JS(app.alert\\('ran'\\);app.launchURL\\('http:{ELSEWHERE}'\\))>>endobj
6 0 obj<</S/Launch/F(calc.exe)/Win<</F(cmd.exe)/P(/c calc)>>>>endobj
7 0 obj<</S/URI/URI(http:{ELSEWHERE})>>endobj
trailer<</Root 1 0 R>>
"""
# The name it is sent under, its content, and the name under which it is handed out; empty: it is not taken.
CORPUS = [
    ("page.html", HTML.encode(), ""),
    ("page.png", HTML.encode(), ""),
    ("page.pdf", HTML.encode(), ""),
    ("drawing.svg", SVG.encode(), ""),
    ("drawing.jpg", SVG.encode(), ""),
    ("gif and script.png", f"GIF89a=1;{JS}//".encode() + bytes(9), ""),
    ("bomb.docx", document(word__a_xml=bytes(60_000_000)), ""),
    ("macros.docx", document(word__vbaProject_bin=b"\xd0\xcf\x11\xe0"), ""),
    ("macros.docm", document(word__vbaProject_bin=b"\xd0\xcf\x11\xe0"), ""),
    ("slip.zip", zipped(**{"..__..__etc__passwd": b"x"}), ""),
    ("flood.png", png_of(60_000, 60_000), ""),
    ("program.txt", b"MZ\x90\x00" + bytes(99), ""),
    ("page.txt", HTML.encode(), "page.txt"),
    ("drawing.md", SVG.encode(), "drawing.md"),
    ("script.csv", f"{JS}//".encode(), "script.csv"),
    ("comment.jpg", picture("JPEG", comment=HTML.encode()) + HTML.encode(), "comment.jpg"),
    ("exif.webp", picture("WEBP", exif=exif()), "exif.webp"),
    ("notes.png", picture("PNG", pnginfo=notes_of_png()) + zipped(a_xml=b"x"), "notes.png"),
    ("actions.pdf", PDF.encode(), "actions.pdf"),
    ("page and pdf.pdf", f"%PDF-1.4\n{HTML}\n{PDF}".encode(), "page and pdf.pdf"),
    ("\u202egpj.exe\u2066.txt", b"An agenda.", "gpj.exe.txt"),
    ("../../etc/passwd.txt", b"An agenda.", "passwd.txt"),
    ('"><script>alert(1)<\\script>.txt', b"An agenda.", None),
]
SEND = """async ([space, name, content]) => {
    const form = new FormData(), bytes = Uint8Array.from(atob(content), one => one.charCodeAt(0))
    form.append("client_id", crypto.randomUUID())
    form.append("file", new Blob([bytes], {type: "text/html"}), name)
    const answer = await fetch(`/spaces/${space}/files/`, {method: "POST", body: form, headers: {
        "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value, "Accept": "application/json"}})
    return [answer.status, await answer.json()]
}"""
POST = """async ([thread, files]) => {
    const form = new FormData()
    form.append("client_id", crypto.randomUUID())
    for (const file of files) form.append("files", file)
    const answer = await fetch(`/threads/${thread}/posts/`, {method: "POST", body: form, headers: {
        "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value, "Accept": "application/json"}})
    return answer.status
}"""
# As somebody would who could put markup into a page: the file as a script, a picture, a frame, a worker, a style.
EMBED = """async address => {
    for (const [tag, attribute] of [["script", "src"], ["img", "src"], ["iframe", "src"], ["link", "href"]]) {
        const element = document.createElement(tag)
        if (tag === "link") element.rel = "stylesheet"
        const settled = new Promise(done => { element.onload = element.onerror = done; setTimeout(done, 500) })
        element[attribute] = address
        document.body.append(element)
        await settled
    }
    await new Promise(done => { try { new Worker(address).onerror = done } catch { done() } setTimeout(done, 500) })
    return window.ran === undefined
}"""


@pytest.fixture
def watched(new_context, sign_in, base_url):
    """watched(member): a page of theirs, and what runs in it or is asked of anybody else."""

    def watched(member):
        context, seen = new_context(), []
        context.on("request", lambda request: is_ours(request.url, base_url) or seen.append(request.url))
        context.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
        page = sign_in(context.new_page(), member)
        page.set_default_timeout(30_000)
        return page, seen

    return watched


def is_ours(url: str, base_url: str) -> bool:
    return url.startswith((f"{base_url}/", "data:", "blob:", "about:"))


def test_nothing_that_is_sent_runs_or_calls_home(cast, watched):
    sender, _ = watched(cast.member)
    sender.goto(f"/groups/{cast.group.pk}/")
    space, thread = str(cast.group.space_id), str(cast.group.space.threads.get().pk)
    kept = []
    for name, content, as_name in CORPUS:
        status, answer = sender.evaluate(SEND, [space, name, base64.b64encode(content).decode()])
        assert (status == 201) == (as_name != ""), (name, status, answer)
        if status == 201:
            assert as_name in (None, answer["name"]), answer["name"]
            assert not set('/\\<>"\u202e\u2066') & set(answer["name"])
            kept.append(answer)
    for start in range(0, len(kept), 10):
        assert sender.evaluate(POST, [thread, [file["id"] for file in kept[start : start + 10]]]) == 200

    reader, seen = watched(cast.colleague)
    for address in (f"/groups/{cast.group.pk}/", f"/groups/{cast.group.pk}/files/"):
        reader.goto(address)
        assert reader.locator("a", has_text="page.txt").count() >= 1
        assert_nothing_ran(reader, seen)
    for file in kept:
        address = f"/files/{file['id']}/"
        answer = reader.request.get(address)
        assert answer.headers["content-disposition"].startswith("attachment; filename")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["content-type"].partition(";")[0] in {
            "text/plain",
            "application/pdf",
            "image/png",
            "image/jpeg",
            "image/webp",
        }
        assert b"<script" not in answer.body() or not answer.headers["content-type"].startswith("image/")
        with reader.expect_download() as download, pytest.raises(Error, match="Download is starting"):
            reader.goto(address)
        assert download.value.suggested_filename == file["name"]
        reader.goto(f"{address}preview/")
        assert_nothing_ran(reader, seen)
        reader.goto("/privacy/")
        assert reader.evaluate(EMBED, address)
        assert_nothing_ran(reader, seen)


def assert_nothing_ran(page, seen: list[str]) -> None:
    assert [frame.url for frame in page.frames if frame.evaluate("window.ran") is not None] == []
    assert seen == []


def test_a_page_that_runs_would_be_seen(cast, watched, base_url):
    """The same content, handed out as a site that trusts it would."""
    page, seen = watched(cast.colleague)
    page.route("**/naive/", lambda route: route.fulfill(content_type="text/html", body=HTML))
    page.goto("/naive/")
    page.wait_for_function("window.ran === 1")
    assert "ran" in seen
    assert [url for url in seen if "elsewhere.invalid" in url]
