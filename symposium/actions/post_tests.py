"""Post-tests: written by staff, taken by who watched a recording."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from access import Refusal, insist_on_pace, may, require
from audit.trail import append
from members.models import Member
from symposium.models import Attempt, CreditRule, Edition, PostTest, Session
from symposium.post_tests import Grade, graded, questions_in

NOT_YET = "Its recording is not published yet. The test comes after it."


@transaction.atomic
def set_post_test(*, session: Session, by: Member, questions: str, percent: int, attempts: int) -> PostTest:
    """Write down what is asked of who watched the recording. Raises Refusal where somebody has answered already."""
    require(by, "edition.manage", session.edition)
    before = PostTest.objects.select_for_update().filter(session=session).first()
    if before and before.questions != questions and before.taken.exists():
        raise Refusal("Somebody has taken it already, so its questions stay. You can change what it takes to pass.")
    said = {"questions": questions, "percent": percent, "attempts": attempts}
    test = PostTest.objects.update_or_create(session=session, defaults=said)[0]
    append("post_test.set", subject=session, by=by)
    return test


def why_not_take_it(test: PostTest, member: Member) -> str:
    """Why somebody cannot take it now; empty where they can."""
    session = test.session
    recording = getattr(session.meeting, "recording", None)
    if recording is None or recording.published_at is None:
        return NOT_YET
    if not may(member, "space.read", session.edition.space):
        return "Recordings and their tests are for those who were registered."
    how = how_it_went(test, member)
    return how.said if how and not how.is_open else ""


def how_it_went(test: PostTest, member: Member) -> Grade | None:
    """None where they have not taken it."""
    taken = list(test.taken.filter(member=member))
    return graded(test, taken) if taken else None


def tests_open_to(edition: Edition, member: Member, rules: Iterable[CreditRule]) -> list[PostTest]:
    """Those of published recordings that count by one of these rules, and that they may still take. In two queries."""
    formats = {one.pk for rule in rules if rule.post_test for one in rule.formats.all()}
    if not formats or not may(member, "space.read", edition.space):
        return []
    tests = PostTest.objects.filter(session__edition=edition, session__cancelled_at=None, session__format__in=formats)
    tests = tests.filter(session__meeting__recording__published_at__isnull=False).select_related("session")
    taken: dict[UUID, list[Attempt]] = defaultdict(list)
    for one in Attempt.objects.filter(member=member, test__session__edition=edition):
        taken[one.test_id].append(one)
    return [one for one in tests if not taken[one.pk] or graded(one, taken[one.pk]).is_open]


@transaction.atomic
def take_post_test(*, test: PostTest, by: Member, answers: Sequence[int]) -> Grade:
    """Answer all its questions, by the numbers of the answers. Gives how one stands. Raises Refusal."""
    insist_on_pace(by)
    test = PostTest.objects.select_for_update(of=("self",)).select_related("session__edition__space").get(pk=test.pk)
    if why_not := why_not_take_it(test, by):
        raise Refusal(why_not)
    questions = questions_in(test.questions)
    if len(answers) != len(questions):
        raise Refusal("Answer each question.")
    right = sum(one.right == answer for one, answer in zip(questions, answers, strict=True))
    number = test.taken.filter(member=by).count() + 1
    Attempt.objects.create(test=test, member=by, number=number, right=right, of=len(questions))
    return graded(test, list(test.taken.filter(member=by)))
