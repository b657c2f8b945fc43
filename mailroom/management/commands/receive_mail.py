import signal
import sys
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mailroom.server import Reception


class Command(BaseCommand):
    help = "Takes mail for forums and replies, from the mail server that MAIL_DOMAIN leads to. The worker posts it."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.MAIL_PORT or 8025)
        parser.add_argument("--lmtp", action="store_true", help="speak LMTP (RFC 2033) instead of SMTP")

    def handle(self, *args: object, host: str, port: int, lmtp: bool, **options: object) -> None:
        if not settings.MAIL_DOMAIN:
            raise CommandError("MAIL_DOMAIN is empty, so no address here takes mail. Set it first.")
        sys.dont_write_bytecode = True  # what is imported later: docs/decisions/0022
        done = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: done.set())
        reception = Reception(host, port, lmtp=lmtp)
        try:
            reception.start()
        except OSError as trouble:
            raise CommandError(f"Port {port} of {host} could not be opened.") from trouble
        self.stdout.write(f"Taking mail for {settings.MAIL_DOMAIN} on {host}:{port}, by {'LMTP' if lmtp else 'SMTP'}.")
        self.stdout.flush()
        while not done.wait(1):  # an untimed wait would hold signals back on some platforms
            pass
        reception.stop()
        self.stdout.write("Stopped.")
