import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cop.doctor import BROKEN, OK, examine


class Command(BaseCommand):
    help = "Says how this installation is, a line each: ok, look at or broken, and what mends it. Exit status 1 where \
something is broken."
    requires_system_checks: list[str] = []  # they are among what it says

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="One JSON list, for programs.")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        found = list(examine())
        if as_json:
            self.stdout.write(json.dumps([{"about": about, **finding._asdict()} for about, finding in found], indent=1))
        else:
            for about, finding in found:
                self.stdout.write(f"{finding.state:<8} {about:<13} {finding.what}")
                if finding.state != OK and finding.mend:
                    self.stdout.write(f"{'':<22} → {finding.mend}")
        if any(finding.state == BROKEN for _, finding in found):
            sys.exit(1)
