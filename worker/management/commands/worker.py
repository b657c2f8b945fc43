import signal
import sys
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from worker.loop import Worker


class Command(BaseCommand):
    help = "Does what happens by itself (mail, notices, lapses), in a process of its own. SIGTERM lets jobs finish."
    requires_system_checks = "__all__"

    def handle(self, *args: object, **options: object) -> None:
        if settings.EMBEDDED_WORKER:
            raise CommandError("The server process is the worker here. Set EMBEDDED_WORKER=false to have it apart.")
        sys.dont_write_bytecode = True  # what is imported later: docs/decisions/0022
        done = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: done.set())
        worker = Worker()
        worker.start()
        self.stdout.write(f"The worker runs {len(worker.threads)} jobs.")
        while not done.wait(1):  # an untimed wait would hold signals back on some platforms
            pass
        if not worker.stop():
            raise CommandError("A job did not finish within 30 seconds; its rows will be taken again.")
        self.stdout.write("The worker has stopped.")
