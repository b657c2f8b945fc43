"""After the live days: what is left of each session, what ORR is told, and the next edition."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from meetings.models import Material, Question, Recording
from symposium.actions import admit, copy_edition
from symposium.cells import hidden
from symposium.models import Speaker, Track
from symposium.report import report_on
from tests.people import make_member, make_organisation
from tests.symposium.live_days import a_rule, a_session, ask_for_evaluations, held_edition, say_terms, was_there


@pytest.mark.parametrize(
    ("cells", "fewest", "away"),
    [
        ([], [11], set()),
        ([[20], [30]], [11], set()),
        ([[0], [30]], [11], set()),
        ([[3], [30], [20]], [11], {0, 2}),
        ([[3], [4], [30], [20]], [11], {0, 1, 3}),
        ([[9], [9], [30]], [11], {0, 1}),
        ([[3]], [11], {0}),
        ([[20, 4], [30, 9], [40, 12]], [11, 5], {0, 1}),
    ],
)
def test_small_cells_are_hidden_and_what_lets_one_subtract_them(cells, fewest, away):
    assert hidden(cells, fewest) == away


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 12)), max_size=8))
def test_what_is_hidden_is_never_one_cell_nor_a_small_sum(cells):
    away = hidden(cells, [11, 5])
    assert {at for at, (people, places) in enumerate(cells) if people < 11 or places < 5} <= away
    if away and len(away) < len(cells):
        assert len(away) > 1
        assert sum(cells[at][0] for at in away) >= 11
        assert sum(cells[at][1] for at in away) >= 5


@pytest.fixture
def edition(cast):
    """Two tracks: one with many people of many organisations in one state, one with three people."""
    edition = held_edition(cast)
    Track.objects.create(edition=edition, name="Medical", position=1)
    many, few = a_session(cast, edition), a_session(cast, edition, "Skin", minutes=30)
    few.track = edition.tracks.get(name="Medical")
    few.save()
    for number in range(12):
        organisation = make_organisation(f"Programme {number % 6}" if number < 6 else f"Other {number % 6}")
        was_there(many, make_member(f"Person {number}", organisation))
    for person in (cast.member, cast.colleague, cast.outsider):
        was_there(few, person)
    return edition


@pytest.mark.django_db
def test_orr_is_told_who_came_without_names_and_without_small_numbers(cast, client, edition):
    report = report_on(edition)
    assert (report.total.people, report.total.organisations, report.total.hours_attended) == (15, 14, 13.5)
    assert [(one.name, one.people, one.of.hours) for one in report.by_track] == [
        ("Legal", None, 1.0),  # hidden, for who subtracts it from all learns the other
        ("Medical", None, 0.5),
    ]
    client.force_login(cast.specialist)
    page = client.get(reverse("symposium:report", args=[edition.slug])).content.decode()
    assert "Mara Member" not in page
    assert "Person 3" not in page
    assert "hidden" in page
    answer = client.post(reverse("symposium:export_report", args=[edition.slug]), {"as": "csv"})
    assert '"People, each once",15' in answer.content.decode()
    workbook = client.post(reverse("symposium:export_report", args=[edition.slug]), {"as": "xlsx"})
    assert workbook.content.startswith(b"PK")
    rows = list(report.sheets()["Tracks"])
    assert rows[1] == ["Legal", "hidden", "hidden", "hidden", 1, 1.0]


@pytest.mark.django_db
def test_large_cells_are_told(cast, edition):
    for number in range(12):
        organisation = make_organisation(f"Further {number}", state="TX")
        was_there(edition.sessions.get(title="Skin"), make_member(f"Other Person {number}", organisation))
    report = report_on(edition)
    assert [(one.name, one.people) for one in report.by_track] == [("Legal", 12), ("Medical", 15)]
    assert [mark.value for mark in report.tracks.marks] == [12, 15]


@pytest.mark.django_db
def test_the_archive_leads_those_who_were_admitted_to_what_is_left(cast, client, edition):
    session = edition.sessions.get(title="Skin")
    Speaker.objects.create(session=session, member=cast.facilitator)
    Recording.objects.create(
        meeting=session.meeting, url="https://video.example.org/1", captioned_at=now(), published_at=now()
    )
    Material.objects.create(
        meeting=session.meeting, title="Slides", url="https://example.org/slides", client_id=uuid4()
    )
    asked = {
        "meeting": session.meeting,
        "let_in_at": now(),
        "answered_at": now(),
        "answer": "Yes.",
        "client_id": cast.member.pk,
    }
    Question.objects.create(text="Is it so?", **asked)
    session.meeting.answers_published_at = now()
    session.meeting.save()
    a_session(cast, edition, "To come", ended=-timedelta(hours=2))
    admit(edition=edition, member=cast.member)
    address = reverse("symposium:archive", args=[edition.slug])
    client.force_login(cast.member)
    page = client.get(address).content.decode()
    for words in ("Skin", "Fay Facilitator", "Recording, with captions", "1 material", "1 answer", "Sleep groups"):
        assert words in page
    assert "To come" not in page
    client.force_login(cast.contact)
    page = client.get(address).content.decode()
    assert "Skin" in page
    assert "Recording, with captions" not in page


@pytest.mark.django_db
def test_the_next_edition_has_what_this_one_is_made_of_and_nobody(cast, client, edition):
    ask_for_evaluations(cast, edition)
    say_terms(cast, edition)
    a_rule(cast, edition)
    day = (now() + timedelta(days=365)).date()
    said = {"title": "Threads of Care 2028", "slug": "2028", "description": "", "zone": edition.zone}
    with pytest.raises(PermissionDenied):
        copy_edition(edition=edition, by=cast.member, **said, first_on=day, last_on=day)
    client.force_login(cast.staff)
    dates = {"first_on": day.isoformat(), "last_on": day.isoformat()}
    answer = client.post(reverse("symposium:copy", args=[edition.slug]), said | dates)
    assert answer.status_code == 302
    new = type(edition).objects.get(slug="2028")
    for part in ("tracks", "formats", "rooms"):
        assert [str(one) for one in getattr(new, part).all()] == [str(one) for one in getattr(edition, part).all()]
        assert not {one.pk for one in getattr(new, part).all()} & {one.pk for one in getattr(edition, part).all()}
    rule = new.credit_rules.get()
    assert [one.edition for one in rule.formats.all()] == [new]
    assert (new.terms.signed_by, new.questionnaire.is_closed) == (edition.terms.signed_by, False)
    assert not new.sessions.exists()
    assert not new.space.memberships.exists()
    assert (new.published_at, edition.credit_rules.count(), edition.terms.edition) == (None, 1, edition)
