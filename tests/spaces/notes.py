"""The smallest thing that has activities: a post shown as one line. For tests of the pipeline itself."""

from uuid import uuid4

from django.db import transaction

from discussions.models import Post, Thread
from spaces.kinds import Kind, register
from spaces.log import record

register(
    Kind(
        name="note.written",
        op="append",
        element="note-{id}",
        into="notes-{thing.thread_id}",
        load=lambda ids: Post.objects.in_bulk(list(ids)),
        partial="tests/_note.html",
        counts=True,
    )
)
register(
    Kind(
        name="note.changed",
        op="replace",
        element="note-{id}",
        load=lambda ids: Post.objects.in_bulk(list(ids)),
        partial="tests/_note.html",
    )
)


@transaction.atomic
def write(space, by, body="A note.") -> Post:
    thread = Thread.objects.get(space=space, kind=Thread.Kind.CHAT)
    pk = uuid4()
    activity = record(space, "note.written", Post(pk=pk), by=by)
    return Post.objects.create(
        pk=pk, thread=thread, space=space, author=by, body=body, client_id=uuid4(), seq=activity.seq
    )


@transaction.atomic
def change(post, body) -> Post:
    post.body = body
    post.save(update_fields=["body"])
    record(post.space, "note.changed", post, by=post.author)
    return post


def write_many(space, by, number: int) -> None:
    for index in range(number):
        write(space, by, f"Note {index}.")
