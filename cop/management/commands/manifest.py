import hashlib
import json
import sys
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from audit.trail import head_now
from files.actions import photo_key
from files.models import File
from members.models import Member

# The sum of what each row's text hashes to: the same whatever the order, and nothing is kept in memory.
SUM = "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text FROM {} AS t"


class Command(BaseCommand):
    help = "Says what this community holds, as JSON: every table's rows and a sum over them, every stored file and its \
hash, the audit trail's head. Two that are alike hold the same. For backups on PostgreSQL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hold", action="store_true", help="Name the snapshot, and keep it until input ends.")
        parser.add_argument("--files", action="store_true", help="Read every stored file, and compare its hash.")

    @transaction.atomic
    def handle(self, *args: Any, hold: bool, files: bool, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("A manifest is made on PostgreSQL. Of SQLite, keep the file of a stopped site.")
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            manifest: dict[str, Any] = {"tables": tables(cursor), "files": stored(), "audit": str(head_now())}
            if hold:
                cursor.execute("SELECT pg_export_snapshot()")
                manifest["snapshot"] = cursor.fetchone()[0]
        self.stdout.write(json.dumps(manifest))
        self.stdout.flush()
        if files and (wrong := [key for key, digest in manifest["files"].items() if not whole(key, digest)]):
            raise CommandError(f"{len(wrong)} stored files are missing or not as they were: {', '.join(wrong[:20])}")
        if hold:
            sys.stdin.read()


def tables(cursor: Any) -> dict[str, list]:
    quote = connection.ops.quote_name
    found = {}
    for name in sorted(connection.introspection.table_names(cursor)):
        cursor.execute(SUM.format(quote(name)))
        found[name] = list(cursor.fetchone())
    return found


def stored() -> dict[str, str]:
    """The keys that rows speak of, and what each content hashes to; empty for pictures that we made ourselves."""
    here = File.objects.filter(removed_at=None).exclude(state=File.State.INFECTED).order_by("pk")
    found: dict[str, str] = {}
    for key, thumbnail, digest in here.values_list("stored_as", "thumbnail_as", "sha256"):
        found |= {key: digest} | ({thumbnail: ""} if thumbnail else {})
    return found | {photo_key(member): "" for member in Member.objects.exclude(photo_version=0).order_by("pk")}


def whole(key: str, digest: str) -> bool:
    if not default_storage.exists(key):
        return False
    if not digest:
        return True
    with default_storage.open(key) as blob:
        return hashlib.file_digest(blob, "sha256").hexdigest() == digest
