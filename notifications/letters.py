"""Letters that tell of posts, written at the moment when they are handed over, and their headers as list mail.

RFC 2369 and 2919 (List-*), RFC 8058 (one click), RFC 3834 (Auto-Submitted). No pixel, no link that counts.
"""

from dataclasses import dataclass
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import nh3
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from access import may
from discussions.markup import TAGS
from discussions.models import Forum, Post, Thread
from members.models import Member
from notifications import addresses, stopping
from notifications.models import Letter, Notice
from spaces.kinds import space_kind
from worker.letters import as_text

SHOWN = 40  # posts of a digest with their words
WORDS = 600  # characters of each


def host() -> str:
    return settings.MAIL_DOMAIN or urlsplit(settings.SITE_URL).hostname or "localhost"


def message_id(post: Post) -> str:
    """The same for everybody and for ever, so that mail programs thread it and drop a second copy."""
    return f"<{post.pk}@{host()}>"


def address_of(forum: Forum) -> str:
    """A forum writes under its own name, never a person's. Without a domain of its own, from the site's address."""
    return f"{forum.slug}@{settings.MAIL_DOMAIN}" if settings.MAIL_DOMAIN else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def written(letter: Letter) -> EmailMultiAlternatives | None:
    """The letter as things are now: None where there is nothing left that its reader may hear."""
    member = letter.member
    assert member is not None  # by constraint
    posts = _readable(member, letter.posts)
    elsewhere = letter.elsewhere and is_unread_elsewhere(member)
    if not member.is_active or not (posts or elsewhere):
        return None
    with timezone.override(member.time_zone):
        if letter.kind == Letter.Kind.POST:
            return _of_post(posts[0], member)
        return _of_all(letter, member, posts, elsewhere)


def _readable(member: Member, ids: list[str]) -> list[Post]:
    posts = Post.objects.kept().filter(pk__in=ids).prefetch_related("files")
    posts = posts.select_related("space__forum", "thread__opening", "thread__poll", "author", "reply_to")
    found = list(posts.order_by("space", "seq"))
    spaces = {post.space_id: post.space for post in found}
    allowed = {pk for pk, space in spaces.items() if _tells(space) and may(member, "space.read", space)}
    return [post for post in found if post.space_id in allowed]


def _tells(space: Any) -> bool:
    return space_kind(space.kind).tells_content


def is_unread_elsewhere(member: Member) -> bool:
    unread = Notice.objects.filter(member=member, read_at=None).select_related("space")
    spaces = {notice.space_id: notice.space for notice in unread}.values()
    return any(not _tells(space) and may(member, "space.read", space) for space in spaces)


def _of_post(post: Post, member: Member) -> EmailMultiAlternatives:
    """One post, as a mailing list would send it."""
    forum, thread = post.space.forum, post.thread
    is_opening = thread.opening_id == post.pk
    address = address_of(forum)
    scope = f"space:{post.space_id}"
    headers = {
        "Message-ID": message_id(post),
        "Date": format_datetime(post.created_at),
        "List-Id": f"{_quoted(forum.name)} <{forum.slug}.{host()}>",
        "List-Archive": f"<{settings.SITE_URL}{forum.get_absolute_url()}>",
        **_stop_headers(member, scope),
    }
    if settings.MAIL_DOMAIN:
        headers["List-Post"] = f"<mailto:{address}>"
        if may(member, "post.write", thread):
            headers["Reply-To"] = formataddr((forum.name, addresses.reply_address(member, thread)))
    if not is_opening:
        above = [one for one in (thread.opening, post.reply_to) if one and one.pk != post.pk]
        ids = list(dict.fromkeys(message_id(one) for one in above))
        if ids:
            headers |= {"In-Reply-To": ids[-1], "References": " ".join(ids)}
    context = {
        "member": member,
        "forum": forum,
        "entry": entry(post, whole=True),
        "thread": thread,
        "poll": open_poll(thread),
        "stop_url": stopping.url(member, scope),
        "mute_url": stopping.url(member, f"thread:{thread.pk}"),
        "why_url": settings.SITE_URL + reverse("notifications:why", args=[post.pk]),
        "may_answer": "Reply-To" in headers,
    }
    subject = f"{'' if is_opening else 'Re: '}[{forum.name}] {thread.title}"
    return _mail("post", context, subject, formataddr((forum.name, address)), member, headers)


