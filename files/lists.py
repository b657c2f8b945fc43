"""Files as lists show them."""

from django.db.models import Sum

from files.models import File
from spaces.models import Space


def files_of(space: Space) -> list[File]:
    """The newest versions of a space's files, newest first, each with its `older` ones. Two queries."""
    shown = File.objects.shown().prefetch_related("posts")
    files = list(shown.filter(space=space, removed_at=None).exclude(attached_at=None))
    replaced = {file.replaces_id for file in files if file.replaces_id}
    by_id = {file.pk: file for file in files}
    for file in files:
        file.older = []
        version = file
        while version.replaces_id and version.replaces_id in by_id:
            version = by_id[version.replaces_id]
            file.older.append(version)
    return [file for file in files if file.pk not in replaced]


def stored_in(space: Space) -> int:
    """Bytes that the files of a space take up."""
    return File.objects.filter(space=space, removed_at=None).aggregate(total=Sum("size"))["total"] or 0
