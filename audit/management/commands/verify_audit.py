from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.models import Entry
from audit.trail import checkpoint, faults, head_now


class Command(BaseCommand):
    help = "Prove that the audit trail is whole. Exit status 1 and a sentence where it is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--expect", metavar="NUMBER:HASH", help="The head that was printed (and kept) earlier.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = faults()
        if options["expect"]:
            found += _compared(options["expect"])
        if found:
            raise CommandError("The audit trail is not whole. " + " ".join(found))
        self.stdout.write(f"The audit trail is whole. Keep its head elsewhere: {head_now()}")


def _compared(expected: str) -> list[str]:
    number, _, digest = expected.partition(":")
    if not number.isdigit():
        raise CommandError("--expect takes a number, a colon and a hash, as this command prints them.")
    first, _ = checkpoint(head_now())
    if 0 < int(number) < first:
        return [f"Entry {number} was destroyed in its time and cannot be compared: keep a newer head."]
    if number == "0" or Entry.objects.filter(number=number, hash=digest).exists():
        return []
    return [f"Entry {number} is gone, or is not the one that was expected."]
