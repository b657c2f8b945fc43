"""What NCB staff do with forums: open them, and say what holds there."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.timezone import now

from access import Refusal, require
from audit.trail import append
from discussions.models import Forum, Topic
from members.models import Member
from spaces.models import Space


@transaction.atomic
def open_forum(
    *, name: str, slug: str, by: Member, about: str = "", unnamed: str = "no", hold_first: bool = False,
    topics: Iterable[str] = (),
) -> Forum:  # fmt: skip
    """Open a forum for every eligible member. Refusal where its name or address is taken."""
    require(by, "forum.manage")
    last = Forum.objects.order_by("position").values_list("position", flat=True).last()
    forum = Forum(
        space=Space.objects.create(kind=Space.Kind.FORUM),
        name=name,
        slug=slug,
        about=about,
        unnamed=unnamed,
        hold_first=hold_first,
        position=0 if last is None else last + 1,
    )
    _save(forum)
    _name_topics(forum, topics)
    append("forum.opened", subject=forum, by=by, facts={"unnamed": unnamed, "hold_first": hold_first})
    return forum


@transaction.atomic
def change_forum(
    *, forum: Forum, name: str, by: Member, about: str, unnamed: str, hold_first: bool, topics: Iterable[str],
    closed: bool,
) -> None:  # fmt: skip
    """Say anew what holds there. What was promised to those who asked before stays promised. Its address stays, too."""
    require(by, "forum.manage")
    forum = Forum.objects.select_for_update().get(pk=forum.pk)
    before = _facts(forum)
    forum.name, forum.about, forum.unnamed, forum.hold_first = name, about, unnamed, hold_first
    forum.closed_at = (forum.closed_at or now()) if closed else None
    _save(forum)
    _name_topics(forum, topics)
    changed = {name: now_so for name, now_so in _facts(forum).items() if now_so != before[name]}
    append("forum.changed", subject=forum, by=by, facts=changed)


def _facts(forum: Forum) -> dict[str, str | bool]:
    """What the trail keeps of what holds there."""
    return {"unnamed": forum.unnamed, "hold_first": forum.hold_first, "closed": forum.closed_at is not None}


def _save(forum: Forum) -> None:
    try:
        with transaction.atomic():
            forum.save()
    except IntegrityError:
        raise Refusal("Another forum has this name or this address. Choose another one.") from None


def _name_topics(forum: Forum, names: Iterable[str]) -> None:
    """Its topics, in this order. One that threads have stays."""
    there = list(forum.topics.all())
    known = {topic.slug: topic for topic in there} | {topic.name.casefold(): topic for topic in there}
    wanted: dict[str, Topic] = {}
    for name in names:
        slug = slugify(name)[:60]
        topic = known.get(name.casefold()) or known.get(slug) or Topic(forum=forum, slug=slug)
        topic.name, topic.position = name, len(wanted)
        wanted.setdefault(topic.slug, topic)
    gone = forum.topics.exclude(slug__in=wanted)
    if used := gone.filter(threads__isnull=False).values_list("name", flat=True).distinct():
        raise Refusal(f"There are threads on {', '.join(used)}. Give those threads another topic first, or keep it.")
    gone.delete()
    for topic in wanted.values():
        topic.save()
