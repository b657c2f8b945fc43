from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from groups.models import JoinRequest
from tests.people import make_group, make_member


@pytest.mark.parametrize("page", ["home", "about", "accessibility", "privacy", "healthz"])
def test_a_stranger_reads_the_public_pages_and_nothing_of_the_groups(client, cast, page):
    response = client.get(reverse(page))
    assert response.status_code == 200
    assert cast.group.topic not in response.content.decode()


def test_home_shows_what_waits(client, cast):
    asking = make_member("Asa Asking", cast.home)
    JoinRequest.objects.create(group=cast.group, member=asking)
    client.force_login(cast.unsigned)
    assert f"Sign the covenant of {cast.group}" in client.get("/").content.decode()
    client.force_login(cast.facilitator)
    assert f"1 person asks to join {cast.group}" in client.get("/").content.decode()
    client.force_login(cast.member)
    assert "asks to join" not in client.get("/").content.decode()


def test_home_says_what_comes_within_two_months(client, cast):
    cast.home.bases.update(ends_on=cast.home.today() + timedelta(days=20))
    client.force_login(cast.member)
    assert "The last day of ORR award 90ZT9001" in client.get("/").content.decode()


def test_home_invites_only_those_who_may_join(client, cast):
    for member, invited in ((cast.outsider, True), (cast.staff, False), (cast.specialist, False), (cast.lapsed, False)):
        client.force_login(member)
        page = client.get("/").content.decode()
        assert ("Look at the groups" in page, "Sign your group" in page) == (invited, invited)


def test_home_renews_itself_without_counting_as_activity(client, cast):
    client.force_login(cast.member)
    client.get("/")
    before = dict(client.session)
    assert client.get("/", headers={"X-By-Itself": "1"}).status_code == 200
    assert dict(client.session) == before


def test_an_address_that_only_takes_forms_says_so(client, cast):
    client.force_login(cast.outsider)
    response = client.get(reverse("groups:ask", args=[cast.group.pk]))
    assert response.status_code == 405
    assert "This step needs its form" in response.content.decode()


def test_a_step_called_fine_is_done_for_its_member_only(client, cast):
    client.force_login(cast.member)
    before = client.get("/").content.decode().count("Fine as it is")
    assert client.post(reverse("step_done", args=["time_zone"])).status_code == 302
    assert client.post(reverse("step_done", args=["nonsense"])).status_code == 404
    assert client.get("/").content.decode().count("Fine as it is") == before - 1
    client.force_login(cast.colleague)
    assert client.get("/").content.decode().count("Fine as it is") == before


def test_home_takes_the_same_queries_with_one_group_and_with_fifty(client, cast):
    client.force_login(cast.member)
    client.get("/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/")
    for number in range(49):
        make_group(f"Topic {number}", participants=[cast.member])
    with CaptureQueriesContext(connection) as fifty:
        client.get("/")
    assert len(fifty) == len(one)
