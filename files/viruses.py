"""The virus check, by a clamd (ClamAV daemon) where one is configured."""

import socket
import struct
from collections.abc import Iterable

from django.conf import settings


class Unreachable(Exception):
    """The clamd does not answer, or not in its language. The file waits."""


def virus_in(chunks: Iterable[bytes]) -> str:
    """The name of the virus that clamd finds, or an empty string. INSTREAM, as in clamd(8)."""
    try:
        with _connection(settings.CLAMD_ADDRESS) as connection:
            connection.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                connection.sendall(struct.pack("!I", len(chunk)) + chunk)
            connection.sendall(struct.pack("!I", 0))
            answer = connection.makefile("rb").readline().rstrip(b"\0\n").decode("utf-8", "replace")
    except OSError as error:
        raise Unreachable(type(error).__name__) from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise Unreachable("clamd refused to look at the file")


def ask(command: str) -> str:
    """What clamd answers to PING or VERSION. OSError where it does not."""
    with _connection(settings.CLAMD_ADDRESS) as connection:
        connection.sendall(f"z{command}\0".encode())
        return connection.makefile("rb").readline().rstrip(b"\0\n").decode("utf-8", "replace")


def _connection(address: str) -> socket.socket:
    """`address` is host:port, or the path of a socket."""
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=60)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(60)
    connection.connect(address)
    return connection
