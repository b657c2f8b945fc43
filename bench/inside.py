"""What the bench does with the site's own code, in a process of its own: making people and posts, writing, counting.

It runs as a file, with the tree that is measured on Python's path. Told and answers as bench/load.py does.
"""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from datetime import time as clock_time
from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import django

django.setup()

import words  # noqa: E402  (beside this file)
from channels.layers import get_channel_layer  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.db import connection, reset_queries, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from redis import Redis  # noqa: E402

from discussions.models import Thread  # noqa: E402
from groups.models import Covenant, Group, Signature  # noqa: E402
from meetings import calendars as calendars_of_meetings  # noqa: E402
from meetings import feeds  # noqa: E402
from meetings.actions import open_poll, plan_series, prepare_poll  # noqa: E402
from meetings.models import Meeting, MeetingSeries, RoomPoll, Rsvp  # noqa: E402
from meetings.rooms import room_of  # noqa: E402
from members.models import Affiliation, Basis, EligibilityRule, Member, Organisation, RoleGrant  # noqa: E402
from spaces import visits  # noqa: E402
from spaces.inbox import open_inbox  # noqa: E402
from spaces.log import record  # noqa: E402
from spaces.models import Activity, Membership, Space  # noqa: E402
from symposium import actions as symposium  # noqa: E402
from symposium.models import Format, Room, Track  # noqa: E402

PEOPLE = 12  # of a group, which is as many as have a seat
TODAY = date.today()
POST = """
INSERT INTO discussions_post (id, thread_id, space_id, author_id, client_id, seq, announcement, unnamed, intensity,
    content_note, body, html, created_at, removal_reason)
SELECT md5('post' || %(space)s || n)::uuid, %(thread)s, %(space)s, %(author)s, md5('client' || %(space)s || n)::uuid, n,
    false, false, 0, '',
    'A message of an ordinary length, number ' || n || ', about how one might go on with the work.',
    '<p>A message of an ordinary length, number ' || n || ', about how one might go on with the work.</p>',
    now() - interval '90 days' + n * interval '5 seconds', ''
FROM generate_series(%(after)s + 1, %(until)s) n
"""
ACTIVITY = """
INSERT INTO spaces_activity (space_id, seq, count, kind, actor_id, target, created_at)
SELECT %(space)s, n, n, 'post.created', %(author)s, md5('post' || %(space)s || n)::uuid,
    now() - interval '90 days' + n * interval '5 seconds'
FROM generate_series(%(after)s + 1, %(until)s) n
"""

PATTERNS = [("weekly", 1), ("weekly", 2), ("weekly", 6), ("nth_weekday", 1), ("month_day", 1), ("weekly", 4)]
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
ANSWERS = [
    """
INSERT INTO meetings_rsvp (series_id, member_id, answer, note, answered_at)
SELECT series.id, member.id, (ARRAY['yes', 'maybe', 'no'])[1 + (one + other) % 3], '', now()
FROM (SELECT id, row_number() OVER () one FROM meetings_meetingseries) series
JOIN (SELECT id, row_number() OVER () other FROM members_member) member ON one % 100 = other % 100
""",
    """
INSERT INTO meetings_rsvp (meeting_id, member_id, answer, note, answered_at)
SELECT meeting.id, member.id, (ARRAY['yes', 'maybe', 'no'])[1 + (one + other) % 3], '', now()
FROM (
    SELECT id, row_number() OVER () one FROM meetings_meeting WHERE starts_at < now() + interval '60 days'
) meeting
JOIN (SELECT id, row_number() OVER () other FROM members_member) member ON one % 200 = other % 200
""",
]


