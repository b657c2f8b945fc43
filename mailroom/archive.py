"""A forum as files that outlive this site: an mbox, as mail programs read it, and JSON. For staff, by name.

They hold what its readers can read: no name where there is none, no words of what was removed, nobody's address.
"""

import json
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from django.db import transaction

from access import require
from audit.trail import append
from discussions.models import Forum, Post, Thread
from mailroom.listmail import ListMail, seal_of
from members.models import Member
from notifications.letters import address_of, message_id

FORMS = {"mbox": "application/mbox", "json": "application/json"}  # and what their content is called


def export(*, forum: Forum, by: Member, form: str) -> Iterator[bytes]:
    """The whole forum, piece by piece. Writes down who took it first: raises PermissionDenied where they may not."""
    require(by, "data.export")
    require(by, "space.read", forum.space)
    with transaction.atomic():
        append("forum.exported", subject=forum, by=by, facts={"forum": forum.slug, "form": form})
    return _mbox(forum) if form == "mbox" else _json(forum)


def _threads(forum: Forum) -> Iterator[tuple[Thread, list[Post]]]:
    threads = Thread.objects.titled().polled().filter(space=forum.space_id).order_by("created_at", "pk")
    for thread in threads.prefetch_related("topics").iterator(chunk_size=100):
        posts = thread.posts.kept().select_related("author").prefetch_related("files").order_by("seq")
        yield thread, list(posts)


def _mbox(forum: Forum) -> Iterator[bytes]:
    for thread, posts in _threads(forum):
        for number, post in enumerate(posts):
            yield _as_mail(forum, thread, post, _poll_in_words(thread) if number == 0 else [])


def _as_mail(forum: Forum, thread: Thread, post: Post, below: list[str]) -> bytes:
    """One post in mboxrd: lines that begin like the first one are quoted, so that it can be read back exactly."""
    mail = EmailMessage()
    is_opening = thread.opening_id == post.pk
    mail["From"] = formataddr((post.by, address_of(forum)))
    mail["To"] = formataddr((forum.name, address_of(forum)))
    mail["Subject"] = f"{'' if is_opening else 'Re: '}{' '.join(thread.title.split())}"
    mail["Date"] = format_datetime(post.created_at)
    mail["Message-ID"] = message_id(post)
    if not is_opening and thread.opening_id:
        above = f"<{post.reply_to_id or thread.opening_id}@{message_id(post).partition('@')[2]}"
        mail["In-Reply-To"] = above
        mail["References"] = above
    if post.intensity:
        mail["X-Intensity"] = str(post.intensity)
    if post.content_note:
        mail["X-Content-Note"] = " ".join(post.content_note.split())
    mail.set_content("\n".join([post.body, *(f"[File: {name}]" for name in _files(post)), *below]), cte="8bit")
    mail["X-Seal"] = seal_of(ListMail(mail.as_bytes()))
    lines = mail.as_bytes().split(b"\n")
    quoted = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines]
    first = f"From MAILER-DAEMON {post.created_at:%a %b %d %H:%M:%S %Y}".encode()
    return b"\n".join([first, *quoted, b""])


def _json(forum: Forum) -> Iterator[bytes]:
    head = json.dumps({"forum": forum.name, "about": forum.about}, ensure_ascii=False)
    yield f'{head[:-1]}, "threads": ['.encode()
    for number, (thread, posts) in enumerate(_threads(forum)):
        yield ("," if number else "").encode() + json.dumps(_as_data(thread, posts), ensure_ascii=False).encode()
    yield b"]}\n"


def _as_data(thread: Thread, posts: list[Post]) -> dict:
    return {
        "id": str(thread.pk),
        "title": thread.title,
        "kind": thread.kind,
        "topics": sorted(topic.name for topic in thread.topics.all()),
        "answer": str(thread.answer_id) if thread.answer_id else None,
        "closed_at": thread.closed_at.isoformat() if thread.closed_at else None,
        "poll": _poll_as_data(thread),
        "posts": [
            {
                "id": str(post.pk),
                "by": post.by,
                "at": post.created_at.isoformat(),
                "edited_at": post.edited_at.isoformat() if post.edited_at else None,
                "in_reply_to": str(post.reply_to_id) if post.reply_to_id else None,
                "intensity": post.intensity,
                "content_note": post.content_note,
                "text": post.body,
                "files": _files(post),
            }
            for post in posts
        ],
    }


def _poll_as_data(thread: Thread) -> dict | None:
    """Counts only once everybody sees them, and nobody's name."""
    if not hasattr(thread, "poll"):
        return None
    poll = thread.poll
    answers = poll.results()
    return {
        "question": poll.question,
        "several": poll.several,
        "anonymous": poll.anonymous,
        "closes_at": poll.closes_at.isoformat() if poll.closes_at else None,
        "closed_at": poll.closed_at.isoformat() if poll.closed_at else None,
        "voters": poll.voters,
        "answers": [{"text": one.text} | ({"count": one.count} if poll.closed_at else {}) for one in answers],
    }


def _poll_in_words(thread: Thread) -> list[str]:
    poll = _poll_as_data(thread)
    if poll is None:
        return []
    answers = [f"- {one['text']}" + (f": {one['count']}" if "count" in one else "") for one in poll["answers"]]
    return ["", f"[Poll: {poll['question']}]", *answers, f"[Voted: {poll['voters']}]"]


def _files(post: Post) -> list[str]:
    return [file.name for file in post.files.all() if file.removed_at is None]
