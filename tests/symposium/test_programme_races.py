"""Many want the same time, and two release at once."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils.timezone import now

from access import Refusal
from meetings.models import Meeting
from members.models import Member
from symposium.actions import release_programme, take_tech_check
from symposium.models import Speaker, TechCheck
from tests.access_table import an_edition
from tests.at_once import at_once
from tests.people import make_cast
from tests.symposium.programmes import session

MANY = 40


@pytest.fixture
def cast(transactional_db):
    return make_cast()


@pytest.fixture
def edition(cast):
    return an_edition(cast)


def test_forty_want_the_same_tech_check_and_one_has_it(cast, edition):
    one = session(edition, cast)
    people = Member.objects.bulk_create(
        Member(email=f"person.{number}@example.org", name=f"Person {number}") for number in range(MANY)
    )
    Speaker.objects.bulk_create(Speaker(session=one, member=member) for member in people)
    first, second = TechCheck.objects.bulk_create(
        TechCheck(edition=edition, starts_at=now() + timedelta(days=days), minutes=15) for days in (5, 6)
    )
    gave = at_once(*(partial(take_tech_check, check=first, by=member) for member in people))
    assert sum(isinstance(one, Refusal) for one in gave) == MANY - 1
    # and somebody who wants both at once has one of them
    loser = people[next(place for place, one in enumerate(gave) if one)]
    TechCheck.objects.update(member=None)
    at_once(*(partial(take_tech_check, check=check, by=loser) for check in (first, second) * 10))
    assert TechCheck.objects.filter(member=loser).count() == 1


def test_two_release_at_once_and_there_is_one_version_and_one_meeting(cast, edition):
    session(edition, cast, "Sleep groups", "Cedar 10:00")
    gave = at_once(*[partial(release_programme, edition=edition, by=cast.staff, number=1)] * 2)
    assert sorted(isinstance(one, Refusal) for one in gave) == [False, True]
    assert (edition.releases.count(), Meeting.objects.filter(series__space=edition.space).count()) == (1, 1)
