import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cop import embedded


class Command(BaseCommand):
    help = "Deletes the demonstration: its database, its files and the collected static files. Nothing else."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO or not settings.SQLITE:
            raise CommandError("Only a demonstration on SQLite can be reset.")
        database = Path(settings.DATABASES["default"]["NAME"])
        with embedded.only_process():
            for path in database.parent.glob(f"{database.name}*"):
                path.unlink()
            for folder in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
                shutil.rmtree(folder, ignore_errors=True)
        self.stdout.write("The demonstration is gone. The next `make run` starts it anew.")
