"""Post-tests: what staff write, how learners take them, and what credit a recording gives."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.timezone import now

from access import Refusal
from meetings.models import Recording
from symposium.actions import admit, go_on_with_a_run, set_learner, set_post_test, start_run, take_post_test
from symposium.credit import Outcome
from symposium.models import Certificate, PostTest
from symposium.people import kept_of
from symposium.post_tests import Question, questions_in
from symposium.standing import standings
from tests.symposium.live_days import a_rule, a_session, ask_for_evaluations, held_edition, say_terms, was_there

pytestmark = pytest.mark.django_db

WRITTEN = """What helps most against nightmares?
- Sleeping longer
* Imagery rehearsal

  Who rehearses?
* The client, with somebody
- The therapist
- Nobody
"""


@pytest.fixture
def edition(cast):
    edition = held_edition(cast)
    ask_for_evaluations(cast, edition)
    admit(edition=edition, member=cast.member)
    return edition


def recorded(cast, edition, title="Sleep groups", **terms):
    session = a_session(cast, edition, title)
    Recording.objects.create(
        meeting=session.meeting, url="https://video.example/1", captioned_at=now(), published_at=now()
    )
    said = {"questions": WRITTEN, "percent": 80, "attempts": 2, **terms}
    return set_post_test(session=session, by=cast.staff, **said)


def earned(edition, member, rule):
    return [credit for _, credit in standings(edition, [member])[member.pk].credits(rule)]


def test_staff_write_questions_as_they_would_in_a_letter():
    assert questions_in(WRITTEN) == [
        Question("What helps most against nightmares?", ["Sleeping longer", "Imagery rehearsal"], 1),
        Question("Who rehearses?", ["The client, with somebody", "The therapist", "Nobody"], 0),
    ]
    for text, why in {
        "": "Write from 1 to 20",
        "- A\n* B": "Question 1: first the question",
        "Who?\nA\n* B": "Question 1: first the question",
        "Who?\n* A": "from 2 to 6 answers",
        "Who?\n* A\n- A": "each another one",
        "Who?\n* A\n-": "from 2 to 6 answers",
        f"{WRITTEN}\nWho?\n- A\n- B": "Question 3: begin the right answer",
        "Who?\n* A\n* B": "it alone, with a \\*",
    }.items():
        with pytest.raises(ValueError, match=why):
            questions_in(text)


def test_who_watched_the_recording_earns_its_credit_by_the_test(cast, client, edition):
    say_terms(cast, edition)
    rule = a_rule(cast, edition, post_test=True)
    session = recorded(cast, edition).session
    write = reverse("symposium:post_test", args=[edition.slug, session.pk])
    take = reverse("symposium:take_test", args=[edition.slug, session.pk])
    mine = reverse("symposium:my_certificates", args=[edition.slug])
    client.force_login(cast.staff)
    assert client.post(write, {"questions": "Who?", "percent": 80, "attempts": 2}).status_code == 422
    assert client.post(write, {"questions": WRITTEN, "percent": 50, "attempts": 2}).status_code == 302
    client.post(write, {"questions": WRITTEN, "percent": 80, "attempts": 2})
    client.force_login(cast.outsider)
    assert "for those who were registered" in client.get(take).content.decode()
    client.force_login(cast.member)
    assert take not in client.get(mine).content.decode()
    set_learner(edition=edition, by=cast.member, name="Mara", rules=[rule])
    assert take in client.get(mine).content.decode()
    assert "Imagery rehearsal" in client.get(take).content.decode()
    assert client.post(take, {"question_0": 1, "question_1": 0}).status_code == 422, "without having watched it"
    page = client.post(take, {"question_0": 1, "question_1": 2, "watched": "on"}, follow=True).content.decode()
    assert "1 of 2 answers were right; it takes 2. You can take it 1 more time." in page
    (credit,) = earned(edition, cast.member, rule)
    assert (credit.outcome, credit.reasons[0]) == (Outcome.HELD, "You were not there.")
    start_run(edition=edition, by=cast.staff)
    go_on_with_a_run()
    assert not Certificate.objects.exists(), "nothing is earned yet, also no participation"
    client.post(take, {"question_0": 1, "question_1": 0, "watched": "on"})
    (credit,) = earned(edition, cast.member, rule)
    assert (credit.outcome, credit.hours) == (Outcome.GRANTED, Decimal(1))
    page = client.get(mine).content.decode()
    assert "By its recording: 2 of 2 answers were right." in page
    assert take not in page
    start_run(edition=edition, by=cast.staff)
    go_on_with_a_run()
    assert [(one.profession, one.hours) for one in Certificate.objects.all()] == [("Social workers", 1)]
    with pytest.raises(Refusal, match="2 of 2 answers were right"):
        take_post_test(test=PostTest.objects.get(), by=cast.member, answers=[1, 0])
    with pytest.raises(Refusal, match="its questions stay"):
        set_post_test(session=session, by=cast.staff, questions="Who?\n* A\n- B", percent=80, attempts=2)
    assert [one["right"] for one in kept_of(cast.member)["post_tests"]] == [1, 2]


def test_attempts_are_limited_and_who_was_there_needs_none(cast, edition):
    rule = a_rule(cast, edition, post_test=True, evaluation_within=None)
    without = a_rule(cast, edition, "Nurses", evaluation_within=None)
    test, other = recorded(cast, edition), recorded(cast, edition, "Waiting lists")
    was_there(test.session, cast.member, (0, 20))
    was_there(other.session, cast.member)
    for _ in range(2):
        take_post_test(test=test, by=cast.member, answers=[0, 0])
    with pytest.raises(Refusal, match="You have no attempt left"):
        take_post_test(test=test, by=cast.member, answers=[1, 0])
    refused, granted = earned(edition, cast.member, rule)
    assert [refused.outcome, granted.outcome] == [Outcome.REFUSED, Outcome.GRANTED]
    assert refused.reasons[0] == "You left 40 minutes early; the limit is 15."
    assert "no attempt left" in refused.reasons[-1]
    assert "post-test" not in " ".join(earned(edition, cast.member, without)[0].reasons)
    Recording.objects.filter(meeting=other.session.meeting).update(published_at=None)
    with pytest.raises(Refusal, match="not published yet"):
        take_post_test(test=other, by=cast.member, answers=[1, 0])
