"""A group from outside to inside: asking, being let in, signing; and what its people see when rights change."""

import pytest
from playwright.sync_api import expect

from groups import actions
from members.models import Discipline
from tests.browser import assert_accessible

pytestmark = pytest.mark.journey
CONNECTED = "[data-live-status]"


@pytest.fixture
def home(cast):
    return f"/groups/{cast.group.pk}/"


def confirm(page):
    page.locator("#confirm").get_by_role("button", name="Yes").or_(page.locator("#confirm button[value=yes]")).click()


def test_a_member_asks_is_let_in_signs_and_is_seen_by_the_others(cast, open_page, home):
    asking, leading = open_page(cast.outsider), open_page(cast.facilitator)
    asking.goto("/groups/")
    assert_accessible(asking)
    asking.get_by_role("link", name="Clinical Treatment").click()
    asking.get_by_label("A note to the facilitators").fill("I run a sleep clinic.")
    assert_accessible(asking)
    asking.get_by_role("button", name="Ask to join").click()
    expect(asking.locator("#flashes")).to_contain_text("The facilitators have your request")
    expect(asking.get_by_role("button", name="Take the request back")).to_be_visible()

    leading.goto(f"{home}roster/")
    expect(leading.locator(CONNECTED)).to_have_text("Connected")
    desk = leading.context.new_page()
    desk.goto(f"{home}facilitate/")
    assert_accessible(desk)
    expect(desk.get_by_text("I run a sleep clinic.")).to_be_visible()
    desk.get_by_role("button", name="Accept Olive Outsider").click()
    expect(desk.locator("#flashes")).to_contain_text("Olive Outsider is in")
    expect(leading.locator("#roster")).to_contain_text("Olive Outsider")  # without a reload

    asking.goto(home)
    expect(asking.get_by_role("heading", name="Covenant")).to_be_visible()
    assert_accessible(asking)
    asking.get_by_label("Your full name").fill("Somebody Else")
    asking.get_by_role("button", name="Sign and enter").click()
    expect(asking.get_by_label("Your full name")).to_have_value("Somebody Else")
    expect(asking.locator(".error").first).to_contain_text("Sign with your full name")
    asking.get_by_label("Your full name").fill("olive  outsider")
    asking.get_by_role("button", name="Sign and enter").click()
    expect(asking.locator(".room-head")).to_contain_text("3 members and 1 facilitator can read this room.")
    assert_accessible(asking)
    asking.locator(".readers summary").click()
    expect(asking.locator(".readers ul")).to_contain_text("Olive Outsider")


def test_a_new_covenant_leads_open_rooms_to_the_signature(cast, open_page, home, apart):
    room, roster = open_page(cast.member), open_page(cast.colleague)
    room.goto(home)
    roster.goto(f"{home}roster/")
    for page in (room, roster):
        expect(page.locator(CONNECTED).first).to_have_text("Connected")
    apart(actions.publish_covenant, text="We keep confidence, always.", by=cast.staff)
    for page in (room, roster):
        expect(page.get_by_role("heading", name="Covenant")).to_be_visible()
        expect(page.get_by_text("It has changed since you signed")).to_be_visible()


def test_break_glass_is_shown_in_the_room_while_it_lasts(cast, open_page, home):
    room, asking, second = open_page(cast.member), open_page(cast.admin), open_page(cast.privacy_officer)
    room.goto(home)
    expect(room.locator(CONNECTED)).to_have_text("Connected")

    asking.goto(f"{home}about/")
    asking.get_by_text("Oversight").click()
    asking.get_by_role("link", name="Ask for break-glass").click()
    asking.get_by_label("Why you need to read this group").fill("A report of harm.")
    assert_accessible(asking)
    asking.get_by_role("button", name="Ask a second person").click()
    assert asking.goto(home).status == 404

    second.goto("/groups/break-glass/")
    assert_accessible(second)
    second.get_by_role("button", name="Agree").click()
    confirm(second)
    expect(second.locator("#flashes")).to_contain_text("Ada Admin can read")
    expect(room.locator("#glass")).to_contain_text("Ada Admin can read this group")
    expect(room.locator("#glass")).to_contain_text("A report of harm.")

    assert asking.goto(home).status == 200
    expect(asking.get_by_text("You read this group through a break-glass")).to_be_visible()
    assert_accessible(asking)
    second.get_by_role("button", name="End it now").click()
    expect(room.locator("#glass > *")).to_have_count(0)
    expect(asking.get_by_role("heading", name="There is nothing here")).to_be_visible()


def test_who_is_removed_loses_the_room_at_once_and_reads_why(cast, open_page, home):
    gone, leading, staying = open_page(cast.colleague), open_page(cast.facilitator), open_page(cast.member)
    gone.goto(home)
    staying.goto(f"{home}roster/")
    for page in (gone, staying):
        expect(page.locator(CONNECTED)).to_have_text("Connected")
    leading.goto(f"{home}facilitate/")
    leading.get_by_role("link", name="Remove Cole Colleague").click()
    assert_accessible(leading)
    leading.get_by_label("Reason").fill("Broke the covenant.")
    leading.get_by_role("button", name="Remove").click()
    expect(staying.locator("#roster")).not_to_contain_text("Cole Colleague")
    expect(gone.locator(".room-head")).to_have_count(0)
    gone.goto(f"{home}about/")
    expect(gone.get_by_text("Broke the covenant.")).to_be_visible()


def test_closing_is_seen_at_once_and_can_be_undone(cast, open_page, home):
    room, leading = open_page(cast.member), open_page(cast.facilitator)
    room.goto(home)
    expect(room.locator(CONNECTED)).to_have_text("Connected")
    leading.goto(f"{home}facilitate/")
    leading.get_by_role("link", name="Close the group").click()
    leading.get_by_role("button", name="Close the group").click()
    expect(room.get_by_text("nobody can write or join")).to_be_visible()
    leading.goto(f"{home}facilitate/")
    leading.get_by_role("button", name="Reopen the group").click()
    expect(room.get_by_text("nobody can write or join")).to_be_hidden()


@pytest.mark.parametrize("path", ["/groups/", "about/", "roster/", "files/", "search/", "facilitate/", ""])
def test_a_phone_shows_all_of_it_without_a_script(cast, open_page, home, path, apart):
    for name in ("Clinical social work", "Marriage and family therapy"):
        cast.member.disciplines.add(Discipline.objects.create(name=name))
    apart(actions.ask_to_join, group=cast.group, by=cast.outsider, note="One-very-long-word-" * 8)
    page = open_page(cast.facilitator, viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page.goto(path if path.startswith("/") else home + path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