def people(groups: int) -> list[dict[str, Any]]:
    """Groups of twelve, everyone with a session: [{group, space, epoch, thread, members: [{id, cookie}]}]."""
    for service in EligibilityRule.Service.values:
        for basis in Basis.Kind.values:
            EligibilityRule.objects.get_or_create(service=service, basis=basis, valid_from=date(2000, 1, 1))
    known: dict[str, Any] = {"name": "Harbor Light", "state": "MN", "time_zone": "America/Chicago"}
    organisation, _ = Organisation.objects.get_or_create(**known)
    days: dict[str, Any] = {"starts_on": TODAY - timedelta(days=400), "ends_on": TODAY + timedelta(days=400)}
    award: dict[str, Any] = {"kind": "orr_award", "number": "90ZT9001", "award_type": "DS"}
    Basis.objects.get_or_create(organisation=organisation, **award, **days)
    covenant, _ = Covenant.objects.get_or_create(version=1, defaults={"text": "We keep confidence."})
    made = []
    with transaction.atomic():
        for _ in range(groups):
            made.append(_group(organisation, covenant))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def _group(organisation: Organisation, covenant: Covenant) -> dict[str, Any]:
    space = Space.objects.create(kind=Space.Kind.GROUP)
    days = {"starts_on": TODAY - timedelta(days=100), "ends_on": TODAY + timedelta(days=100)}
    group = Group.objects.create(space=space, topic=f"Topic {space.pk.hex[:6]}", fiscal_year=2027, **days)
    thread = Thread.objects.create(space=space, kind=Thread.Kind.CHAT)
    members = [Member(email=f"{uuid4()}@bench.invalid", name=f"Person {uuid4().hex[:8]}") for _ in range(PEOPLE)]
    for member in members:
        member.set_unusable_password()
    Member.objects.bulk_create(members)
    inboxes = Space.objects.bulk_create(Space(kind=Space.Kind.INBOX) for _ in members)
    owner = Membership.Role.OWNER
    Membership.objects.bulk_create(
        Membership(space=inbox, member=member, role=owner) for inbox, member in zip(inboxes, members, strict=True)
    )
    Membership.objects.bulk_create(Membership(space=space, member=member) for member in members)
    since = TODAY - timedelta(days=300)
    Affiliation.objects.bulk_create(
        Affiliation(member=member, organisation=organisation, starts_on=since) for member in members
    )
    Signature.objects.bulk_create(
        Signature(covenant=covenant, group=group, member=member, name=member.name) for member in members
    )
    return {
        "group": str(group.pk),
        "space": str(space.pk),
        "epoch": str(space.epoch),
        "thread": str(thread.pk),
        "members": [{"id": str(member.pk), "cookie": cookie} for member, cookie in _sessions(members)],
    }


