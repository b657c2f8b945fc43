"""Who proposes and who reviews do not learn of each other, whatever address they try with whatever id there is.

The people of one side have a word in everything that tells who they are; the other side asks for every address.
"""

import re
from collections.abc import Iterator
from itertools import product
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db.models import Q, QuerySet
from django.test import Client
from django.urls import URLResolver, get_resolver

from members.models import Affiliation, Basis, Member, Organisation
from spaces.models import Membership, Space
from symposium import actions
from symposium.models import Assignment, CallForProposals, ReviewPhase
from tests.people import make_member, make_organisation, open_every_service, sign_in
from tests.symposium.scenes import called, criteria, phase, presented_with, proposed, reviewer_of, scored

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.SQLITE, reason="the same on every database"),
]
AUTHOR, REVIEWER = "canary", "warbler"
HERE = "symposium/<slug:slug>/"


@pytest.fixture
def stage(db):
    """A call with three proposals of two houses, reviewed by two, of whom the second says whom they think it is of."""
    staff = make_member("Stan Staff", None, "staff")
    cast = SimpleNamespace(staff=staff)
    open_every_service()
    house = make_organisation(f"House of {AUTHOR}")
    author, beside = make_member(f"Ann {AUTHOR}", house), make_member(f"Ben {AUTHOR}", house)
    edition = called(cast)
    asked: dict[UUID, str] = {}
    for label, shown in (("Who are you?", False), ("Who is it for?", True)):
        question = edition.call.questions.create(label=label, for_reviewers=shown)
        asked[question.pk] = f"For all at the House of {AUTHOR.upper()}"
    accepted = proposed(edition, author, title=f"Ann {AUTHOR}'s sleep", answers=asked)
    others = [
        proposed(edition, author, abstract=f"We of the House  of {AUTHOR} meet."),
        proposed(edition, beside, outline=f"Ann {AUTHOR} begins."),
    ]
    presented_with(accepted, beside)
    actions.invite_presenter(proposal=accepted, by=author, email=f"{AUTHOR}@example.org")
    criteria(edition, cast)
    phase(edition, cast, ReviewPhase.Kind.TOGETHER)
    mail.outbox.clear()
    reviewers = [reviewer_of(edition, cast, f"{name} {REVIEWER}") for name in ("Rae", "Roy")]
    actions.assign(edition=edition, by=staff, each=2)
    for number, one in enumerate(Assignment.objects.all()):
        by = one.reviewer.member
        guess = f"I think this is Ann {AUTHOR}'s." if by == reviewers[1].member else "Good."
        scored(one, 5, 1 + number % 5, comment=guess, for_author=f"Say more. {by.name}")
        actions.say_to_reviewers(assignment=one, by=by, text=f"House or no house: {guess}")
    chosen = [one.pk for one in others]
    actions.decide_proposals(edition=edition, by=staff, proposals=[accepted.pk], decision="accepted")
    actions.decide_proposals(edition=edition, by=staff, proposals=chosen, decision="declined")
    to_reviewers = list(mail.outbox)
    actions.tell_decisions(edition=edition, by=staff)
    return SimpleNamespace(author=author, staff=staff, reviewers=reviewers, to_reviewers=to_reviewers, edition=edition)


def test_a_reviewer_finds_no_author(stage):
    """On their pages and all others, and in their mail."""
    pages = dict(crawl(stage.reviewers[0].member, AUTHOR))
    assert leaks(pages, AUTHOR) == []
    assert any("[withheld]" in page for page in pages.values())  # they did read what was proposed
    mails = [f"{letter.subject} {letter.body} {letter.extra_headers}" for letter in stage.to_reviewers]
    assert (len(mails), [text for text in mails if AUTHOR in text.lower()]) == (2, [])


def test_an_author_finds_no_reviewer(stage):
    pages = dict(crawl(stage.author, REVIEWER))
    assert leaks(pages, REVIEWER) == []
    assert any("Say more." in page for page in pages.values())  # they did read what was said to them


def test_without_the_blind_the_same_crawl_finds_them(stage):
    """As a leak would be found: the review is not blind, and staff read both sides."""
    CallForProposals.objects.update(blind=False)
    assert leaks(dict(crawl(stage.reviewers[0].member, AUTHOR, f"{HERE}review/")), AUTHOR) != []
    pages = dict(crawl(stage.staff, REVIEWER, f"{HERE}proposals/<uuid:pk>/"))
    assert [leaks(pages, word) == [] for word in (AUTHOR, REVIEWER)] == [False, False]


def leaks(pages: dict[str, str], word: str) -> list[str]:
    return [path for path, page in pages.items() if word in page.lower()]


def crawl(member, hidden: str, only: str = "") -> Iterator[tuple[str, str]]:
    """Every page that this member gets, with its headers, by its address: of the symposium with every id that there is,
    of other rooms, which know no rows of it, with every id of those who are hidden from them.
    """
    client = Client()
    sign_in(client, member)
    theirs = rows_of(hidden)
    everything = theirs | {pk for model in apps.get_app_config("symposium").get_models() for pk in ids_of(model)}
    for route in routes(get_resolver()):
        for path in paths(route, everything if route.startswith(HERE) else theirs) if route.startswith(only) else ():
            answer = client.get(f"/{path}")
            if answer.status_code == 405:  # only a form asks it
                break
            content = b"".join(answer) if answer.streaming else answer.content
            yield path, f"{answer.headers} {content.decode(errors='replace')}"


def rows_of(hidden: str) -> set:
    """The ids of those with this word in their name, and of what is theirs in other rooms."""
    people = Member.objects.filter(name__contains=hidden)
    houses = Organisation.objects.filter(name__contains=hidden)
    spaces = Space.objects.filter(Q(memberships__member__in=people) | Q(kind=Space.Kind.EDITION))
    memberships, affiliations = (model.objects.filter(member__in=people) for model in (Membership, Affiliation))
    bases = Basis.objects.filter(organisation__in=houses)
    return {pk for rows in (people, houses, spaces, memberships, affiliations, bases) for pk in ids_of(rows)}


def ids_of(rows) -> set:
    return set((rows if isinstance(rows, QuerySet) else rows._base_manager).values_list("pk", flat=True))


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address, with its converters; those of a regular expression (allauth's) are left out."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif "(" not in route:
            yield route


def paths(route: str, ids: set) -> Iterator[str]:
    """It with each of these ids. Where it has two, of other rooms, the same stands twice: they hold nothing here."""
    values = {"uuid": [pk for pk in ids if isinstance(pk, UUID)], "int": [pk for pk in ids if isinstance(pk, int)]}
    places = re.findall(r"<\w+:\w+>", route.removeprefix(HERE))
    kinds = [place.partition(":")[0][1:] for place in places]
    apart = kinds if route.startswith(HERE) else list(dict.fromkeys(kinds))
    for said in product(*(values.get(kind, ["tracks"]) for kind in apart)):
        path = route.replace(HERE, "symposium/2027/")
        these = said if apart is kinds else [dict(zip(apart, said, strict=True))[kind] for kind in kinds]
        for place, value in zip(places, these, strict=True):
            path = path.replace(place, str(value), 1)
        yield path
