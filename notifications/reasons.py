"""Why a member hears of a post, or does not, in words. Rests on the same answers as what is sent."""

from discussions.models import Post, Reader
from members.models import Member
from notifications import ways
from notifications.models import DeadAddress, Notice, PushedBrowser
from notifications.notices import WHY, author_of, has_read, meant_by
from spaces.kinds import space_kind

NOT_THEN = "You chose to hear only of what is meant for you here, and this was not."
LETTERS = {
    ways.Way.EACH: "By mail: at once.",
    ways.Way.DAILY: "By mail: in your letter of the day, unless you read it before.",
    ways.Way.WEEKLY: "By mail: in your letter of the week, unless you read it before.",
    ways.Way.MENTIONS: "By mail: at once, unless you read it before.",
}


def why(post: Post, member: Member) -> list[str]:
    """Sentences. The caller has asked whether the member may read it."""
    if told_nobody := _told_nobody(post):
        return [told_nobody]
    if author_of(post) == member.pk:
        return ["You wrote it yourself: nobody is told of their own words."]
    membership = member.memberships.filter(space=post.space_id, left_at=None).select_related("space").first()
    if membership is None:
        return ["You read here without belonging: you hear of nothing until you do."]
    hearing, reader = ways.hearing_of(member), Reader.objects.filter(thread=post.thread, member=member).first()
    way = ways.way_of(membership, hearing)
    meant, muted = member.pk in meant_by(post), bool(reader and reader.muted_at)
    kind = ways.hears(way, meant=meant, followed=bool(reader and reader.followed_at), muted=muted)
    if not kind:
        if way == ways.Way.NONE:
            return ["You chose to hear nothing of this place."]
        return ["You muted this thread, and it does not name you."] if muted else [NOT_THEN]
    sentences = [WHY[Notice.Kind(kind)], *_inbox(post, kind)]
    tells = space_kind(post.space.kind).tells_content
    sentences.append(
        LETTERS[ways.Way(way)] if tells else "By mail: only that something is new, unless you read it before."
    )
    if PushedBrowser.objects.current().filter(member=member).exists():
        sentences.append(_browsers(kind, way))
    if has_read(post, membership, reader):
        sentences.append("You have read it meanwhile.")
    if DeadAddress.objects.filter(email=member.email.lower()).exists():
        sentences.append("But your mail server refused our letters, so none is sent.")
    return sentences


def _inbox(post: Post, kind: str) -> list[str]:
    if space_kind(post.space.kind).tells_content and kind == Notice.Kind.MESSAGES:
        return ["Not in your inbox: the list of threads shows what is unread."]
    return ["In your inbox here: until you read it."]


def _browsers(kind: str, way: str) -> str:
    if ways.is_pushed(kind, way):
        return "In your browsers: that something is new, unless you read it within half a minute."
    return "Not in your browsers: they show what is meant for you or followed, or what you want each post of."


def _told_nobody(post: Post) -> str:
    if post.removed_at:
        return "It was removed: nobody is told of it any more."
    if post.held_at:
        return "A moderator is looking at it: nobody is told of it meanwhile."
    if post.imported_at:
        return "It came with the archive of a mailing list: nobody is told of what was said long ago."
    return ""
