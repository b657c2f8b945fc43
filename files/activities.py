"""What shows in a space when one of its files changes: was checked, replaced, or taken away."""

from files.models import File
from spaces.kinds import Kind, register

register(
    Kind(
        name="file.changed",
        op="replace",
        element="file-{id}",
        load=lambda ids: File.objects.shown().in_bulk(list(ids)),
        partial="files/_file.html",
    )
)
