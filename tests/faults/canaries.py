"""Words of a private room. They must not be found anywhere but in the database and the members' files."""

import secrets
import socket
import threading
import time
from email import message_from_bytes, policy
from pathlib import Path

WORD = f"canary{secrets.token_hex(4).translate(str.maketrans('0123456789', 'ghijklmnop'))}"
# What docs/operate.md asks of PostgreSQL: an error quotes neither the statement nor the row.
QUIET = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}


class Monitor:
    """All that Redis is told, also after it was started again."""

    def __init__(self, port: int) -> None:
        self.port, self.said = port, bytearray()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> "Monitor":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stopping.set()
        self.thread.join(5)

    def _listen(self) -> None:
        while not self.stopping.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as line:
                    line.sendall(b"MONITOR\r\n")
                    while not self.stopping.is_set():
                        try:
                            heard = line.recv(1 << 20)
                        except TimeoutError:
                            continue
                        if not heard:
                            break
                        self.said += heard
            except OSError:
                time.sleep(0.05)


def texts_in(folder: Path) -> dict[str, bytes]:
    """Every file of the run by its name, but for the database and the members' files. Names are searched as well."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and not {"postgresql", "media"} & set(path.relative_to(folder).parts):
            found[str(path)] = str(path).encode() + path.read_bytes()
    return found


def decoded(mail: bytes) -> bytes:
    """A mail as it came, and as a person reads it."""
    message = message_from_bytes(mail, policy=policy.default)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(message["Subject"]), *parts]).encode() + mail


def where(word: str, places: dict[str, bytes]) -> list[str]:
    return sorted(name for name, text in places.items() if word.encode() in text)
