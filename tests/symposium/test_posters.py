"""The poster hall: what hangs there, who reads and writes, and until when."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from access import may
from discussions.models import Post
from meetings.actions import add_material
from members.models import Member
from symposium.actions import admit
from symposium.models import Format, Poster
from symposium.posters import hall, thread_of
from tests.access_table import an_edition
from tests.symposium.programmes import release, session, with_parts

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast):
    edition = with_parts(an_edition(cast), cast)
    Format.objects.create(edition=edition, name="Poster", kind="poster")
    return edition


@pytest.fixture
def poster(cast, edition):
    """Released, beside a workshop; the member presents it, and the facilitator is admitted."""
    abstract = {"abstract": "Sleep first.", "speakers": [cast.member]}
    poster = session(edition, cast, "What sleep gives", "Cedar 10:00", format="Poster", **abstract)
    session(edition, cast, "A workshop", "Juniper 10:00")
    release(edition, cast)
    admit(edition=edition, member=cast.facilitator)
    poster.refresh_from_db()
    return poster


def says(client, person, poster, body="How many sessions?"):
    client.force_login(person)
    thread = Poster.objects.get(session=poster).thread
    said = {"body": body, "client_id": uuid4().hex}
    return client.post(reverse("discussions:write", args=[thread.pk]), said, headers={"accept": "application/json"})


def may_write(person, poster) -> bool:
    return may(Member.objects.get(pk=person.pk), "post.write", Poster.objects.get(session=poster).thread)


def test_who_is_admitted_sees_posters_and_talks_with_who_presents(cast, client, edition, poster):
    link = {"title": "The poster", "url": "https://example.org/poster", "client_id": uuid4()}
    add_material(meeting=poster.meeting, by=cast.member, **link)
    address = reverse("symposium:poster", args=[edition.slug, poster.pk])
    client.force_login(cast.facilitator)
    page = client.get(reverse("symposium:posters", args=[edition.slug])).content.decode()
    assert ("What sleep gives" in page, "Sleep first." in page, "A workshop" in page) == (True, True, False)
    page = client.get(address).content.decode()
    assert [words in page for words in ("https://example.org/poster", "Sleep first.")] == [True, True]
    assert says(client, cast.facilitator, poster).status_code == 200
    assert says(client, cast.member, poster, "Six.").status_code == 200
    page = client.get(address).content.decode()
    assert [words in page for words in ("How many sessions?", "Six.")] == [True, True]
    assert [one.comments for one in hall(edition, cast.member)] == [2]
    assert says(client, cast.outsider, poster).status_code in (403, 404, 409)
    assert Post.objects.count() == 2
    assert client.get(address).status_code == 404


def test_one_writes_until_the_last_day_is_over(cast, edition, poster, time_machine):
    thread_of(poster)
    assert thread_of(poster) == thread_of(poster)
    assert may_write(cast.facilitator, poster)
    time_machine.move_to(poster.meeting.ends_at + timedelta(hours=3))
    assert may_write(cast.facilitator, poster)
    time_machine.move_to(datetime.combine(edition.last_on + timedelta(days=1), time(1), edition.tz))
    assert not may_write(cast.facilitator, poster)
