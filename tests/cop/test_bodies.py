"""Bodies that are too long: refused with a sentence, and kept nowhere on the way."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import Client, override_settings

from cop import bodies
from tests.spaces.servers import server

PIECE = b"x" * 65536
pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def small(django_db_setup, tmp_path_factory):
    with server(tmp_path_factory.mktemp("server"), MAX_UPLOAD_MB="1") as running:
        yield running


def knock(url: str, path: str, *headers: str) -> socket.socket:
    parts = urlsplit(url)
    line = socket.create_connection((parts.hostname, parts.port), 20)
    said = [f"POST {path} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close", "Accept: application/json", *headers]
    line.sendall("\r\n".join([*said, "", ""]).encode())
    return line


def answer(line: socket.socket) -> str:
    text = b""
    while more := line.recv(65536):
        text += more
    line.close()
    return text.decode()


def kept(process) -> int:
    """The bytes in all files that the server holds open now, named or not, other than its log and its database."""
    total = 0
    for link in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            if "(deleted)" in str(link.readlink()):
                total += link.stat().st_size
        except OSError:
            continue
    return total


def most_memory(process) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


@pytest.mark.parametrize("path", ["/spaces/5b0c2c0e-6f0a-4c56-9f44-3d2a2a2f8b11/files/", "/join/"])
def test_a_body_said_to_be_too_long_fills_neither_memory_nor_disk(small, path):
    url, process, _ = small
    before = most_memory(process)
    line = knock(url, path, f"Content-Length: {1600 * len(PIECE)}")
    for _ in range(1600):
        line.sendall(PIECE)
    assert kept(process) == 0
    text = answer(line)
    assert text.startswith("HTTP/1.1 413")
    assert bodies.TOO_LARGE in text
    assert most_memory(process) - before < 40 * bodies.MEGABYTE


def test_a_body_that_does_not_say_its_length_is_kept_no_further_than_the_limit(small):
    url, process, _ = small
    line = knock(url, "/join/", "Transfer-Encoding: chunked")
    seen = 0
    for _ in range(800):
        line.sendall(b"%x\r\n%s\r\n" % (len(PIECE), PIECE))
        seen = max(seen, kept(process))
    line.sendall(b"0\r\n\r\n")
    text = answer(line)
    assert text.startswith("HTTP/1.1 413")
    assert bodies.TOO_LARGE in text
    assert seen <= bodies.FORM


def test_a_body_within_the_limit_is_read(small):
    url, _, _ = small
    line = knock(url, "/join/", f"Content-Length: {len(PIECE)}")
    line.sendall(PIECE)
    assert answer(line).startswith("HTTP/1.1 403")  # no CSRF token: the form was looked at


@override_settings(MAX_UPLOAD_MB=1)
def test_a_person_gets_a_page_that_says_what_to_do():
    answered = Client().post("/join/", b"x" * (bodies.FORM + 1), content_type="text/plain")
    assert answered.status_code == 413
    assert "Send fewer or smaller files" in answered.content.decode()


@pytest.mark.asyncio
async def test_any_server_hands_on_no_more_than_the_limit():
    seen = []

    async def pages(scope, receive, send):
        more = True
        while more:
            message = await receive()
            seen.append(len(message["body"]))
            more = message["more_body"]
        seen.append(dict(scope["headers"])[b"content-length"])

    told = ApplicationCommunicator(bodies.bounded(pages), {"type": "http", "path": "/join/", "headers": []})
    piece = b"x" * bodies.MEGABYTE
    for number in range(6):
        await told.send_input({"type": "http.request", "body": piece, "more_body": number < 5})
    await told.wait()
    assert seen == [*[bodies.MEGABYTE] * 4, 0, str(5 * bodies.MEGABYTE).encode()]
