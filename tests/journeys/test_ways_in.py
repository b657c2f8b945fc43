"""Coming in, running the house, and what a lapse does to an open page."""

import csv
import time

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from members.actions.joining import apply, issue_invitation
from members.actions.organisations import end_basis
from members.exchange import COLUMNS
from members.models import Application, Domain, Invitation, Member
from members.tokens import hash_of, new_token
from tests.browser import assert_accessible

TOO_WIDE = """[...document.querySelectorAll("main *")]
  .filter((one) => document.documentElement.scrollWidth > innerWidth && one.getBoundingClientRect().right > innerWidth)
  .filter((one) => !one.parentElement.closest(".table-wrap, .tabs")).map((one) => one.outerHTML.slice(0, 200))"""
NEW = "nia.new@harbor.example.org"


def test_somebody_invited_goes_in_with_a_password_of_their_own(cast, page):
    _, token = issue_invitation(email=NEW, organisation=cast.home, by=cast.contact, name="Nia New")
    page.goto(reverse("members:invitation", args=[token]))
    assert_accessible(page)
    page.get_by_label("A password").fill("short")
    page.get_by_label("Your time zone").select_option("Pacific/Guam")
    page.get_by_role("button", name="Accept and go in").click()
    expect(page.get_by_role("heading", name="Please check one thing")).to_be_visible()
    expect(page.get_by_label("Your time zone")).to_have_value("Pacific/Guam")
    assert_accessible(page)
    page.get_by_label("A password").fill("several invented words in a row")
    page.get_by_role("button", name="Accept and go in").click()
    page.wait_for_url("**/")
    expect(page.get_by_role("link", name="Sign in")).to_have_count(0)
    member = Member.objects.get(email=NEW)
    assert (member.time_zone, member.affiliations.get().organisation) == ("Pacific/Guam", cast.home)


def test_an_applicant_finds_their_organisation_and_the_contact_lets_them_in(cast, page, open_page):
    Domain.objects.create(organisation=cast.home, name="harbor.example.org")
    page.goto(reverse("members:apply"))
    assert_accessible(page)
    page.get_by_label("Your name").fill("Nia New")
    page.get_by_label("Your work address").fill(NEW)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    token, token_hash = new_token("confirm")
    Application.objects.update(token_hash=token_hash)  # the link itself is in the mail alone
    assert token_hash == hash_of("confirm", token)
    page.goto(reverse("members:confirm", args=[token]))
    expect(page.get_by_role("radio", name=cast.home.name)).to_be_checked()
    assert_accessible(page)
    page.get_by_label("What you do there").fill("Social worker")
    page.get_by_label("Search for your organisation").fill("prairie")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("radio", name=cast.away.name)).to_be_visible()
    expect(page.get_by_label("What you do there")).to_have_value("Social worker")
    page.get_by_role("button", name="Confirm my address and apply").click()
    expect(page.get_by_role("heading", name="Thank you, we have it")).to_be_visible()
    contact = open_page(cast.contact)
    contact.goto(cast.home.get_absolute_url())
    assert_accessible(contact)
    contact.get_by_role("link", name="Nia New").click()
    assert_accessible(contact)
    contact.get_by_role("button", name="Approve").click()
    expect(contact.get_by_text("An invitation is on its way to them.")).to_be_visible()
    assert Invitation.objects.get().email == NEW


@pytest.mark.parametrize("width", [1280, 360])
def test_the_staff_area_is_whole_at_every_width(cast, open_page, width):
    apply(name="Nia New", email=NEW)
    Application.objects.update(confirmed_at=cast.admin.joined_at, organisation=cast.home)
    invitation, _ = issue_invitation(email=NEW, organisation=cast.home, by=cast.staff, roles=["facilitator"])
    page = open_page(cast.admin, viewport={"width": width, "height": 800})
    basis = cast.home.bases.get()
    for name, *args in [
        ("staff",),
        ("applications",),
        ("application", Application.objects.get().pk),
        ("invitations",),
        ("staff_invite",),
        ("organisations",),
        ("organisation", cast.home.pk),
        ("organisation_edit", cast.home.pk),
        ("basis_edit", basis.pk),
        ("basis_end", basis.pk),
        ("rules",),
        ("lapses",),
        ("members",),
        ("member", cast.member.pk),
        ("member_deactivate", cast.member.pk),
        ("import",),
        ("trail",),
    ]:
        page.goto(reverse(f"members:{name}", args=args))
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        assert_accessible(page)
        assert (name, page.evaluate(TOO_WIDE)) == (name, [])


def test_a_file_is_previewed_and_imported(cast, open_page, tmp_path):
    file = tmp_path / "organisations.csv"
    with file.open("w", newline="") as out:
        rows = csv.DictWriter(out, COLUMNS)
        rows.writeheader()
        rows.writerow({"organisation": "Cedar Gate Clinic", "state": "WA", "time_zone": "Pacific"})
        rows.writerow({"organisation": "Harbor Light Healing Center", "state": "WI"})
    page = open_page(cast.staff)
    page.goto(reverse("members:import"))
    page.get_by_label("A CSV file").set_input_files(file)
    page.get_by_role("button", name="Show what it would change").click()
    expect(page.get_by_text("state: MN → WI")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("link", name="Cedar Gate Clinic")).to_be_visible()


def test_an_award_ended_by_staff_closes_an_open_room_within_seconds(cast, open_page, apart):
    page = open_page(cast.member)
    page.goto(cast.group.get_absolute_url())
    room = page.locator(f'live-space[data-space="{cast.group.space_id}"]')
    expect(room.locator("[data-live-status]").first).to_have_attribute("data-state", "connected")
    began = time.monotonic()
    apart(end_basis, basis=cast.home.bases.get(), by=cast.staff, reason="Terminated.")
    expect(room).to_have_count(0)
    assert time.monotonic() - began < 15
    assert page.reload().status == 404
