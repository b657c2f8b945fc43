"""Files as lists show them."""

from django.core.paginator import Page, Paginator
from django.db.models import Sum

from files.models import File
from spaces.models import Space

PAGE = 50


def files_of(space: Space, number: str | None = None) -> Page:
    """A page of a space's files, newest first, each in its newest version and with its `older` ones.

    In three queries for any number, and one for each step back of the file that was replaced most often.
    """
    page = Paginator(File.objects.newest_of(space).shown().prefetch_related("posts"), PAGE).get_page(number)
    page.object_list = list(page.object_list)
    for file in page:
        file.older = []
    replaced = {file.replaces_id: file for file in page if file.replaces_id}
    while replaced:
        versions = list(File.objects.brought().shown().prefetch_related("posts").filter(pk__in=replaced))
        for version in versions:
            replaced[version.pk].older.append(version)
        replaced = {version.replaces_id: replaced[version.pk] for version in versions if version.replaces_id}
    return page


def stored_in(space: Space) -> int:
    """Bytes that the files of a space take up."""
    return File.objects.filter(space=space, removed_at=None).aggregate(total=Sum("size"))["total"] or 0
