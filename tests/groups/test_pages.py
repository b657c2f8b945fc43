"""What the pages of groups say, keep and leave out."""

import pytest
from django.utils.timezone import now

from groups import actions
from groups.models import Covenant, Group, JoinRequest
from members.models import Member
from tests.people import make_group, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_member(client):
    """as_member(person): a browser in which they are signed in."""

    def as_member(person):
        client.force_login(Member.objects.get(pk=person.pk))
        return client

    return as_member


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_who_is_not_eligible_reads_why_and_no_group(cast, as_member):
    page = text(as_member(cast.lapsed).get("/groups/"))
    assert "Lakeside Family Recovery" in page
    assert "Clinical Treatment" not in page


def test_names_of_facilitators_are_for_those_who_may_see_them(cast, as_member):
    assert "Fay Facilitator" not in text(as_member(cast.outsider).get("/groups/"))
    Member.objects.filter(pk=cast.facilitator.pk).update(listed_at=now())
    assert "Facilitated by Fay Facilitator" in text(as_member(cast.outsider).get("/groups/"))


def test_names_of_participants_are_on_no_page_outside(cast, as_member):
    browser = as_member(cast.outsider)
    pages = [text(browser.get(path)) for path in ("/groups/", f"/groups/{cast.group.pk}/about/")]
    assert [name for name in ("Mara", "Cole", "Uma") if any(name in page for page in pages)] == []


def test_the_list_is_by_year_and_topic(cast, as_member):
    make_group("Sleep")
    browser = as_member(cast.outsider)
    assert "Sleep" not in text(browser.get("/groups/?topic=clinical"))
    assert "No group like that" in text(browser.get("/groups/?topic=dance"))
    assert "Sleep" in text(browser.get("/groups/?year=2027"))
    assert browser.get("/groups/?year=nonsense").status_code == 200


def test_the_place_on_the_waitlist_is_shown(cast, as_member):
    Group.objects.filter(pk=cast.group.pk).update(seats=1)
    for member in (make_member("First Waiting", cast.home), cast.outsider):
        actions.accept(request=actions.ask_to_join(group=cast.group, by=member), by=cast.facilitator)
    assert "number 2 on the waitlist" in text(as_member(cast.outsider).get(f"/groups/{cast.group.pk}/about/"))


def test_a_refused_request_keeps_what_was_typed(cast, as_member):
    actions.close(group=cast.group, by=cast.facilitator)
    answer = as_member(cast.outsider).post(f"/groups/{cast.group.pk}/ask/", {"note": "I run a sleep clinic."})
    assert answer.status_code == 422
    assert JoinRequest.objects.count() == 0


def test_a_note_that_is_too_long_is_kept_and_explained(cast, as_member):
    note = "word " * 300
    answer = as_member(cast.outsider).post(f"/groups/{cast.group.pk}/ask/", {"note": note})
    assert answer.status_code == 422
    assert note.strip() in answer.content.decode()
    assert "at most 1000 characters" in text(answer)


def test_the_reason_of_a_decline_is_read_by_the_member_and_nobody_else(cast, as_member):
    request = actions.ask_to_join(group=cast.group, by=cast.outsider)
    actions.decline(request=request, by=cast.facilitator, reason="This year is for physicians.")
    path = f"/groups/{cast.group.pk}/about/"
    assert "This year is for physicians." in text(as_member(cast.outsider).get(path))
    assert "physicians" not in text(as_member(cast.contact).get(path))


def test_looking_at_a_covenant_publishes_nothing(cast, as_member):
    browser = as_member(cast.staff)
    page = text(browser.post("/groups/covenants/", {"text": "We keep *all* of it.", "preview": ""}))
    assert "We keep <em>all</em> of it." in page
    assert Covenant.objects.count() == 1
    browser.post("/groups/covenants/", {"text": "We keep *all* of it.", "publish": ""})
    assert Covenant.objects.current().version == 2


def test_a_covenant_runs_no_script(cast, as_member):
    page = text(as_member(cast.staff).post("/groups/covenants/", {"text": "<script>alert(1)</script>", "preview": ""}))
    assert "<script>alert" not in page


def test_signing_keeps_name_time_and_version(cast, as_member):
    answer = as_member(cast.unsigned).post(f"/groups/{cast.group.pk}/covenant/", {"name": " uma  UNSIGNED "})
    assert answer.status_code == 302
    signature = cast.group.signatures.get(member=cast.unsigned)
    assert (signature.name, signature.covenant.version) == ("uma UNSIGNED", 1)
    assert abs((now() - signature.signed_at).total_seconds()) < 60


def test_the_room_says_who_can_read_it(cast, as_member):
    page = text(as_member(cast.member).get(f"/groups/{cast.group.pk}/"))
    assert "2 members and 1 facilitator can read this room. NCB staff and the ORR specialist cannot." in page
    assert "Lars Lapsed" not in page
    assert "Uma Unsigned" not in page


def test_the_specialist_sees_the_roster_and_no_door(cast, as_member):
    page = text(as_member(cast.specialist).get(f"/groups/{cast.group.pk}/roster/"))
    assert "Mara Member" in page
    assert str(cast.group.space_id) not in page
    assert f'"/groups/{cast.group.pk}/"' not in page


def test_the_last_reason_one_was_given_is_shown_after_a_removal(cast, as_member):
    actions.remove(membership=cast.group.participants.get(member=cast.member), by=cast.facilitator, reason="Recorded.")
    assert "Recorded." in text(as_member(cast.member).get(f"/groups/{cast.group.pk}/about/"))
    assert "Recorded." not in text(as_member(cast.colleague).get(f"/groups/{cast.group.pk}/roster/"))


def test_a_second_group_of_one_topic_and_year_is_refused_and_the_form_kept(cast, as_member):
    form = {"topic": "Clinical Treatment", "fiscal_year": 2027, "seats": 8, "description": "Kept."}
    answer = as_member(cast.staff).post("/groups/open/", form)
    assert answer.status_code == 422
    assert "already" in text(answer)
    assert "Kept." in text(answer)


def test_staff_open_a_group_appoint_and_end_a_term(cast, as_member):
    browser = as_member(cast.staff)
    answer = browser.post("/groups/open/", {"topic": "Sleep", "fiscal_year": 2027, "seats": 8})
    group = Group.objects.get(topic="Sleep")
    assert answer["Location"] == f"/groups/{group.pk}/facilitators/"
    browser.post(answer["Location"], {"member": str(cast.facilitator.pk)})
    membership = group.facilitators.get()
    browser.post(f"/groups/{group.pk}/facilitators/{membership.pk}/end/")
    assert not group.facilitators.exists()


def test_somebody_without_the_role_cannot_be_appointed_by_a_forged_form(cast, as_member):
    answer = as_member(cast.staff).post(f"/groups/{cast.group.pk}/facilitators/", {"member": str(cast.outsider.pk)})
    assert answer.status_code == 422
    assert cast.group.facilitators.count() == 1


def test_what_stands_beside_the_messages_names_no_client_either(cast, as_member):
    told = "She has the number A012 345 678."
    page = as_member(cast.facilitator).post(f"/groups/{cast.group.pk}/facilitate/describe/", {"description": told})
    assert (page.status_code, "may identify a client" in text(page)) == (422, True)
    page = as_member(cast.outsider).post(f"/groups/{cast.group.pk}/ask/", {"note": told})
    assert (page.status_code, "may identify a client" in text(page)) == (422, True)
    cast.group.refresh_from_db()
    assert (cast.group.description, cast.group.join_requests.count()) == ("", 0)