def _of_all(letter: Letter, member: Member, posts: list[Post], elsewhere: bool) -> EmailMultiAlternatives:
    """All that is new, a thread after another. Of spaces that tell nothing only that there is something."""
    threads: dict[UUID, Chapter] = {}
    for post in posts[:SHOWN]:
        chapter = threads.setdefault(post.thread_id, Chapter(post.space.forum, post.thread, []))
        chapter.entries.append(entry(post))
    scope = "news" if posts else "elsewhere"
    context = {
        "member": member,
        "chapters": sorted(threads.values(), key=lambda one: (one.forum.position, one.forum.name)),
        "more": len(posts) - SHOWN if len(posts) > SHOWN else 0,
        "count": len(posts),
        "elsewhere": elsewhere,
        "stop_url": stopping.url(member, scope),
    }
    subject = f"{len(posts)} new in {_names(posts)}" if posts else f"Something is new in the {settings.SITE_NAME}"
    headers = {
        "Message-ID": f"<{letter.pk}@{host()}>",
        "Date": format_datetime(letter.created_at),
        **_stop_headers(member, scope),
    }
    template = "digest" if posts else "something_new"
    return _mail(template, context, subject, settings.DEFAULT_FROM_EMAIL, member, headers)


def _names(posts: list[Post]) -> str:
    names = sorted({post.space.forum.name for post in posts})
    return names[0] if len(names) == 1 else f"{len(names)} forums"


@dataclass(frozen=True)
class Chapter:
    forum: Forum
    thread: Thread
    entries: list[dict]

    @property
    def poll(self) -> dict | None:
        return open_poll(self.thread)


def entry(post: Post, *, whole: bool = False) -> dict:
    """What a letter says of a post. Words that are folded on the page are not even here to be shown."""
    entry = {
        "by": post.by,
        "at": post.created_at,
        "url": settings.SITE_URL + post.get_absolute_url(),
        "note": post.content_note,
        "folded": post.is_folded,
        "files": sum(file.removed_at is None for file in post.files.all()),
    }
    if post.is_folded:
        return entry
    text = post.body if whole else Truncator(post.body).chars(WORDS)
    html = post.html if whole else Truncator(post.html).chars(WORDS, html=True)
    safe = nh3.clean(html, tags=TAGS - {"span"}, attributes={"a": {"href"}, "ol": {"start"}})
    return {**entry, "text": text, "html": safe}


def open_poll(thread: Thread) -> dict | None:
    """What a letter says of a poll that takes votes: never how it stands, nor what a folded thread asks."""
    poll = getattr(thread, "poll", None)
    if poll is None or poll.closed_at or (poll.closes_at and poll.closes_at <= timezone.now()):
        return None
    is_folded = thread.opening is not None and thread.opening.is_folded
    url = f"{settings.SITE_URL}{thread.get_absolute_url()}#poll-{thread.pk}"
    return {"question": "" if is_folded else poll.question, "url": url}


def _stop_headers(member: Member, scope: str) -> dict[str, str]:
    return {
        "List-Unsubscribe": f"<{stopping.url(member, scope)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Loop": host(),
    }


def _quoted(name: str) -> str:
    return formataddr((name, "a@b")).removesuffix(" <a@b>")


def _mail(
    template: str, context: dict, subject: str, sender: str, member: Member, headers: dict[str, str]
) -> EmailMultiAlternatives:
    subject = " ".join(subject.split())
    context = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, "subject": subject, **context}
    text = as_text(template, context).strip()
    if template == "something_new":
        text = text.partition("\n")[2].strip()  # its first line is the subject
    if settings.MAIL_DOMAIN:  # the envelope is for mail servers, who say there what did not arrive
        headers, sender = {"From": sender, **headers}, addresses.bounce_address(member)
    mail = EmailMultiAlternatives(subject, f"{text}\n", from_email=sender, to=[member.email], headers=headers)
    mail.attach_alternative(render_to_string(f"letters/{template}.html", context), "text/html")
    return mail
