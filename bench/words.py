"""Search among a million posts, for a member of 20 spaces: made in SQL, asked through the site's own search.

In the process that has the site's code and a migrated, empty PostgreSQL: `make(posts)`, then `measure(times)`.
"""

import random
import time
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.utils.timezone import now

from discussions.models import Forum, Thread
from finding.search import search
from finding.words import STOP
from groups.models import Covenant, Group, Signature
from members.models import Affiliation, Basis, EligibilityRule, Member, Organisation
from spaces.access import readable_spaces
from spaces.models import Membership, Space

SPACES = 20  # of the member: the commons, and groups
GROUPS = 300
COMMONS = 0.4  # how much of all is said there
WORDS = 20_000

# Words of any rank r stand about 1/r as often as the first, as in a language; 20,000 sentences of 12 of them.
SENTENCES = """
CREATE TEMPORARY TABLE sentence AS
SELECT s AS number, string_agg(
    translate(left(md5(floor(exp(random() * ln(%(words)s)))::int::text), 7), '0123456789', 'ghijklmnop'), ' ') AS said
FROM generate_series(0, 19999) s, generate_series(1, 12) GROUP BY s
"""
POSTS = """
INSERT INTO discussions_post (id, thread_id, space_id, client_id, seq, announcement, unnamed, intensity, content_note,
    body, html, created_at, removal_reason)
SELECT gen_random_uuid(), t.thread, t.space, gen_random_uuid(), n, false, false, 0, '', a.said || ' ' || b.said, '',
    now() - n * interval '90 seconds', ''
FROM (SELECT n, floor(random() * 20000) AS one, floor(random() * 20000) AS two,
        CASE WHEN random() < %(commons)s THEN 0 ELSE 1 + floor(random() * %(groups)s) END AS place
    FROM generate_series(1, %(posts)s) n) said
JOIN place t ON t.number = said.place
JOIN sentence a ON a.number = said.one JOIN sentence b ON b.number = said.two
"""


def make(posts: int) -> None:
    """Groups, the commons and so many posts; the index of words is built when they are there, as it is quicker."""
    places = _places()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE place (number int, space uuid, thread uuid)")
        cursor.executemany("INSERT INTO place VALUES (%s, %s, %s)", places)
        cursor.execute(SENTENCES, {"words": WORDS})
        cursor.execute("DROP INDEX discussions_post_found")
        cursor.execute(POSTS, {"posts": posts, "groups": GROUPS, "commons": COMMONS})
        cursor.execute("CREATE INDEX discussions_post_found ON discussions_post USING gin (found)")
        cursor.execute("VACUUM ANALYZE discussions_post")
        cursor.execute("ANALYZE")


def measure(times: int = 200) -> dict[str, Any]:
    """Milliseconds of each search, and how much was found: of rare and common words, phrases, and without a word."""
    member = Member.objects.get(email="finder@bench.invalid")
    chance, words = random.Random(7), _words()  # noqa: S311
    search(member, words[100], spaces=[space.pk for space in readable_spaces(member)])  # warm
    taken, found = [], []
    for number in range(times):
        one, two = (words[_rank(chance, len(words))] for _ in range(2))
        text = [one, f"{one} {two}", f'"{one} {two}"', f"{one} -{two}"][number % 4]
        began = time.perf_counter()
        member.ask_once()
        results = search(member, text, spaces=[space.pk for space in readable_spaces(member)])
        taken.append(1000 * (time.perf_counter() - began))
        found.append(sum(section.count for section in results.sections))
    return {"wall_ms": taken, "found": found}


def _rank(chance: random.Random, many: int) -> int:
    """As often a common word as a rare one: by the logarithm of the rank in the whole language."""
    return int(len(STOP) * ((many + len(STOP)) / len(STOP)) ** chance.random()) - len(STOP)


def explain(text: str) -> str:
    """How PostgreSQL goes about it."""
    from finding.kinds import findables
    from finding.postgresql import fitting
    from finding.words import understand

    member = Member.objects.get(email="finder@bench.invalid")
    (posts,) = [one for one in findables() if one.name == "posts"]
    things = posts.visible(member, [space.pk for space in readable_spaces(member)])
    return fitting(things, posts.index, understand(text), posts.newest, 500).explain(analyze=True, buffers=True)


def _words() -> list[str]:
    """By rank, the commonest first, but for those that would be stop words in a language: nobody is found by them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT translate(left(md5(n::text), 7), '0123456789', 'ghijklmnop') FROM generate_series(%s + 1, %s) n",
            [len(STOP), WORDS],
        )
        return [word for (word,) in cursor.fetchall()]


def _places() -> list[tuple[int, UUID, UUID]]:
    """The spaces by number, with a thread each: the commons is 0, and the member is in the first groups."""
    for basis in Basis.Kind.values:
        for service in EligibilityRule.Service.values:
            EligibilityRule.objects.get_or_create(service=service, basis=basis, valid_from="2000-01-01")
    home = Organisation.objects.create(name="Lantern House", state="MN", time_zone="America/Chicago")
    Basis.objects.create(
        organisation=home, kind="orr_award", number="90ZT9001", award_type="DS", starts_on="2022-09-30",
        ends_on="2099-09-29",
    )  # fmt: skip
    member = Member.objects.create(email="finder@bench.invalid", name="Finder")
    Affiliation.objects.create(member=member, organisation=home, starts_on="2022-10-01")
    covenant, _ = Covenant.objects.get_or_create(version=1, defaults={"text": "We keep confidence."})
    commons = Forum.objects.get(slug="commons").space
    places = [(0, commons.pk, Thread.objects.create(space=commons, kind="question", title="All of it").pk)]
    for number in range(1, GROUPS + 1):
        space = Space.objects.create(kind=Space.Kind.GROUP)
        group = Group.objects.create(
            space=space,
            topic=f"Topic {uuid4().hex[:8]}",
            fiscal_year=2027,
            starts_on="2026-10-01",
            ends_on="2027-09-30",
        )
        if number < SPACES:
            Membership.objects.create(space=space, member=member, joined_at=now())
            Signature.objects.create(covenant=covenant, group=group, member=member, name=member.name)
        places.append((number, space.pk, Thread.objects.create(space=space, kind=Thread.Kind.CHAT).pk))
    return places
