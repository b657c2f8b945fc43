"""What members' browsers show while no page is open: that something is new, as their inbox says it; no word of it.

A notice puts a push beside it (`put`). Whether it is still unread, still theirs to read and still wanted is asked when
it is handed over, as for letters.
"""

import json
from datetime import datetime, timedelta
from http.client import HTTPException

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import now

from access import may
from members.models import Member
from notifications import push_services, sealing, ways
from notifications.models import Hearing, Notice, Push, PushedBrowser
from spaces.kinds import space_kind
from spaces.models import Space
from worker.queues import first_free

AFTER = timedelta(seconds=30)  # whoever is looking has read it by then
HANDING = timedelta(minutes=2)  # longer than a push service may take
KEPT_THERE = timedelta(days=1)  # by the push service, for a browser that is not running
TRIAL = "try-out"
ELSEWHERE = "elsewhere"  # all spaces of which nothing is told
FORGET_AFTER = timedelta(days=30)


def put(member: Member, space: Space) -> None:
    """Have the member's browsers show that something is new there, unless they read it first."""
    _put(member, _place(space), now() + AFTER)


def put_trial(member: Member) -> None:
    """Show the member what it looks like, in all their browsers."""
    _put(member, TRIAL, now())


def deliver(limit: int = 20) -> int:
    """Hand over what is due, the oldest first."""
    delivered = 0
    while delivered < limit and settings.VAPID_KEY and (push := _claim()):
        _hand_over(push)
        delivered += 1
    return delivered


def forget() -> int:
    """Drop browsers that get nothing any more: at once, or a month after their member could read why."""
    ended = PushedBrowser.objects.filter(ended_at__lt=now() - FORGET_AFTER)
    silent = PushedBrowser.objects.filter(ended_at=None).exclude(pk__in=PushedBrowser.objects.current().values("pk"))
    return ended.delete()[0] + silent.delete()[0]


def kept_of(member: Member) -> list[dict]:
    """What is kept of a member's browsers, for them to take away."""
    names = {"device": "device", "made_at": "since", "delivered_at": "last_push", "ended_at": "until"}
    return [{name: getattr(one, field) for field, name in names.items()} for one in member.pushed_browsers.all()]


def _put(member: Member, place: str, at: datetime) -> None:
    browsers = PushedBrowser.objects.current().filter(member=member)
    waiting = [Push(browser=browser, place=place, next_try_at=at) for browser in browsers]
    Push.objects.bulk_create(waiting, ignore_conflicts=True)


def _place(space: Space) -> str:
    return space.pk.hex if space_kind(space.kind).tells_content else ELSEWHERE


@transaction.atomic
def _claim() -> Push | None:
    """Note that this worker hands it over now: no lock is held while a push service takes its time."""
    due = Push.objects.filter(next_try_at__lte=now()).select_related("browser__member")
    push = first_free(due)
    if push is not None:
        push.tries += 1
        push.next_try_at = now() + HANDING
        push.save(update_fields=["tries", "next_try_at"])
    return push


def _hand_over(push: Push) -> None:
    browser = push.browser
    hearing = ways.hearing_of(browser.member)
    said, place = _said(push, hearing), push_services.place_of(browser.endpoint)
    if said is None or place is None:
        push.delete()
        return
    if push.place != TRIAL and ways.is_quiet(hearing, now()):
        over = ways.next_time(hearing.quiet_until or 0, hearing.member.time_zone, now())
        Push.objects.filter(pk=push.pk).update(next_try_at=over)
        return
    body = sealing.sealed(
        sealing.padded(json.dumps(said, ensure_ascii=False).encode()),
        sealing.bytes64(browser.public_key),
        sealing.bytes64(browser.secret),
    )
    headers = {
        "Authorization": sealing.authorization(place.origin),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(_kept_there(hearing)),
        "Topic": said["tag"],
    }
    try:
        answer = push_services.bring(place, headers, body)
    except (OSError, HTTPException) as trouble:
        # It is the service that is away: none of its browsers needs to be tried now.
        theirs = Push.objects.filter(browser__endpoint__startswith=f"{place.origin}/")
        theirs.filter(next_try_at__lte=now()).update(next_try_at=now() + timedelta(minutes=1))
        _try_again(push, type(trouble).__name__)
    else:
        _note(push, answer)


def _said(push: Push, hearing: Hearing) -> dict[str, str] | None:
    """What the browser shows, as things are now; None where there is nothing left that its member is to be shown.

    `tag` is the same for what replaces each other, and tells nobody what that is.
    """
    browser, member = push.browser, push.browser.member
    if not PushedBrowser.objects.current().filter(pk=browser.pk).exists():
        return None
    tag = salted_hmac("notifications.pushes", f"{browser.pk} {push.place}", algorithm="sha256").hexdigest()[:32]
    if push.place == TRIAL:
        return {"title": "This is a try-out", "body": "So it looks when something is new.", "tag": tag}
    memberships = {one.space_id: one for one in member.memberships.filter(left_at=None).select_related("space")}
    for notice in Notice.objects.filter(member=member, read_at=None).select_related("space"):
        membership = memberships.get(notice.space_id)
        if membership is None or _place(notice.space) != push.place:
            continue
        if ways.is_pushed(notice.kind, ways.way_of(membership, hearing)) and may(member, "space.read", notice.space):
            kind = space_kind(notice.space.kind)
            where = f"In {kind.title(notice.space)}" if kind.tells_content else ""
            return {"title": "Something is new", "body": where[:200], "tag": tag}
    return None


def _kept_there(hearing: Hearing) -> int:
    """Seconds: a push service lets it go before quiet hours begin, so that it does not come in the midst of them."""
    moment = now()
    ends = moment + KEPT_THERE
    if hearing.quiet_from is not None:
        ends = min(ends, ways.next_time(hearing.quiet_from, hearing.member.time_zone, moment))
    return int((ends - moment).total_seconds())


@transaction.atomic
def _note(push: Push, answer: push_services.Answer) -> None:
    """What became of it. 404 and 410 say that there is no such browser any more (RFC 8030, 7.3)."""
    this = PushedBrowser.objects.filter(pk=push.browser_id)
    if 200 <= answer.status < 300:
        this.update(delivered_at=now(), trouble="")
        push.delete()
    elif answer.status in (404, 410):
        this.update(ended_at=now(), ending=PushedBrowser.Ending.GONE)
        Push.objects.filter(browser=push.browser_id).delete()
    elif answer.status == 429 or answer.status >= 500:
        _try_again(push, str(answer.status), answer.wait)
    else:  # it is not the time that is wrong
        this.update(trouble=str(answer.status))
        push.delete()


def _try_again(push: Push, trouble: str, wait: timedelta | None = None) -> None:
    """Later each time; where that is later than the news are good for, not at all."""
    PushedBrowser.objects.filter(pk=push.browser_id).update(trouble=trouble)
    later = now() + (wait or min(timedelta(minutes=2**push.tries), timedelta(hours=1)))
    if later > push.created_at + KEPT_THERE:
        push.delete()
    else:
        Push.objects.filter(pk=push.pk).update(next_try_at=later)