def _sessions(members: list[Member]) -> list[tuple[Member, str]]:
    ends = int(time.time()) + 8 * 3600
    rows = []
    for member in members:
        values = {
            SESSION_KEY: str(member.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: member.get_session_auth_hash(),
            "ends": ends,
            "idle_ends": ends,
            "active_at": int(time.time()),
        }
        data = SessionStore().encode(values)
        rows.append(Session(session_key=uuid4().hex, session_data=data, expire_date=now() + timedelta(hours=8)))
    Session.objects.bulk_create(rows)
    return [
        (member, f"{settings.SESSION_COOKIE_NAME}={row.session_key}") for member, row in zip(members, rows, strict=True)
    ]


def posts(space: str, until: int) -> None:
    """Have the room of a space hold so many posts, made in bulk."""
    room = Space.objects.get(pk=space)
    thread = Thread.objects.get(space=room)
    author = Membership.objects.filter(space=room).values_list("member", flat=True)[0]
    known: dict[str, Any] = {
        "space": str(room.pk),
        "thread": thread.pk,
        "author": author,
        "after": room.last_seq,
        "until": until,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(POST, known)
        cursor.execute(ACTIVITY, known)
        Space.objects.filter(pk=space).update(last_seq=until, last_count=until)
        Membership.objects.filter(space=room).update(read_seq=until, read_count=until)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE discussions_post")
        cursor.execute("VACUUM ANALYZE spaces_activity")


def write(space: str, times: int) -> int:
    """Record news whose frames have some 300 bytes, one transaction each. Gives the number of the last."""
    room, seq = Space.objects.get(pk=space), 0
    by = Membership.objects.filter(space=room).select_related("member")[0].member
    for _ in range(times):
        with transaction.atomic():
            seq = record(room, "post.purged", SimpleNamespace(pk=uuid4()), by=by).seq  # type: ignore[arg-type]
    return seq


def publish(stack: str, text: str, times: int) -> None:
    """The same for the stacks that the hub is compared with."""
    if stack == "channels":
        loop.run_until_complete(_publish_to_group(text, times))
    else:
        for _ in range(times):
            redis.publish("bench", text)


async def _publish_to_group(text: str, times: int) -> None:
    for _ in range(times):
        await get_channel_layer().group_send("bench", {"type": "news", "text": text})


def library(posts: int) -> None:
    """Have a site without posts hold so many, in many rooms."""
    words.make(posts)


def searches(times: int) -> dict[str, Any]:
    return words.measure(times)


def meeting() -> dict[str, Any]:
    """A town meeting that is held now, with three open polls: {meeting, space, epoch, polls: [[poll, [options]]]}."""
    begins = now() - timedelta(minutes=10)
    specialist = Member.objects.create(email=f"{uuid4()}@bench.invalid", name="Orla Specialist")
    RoleGrant.objects.create(member=specialist, role=RoleGrant.Role.ORR_SPECIALIST)
    terms = {"title": "Town meeting", "audience": "eligible", "pattern": "once", "zone": "UTC", "minutes": 120}
    series = MeetingSeries(first_on=begins.date() + timedelta(days=1), begins_at=begins.time(), **terms)
    held = plan_series(series=series, by=specialist).meetings.get()
    held.put(begins.replace(tzinfo=None), 120)
    held.save()
    polls = []
    for number in range(3):
        poll = prepare_poll(
            meeting=held,
            by=specialist,
            question=f"When is it best, number {number}?",
            kind="one",
            options=["Mornings", "Noon", "Evenings"],
            shows="live",
            anonymous=False,
        )
        open_poll(poll=poll, by=specialist)
        polls.append([str(poll.pk), [str(option.pk) for option in poll.options.all()]])
    space = room_of(held)
    return {"meeting": str(held.pk), "space": str(space.pk), "epoch": str(space.epoch), "polls": polls}


def untold() -> int:
    """How many polls have votes that open pages were not told of."""
    return RoomPoll.objects.filter(untold=True).count()


def happened(space: str) -> list[list[Any]]:
    """[number, kind, target, seconds since 1970] of everything in a space's log."""
    found = (
        Activity.objects.filter(space=UUID(space)).order_by("seq").values_list("seq", "kind", "target", "created_at")
    )
    return [[seq, kind, str(target), at.timestamp()] for seq, kind, target, at in found]


def calendars(series: int, people: int, group: dict[str, Any]) -> dict[str, str]:
    """Have so many series, a tenth of them of a group, and so many members' answers to them and to dates of a month.

    Gives the addresses that the first of the group asks for.
    """
    space = Space.objects.get(pk=group["space"])
    reader, leader = (Member.objects.get(pk=one["id"]) for one in group["members"][:2])
    staff = Member.objects.create(email=f"{uuid4()}@bench.invalid", name="Convener")
    RoleGrant.objects.create(member=staff, role=RoleGrant.Role.STAFF)
    RoleGrant.objects.create(member=leader, role=RoleGrant.Role.FACILITATOR)
    Membership.objects.filter(space=space, member=leader).update(role=Membership.Role.FACILITATOR)
    month = (TODAY.replace(day=1) + timedelta(days=32)).replace(day=1)
    for number in range(series):
        inside = number % 10 == 0
        pattern, every = PATTERNS[number % len(PATTERNS)]
        plan_series(
            series=MeetingSeries(
                title=f"Consultation {number}",
                audience="space" if inside else "eligible",
                space=space if inside else None,
                zone=ZONES[number % len(ZONES)],
                pattern=pattern,
                every=every,
                first_on=month + timedelta(days=number % 27),
                begins_at=clock_time(8 + number % 10, 30),
                minutes=60,
            ),
            by=leader if inside else staff,
        )
    Member.objects.bulk_create(
        Member(email=f"{uuid4()}@bench.invalid", name=f"Reader {number}") for number in range(people)
    )
    with connection.cursor() as cursor:
        for rows in ANSWERS:
            cursor.execute(rows)
        cursor.execute("ANALYZE")
    feeds.AN_HOUR = 10**6
    feed = urlsplit(feeds.make_address(offer=feeds.offers(reader)[0], by=reader)).path
    return {"feed": feed, "month": f"/meetings/month/{month:%Y-%m}/"}


def calendar_costs(cookie: str, feed: str, month: str, times: int) -> dict[str, dict[str, Any]]:
    """Of a feed that this process has the texts of, and of none; of one that has not changed; and of the month."""
    reader, calendar = _client(cookie), Client(HTTP_HOST="127.0.0.1")
    known = calendar.get(feed)["ETag"]

    def first() -> Any:
        calendars_of_meetings._kept.clear()
        return calendar.get(feed)

    return {
        "a feed, of a process that just began": _cost(first, times),
        "a feed": _cost(lambda: calendar.get(feed), times),
        "a feed that has not changed": _cost(lambda: calendar.get(feed, headers={"if-none-match": known}), times),
        "a month": _cost(lambda: reader.get(month), times),
    }


def programme(sessions: int, people: int, group: dict[str, Any]) -> dict[str, str]:
    """Have a released programme of so many sessions, and so many members who are admitted and chose from it.

    Gives the pages that the first of the group, who chose too, asks for.
    """
    staff = Member.objects.create(email=f"{uuid4()}@bench.invalid", name="Programme Committee")
    RoleGrant.objects.create(member=staff, role=RoleGrant.Role.STAFF)
    day = TODAY + timedelta(days=90)
    said = {"title": "Threads of Care", "slug": f"of-{group['group'][:8]}", "zone": ZONES[0]}
    edition = symposium.open_edition(by=staff, first_on=day, last_on=day + timedelta(days=1), **said)
    symposium.publish_edition(edition=edition, by=staff)
    tracks = [Track(edition=edition, name=f"Track {number}") for number in range(6)]
    rooms = [Room(edition=edition, name=f"Room {number}") for number in range(8)]
    talk = Format(edition=edition, name="Workshop", kind="workshop")
    parts: list[Track | Room | Format] = [*tracks, *rooms, talk]
    for part in parts:
        symposium.add_part(part=part, by=staff)
    speakers = [Member(email=f"{uuid4()}@bench.invalid", name=f"Speaker {number}") for number in range(sessions)]
    for member in Member.objects.bulk_create(speakers):
        open_inbox(member)  # they are admitted by the release, and hear of it
    for number in range(sessions):
        one = symposium.add_session(
            edition=edition,
            by=staff,
            title=f"What carries us through, part {number}",
            abstract="What we tried, what it did, and what we would leave out. " * 6,
            track=tracks[number % 6],
            format=talk,
            minutes=30,
            speakers=[speakers[number], speakers[number - 1]] if number % 2 else [speakers[number]],
        )
        half, slot = divmod(number // 8, 8)
        begins = clock_time(9 + slot, 0)
        on = edition.days[half % 2]
        symposium.place_session(session=one, room=rooms[number % 8], on=on, at=begins, by=staff)
    symposium.release_programme(edition=edition, by=staff, number=1, reason="Made for measuring.")
    come = [Member(email=f"{uuid4()}@bench.invalid", name=f"Registered {number}") for number in range(people)]
    come = Member.objects.bulk_create(come) + [Member.objects.get(pk=group["members"][0]["id"])]
    Membership.objects.bulk_create(Membership(space=edition.space, member=one) for one in come)
    held = list(Meeting.objects.filter(series__space=edition.space).order_by("starts_at", "pk"))
    Rsvp.objects.bulk_create(
        Rsvp(meeting=meeting, member=one, answer="yes")
        for place, one in enumerate(come)
        for meeting in held[-1 - place % 10 :: -10]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    at = f"/symposium/{edition.slug}"
    return {
        "the programme": f"{at}/programme/",
        "the programme by speaker": f"{at}/programme/?by=speaker",
        "the programme, narrowed": f"{at}/programme/?q=part+1&by=track",
        "one's agenda": f"{at}/agenda/",
    }


def head(space: str) -> int:
    return Space.objects.get(pk=space).last_seq


def pages(cookie: str, paths: dict[str, str], times: int) -> dict[str, dict[str, Any]]:
    """Of each page: queries, and milliseconds of CPU in the process that answers it."""
    client = _client(cookie)
    return {name: _cost(partial(client.get, path), times) for name, path in paths.items()}


def post(cookie: str, thread: str, times: int) -> dict[str, Any]:
    """The same of saying something in a room."""
    client = _client(cookie)
    path = f"/threads/{thread}/posts/"
    return _cost(lambda: client.post(path, {"body": "A thought.", "client_id": uuid4()}), times)


def join(cookie: str, space: str, times: int) -> dict[str, Any]:
    """The same of asking who a socket is."""
    key = cookie.partition("=")[2]
    if hasattr(visits, "visits"):
        return _cost(lambda: visits.visits({key: [UUID(space)]}), times)
    return _cost(lambda: visits.visit(key, [UUID(space)]), times)  # type: ignore[attr-defined]  # as it once was


def _client(cookie: str) -> Client:
    client = Client(HTTP_HOST="127.0.0.1", headers={"accept": "text/html"})
    client.cookies.load(cookie)
    return client


def _cost(work: Callable[[], Any], times: int) -> dict[str, Any]:
    first = work()
    status = getattr(first, "status_code", 200)
    if status >= 400:
        raise RuntimeError(f"Answered with {status}.")
    with CaptureQueriesContext(connection) as captured:
        work()
    queries = len(captured)
    reset_queries()
    cpu, wall = [], []
    for _ in range(times):
        began_cpu, began = time.process_time(), time.perf_counter()
        work()
        cpu.append(1000 * (time.process_time() - began_cpu))
        wall.append(1000 * (time.perf_counter() - began))
    return {"queries": queries, "cpu_ms": cpu, "wall_ms": wall, "median_ms": statistics.median(cpu)}


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    redis = Redis.from_url(settings.REDIS_URL)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        sys.stdout.write(json.dumps(globals()[name](**arguments)) + "\n")
        sys.stdout.flush()
