"""One member's feed: what is new to them, with what letters may say of it, and no more."""

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.timezone import now

from access import may, take_turn
from discussions.models import Forum, Post
from members.models import Member
from notifications.letters import entry, is_unread_elsewhere, open_poll
from spaces.kinds import all_space_kinds

SHOWN = 50
AN_HOUR = 30  # answers
HOUR = 60 * 60


def atom(member: Member) -> str:
    """The newest posts of the forums that they may read now; of other spaces that there is something."""
    url = settings.SITE_URL
    feed = Atom1Feed(
        title=settings.SITE_NAME,
        link=f"{url}{reverse('discussions:index')}",
        description="",
        feed_guid=f"urn:uuid:{member.pk}",
    )
    if is_unread_elsewhere(member):
        feed.add_item(
            title="There is something that you have not read elsewhere",
            link=f"{url}{reverse('notifications:inbox')}",
            description="To keep it in confidence, this says neither where nor what.",
            unique_id=f"{url}{reverse('notifications:inbox')}",
            updateddate=now().replace(minute=0, second=0, microsecond=0),
        )
    for post in _posts(member):
        said = entry(post, whole=True)
        feed.add_item(
            title=f"[{post.space.forum.name}] {post.thread.title}",
            link=said["url"],
            description=_words(said) + _poll_of(post),
            author_name=said["by"],
            unique_id=f"urn:uuid:{post.pk}",
            pubdate=post.created_at,
            updateddate=post.edited_at or post.created_at,
        )
    return feed.writeString("utf-8")


def may_ask_again(member: Member) -> bool:
    """Whether a turn of this hour is left."""
    return take_turn(f"feed:{member.pk}", AN_HOUR, HOUR)


def _posts(member: Member) -> list[Post]:
    telling = [kind.name for kind in all_space_kinds() if kind.tells_content]
    forums = Forum.objects.filter(space__kind__in=telling).select_related("space")
    spaces = [forum.space_id for forum in forums if may(member, "space.read", forum.space)]
    posts = Post.objects.kept().filter(space__in=spaces, imported_at=None).order_by("-created_at")
    return list(
        posts.select_related("space__forum", "thread__opening", "thread__poll", "author").prefetch_related("files")[
            :SHOWN
        ]
    )


def _words(said: dict) -> str:
    note = format_html("<p><i>What to know before: {}</i></p>", said["note"]) if said["note"] else ""
    if said["folded"]:
        return f"<p>This text is marked as hard to read, so it is not here.</p>{note}"
    return f"{note}{said['html']}"


def _poll_of(post: Post) -> str:
    """Of a thread's opening: that it has a poll, as letters say it."""
    poll = open_poll(post.thread) if post.pk == post.thread.opening_id else None
    if poll is None:
        return ""
    asked = format_html(": <b>{}</b>", poll["question"]) if poll["question"] else "."
    return format_html('<p>There is a poll in this thread{} <a href="{}">Vote</a></p>', asked, poll["url"])
