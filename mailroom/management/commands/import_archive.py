from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from access import Refusal
from discussions.models import Forum
from mailroom.boxes import NotAnArchive
from mailroom.importing import bring, sentences
from members.models import Member


class Command(BaseCommand):
    help = "Brings the archive of a mailing list (an mbox, or a notebook of Listserv) into a forum. Again: it goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--forum", required=True, help="the word in its address: commons")
        parser.add_argument("--as", required=True, dest="by", metavar="ADDRESS", help="the member of staff who does it")
        parser.add_argument("--dry-run", action="store_true", help="say what would come, and change nothing")

    def handle(self, *args: Any, file: Path, forum: str, by: str, dry_run: bool, **options: Any) -> None:
        there = Forum.objects.filter(slug=forum).select_related("space").first()
        if there is None:
            known = ", ".join(Forum.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no forum “{forum}”. There are: {known}.")
        member = Member.objects.filter(email__iexact=by.strip(), deactivated_at=None).first()
        if member is None:
            raise CommandError(f"{by} is nobody's address here.")
        try:
            report = bring(file, forum=there, by=member, dry_run=dry_run, tell=self._tell)
        except OSError as trouble:
            raise CommandError(f"The file could not be read: {trouble.strerror}.") from None
        except NotAnArchive:
            raise CommandError("This is neither an mbox nor a notebook of Listserv. Nothing was changed.") from None
        except PermissionDenied:
            raise CommandError(f"{member} may not import: only NCB staff may.") from None
        except Refusal as no:
            raise CommandError(str(no)) from None
        for sentence in sentences(report):
            self.stdout.write(sentence)
        self.stdout.write("Nothing was changed: this was a dry run." if dry_run else "Done.")

    def _tell(self, done: int, of: int) -> None:
        if done // 1000 > self.told:
            self.told = done // 1000
            self.stderr.write(f"{done:,} of {of:,}")

    told = 0
