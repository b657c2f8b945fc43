"""The live days in three browsers: an announcement at once, an evaluation, certificates, and who checks one."""

import re
from datetime import timedelta
from uuid import uuid4

from django.urls import reverse
from playwright.sync_api import expect

from symposium.actions import admit, open_table
from symposium.models import Format, Release
from symposium.schedules import as_scheduled
from tests.browser import assert_accessible
from tests.symposium.live_days import a_rule, a_session, ask_for_evaluations, held_edition, say_terms, was_there

PHONE = {"width": 360, "height": 740}


def live_days(cast):
    """One session that is over, at which the member was, and one that is on."""
    edition = held_edition(cast)
    admit(edition=edition, member=cast.member)
    ask_for_evaluations(cast, edition)
    say_terms(cast, edition)
    a_rule(cast, edition)
    was_there(a_session(cast, edition), cast.member)
    a_session(cast, edition, "Waiting lists", ended=-timedelta(minutes=30))
    return edition


def with_a_poster_and_a_table(cast):
    edition = live_days(cast)
    Format.objects.create(edition=edition, name="Poster", kind="poster")
    poster = a_session(cast, edition, "What sleep gives", ended=-timedelta(minutes=30), kind="poster")
    slot = as_scheduled(poster)
    slot.release = Release.objects.create(edition=edition, number=1)
    slot.save()
    said = {"topic": "Interpreters", "seats": 2, "room_url": "https://video.example.org/t", "client_id": uuid4()}
    open_table(edition=edition, by=cast.staff, **said)
    return edition


def looked_at(page):
    """It is accessible, and as wide as the window."""
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_from_the_lobby_to_a_certificate_that_is_valid(cast, open_page, apart):
    edition = apart(live_days, cast)
    lobby = reverse("symposium:lobby", args=[edition.slug])
    learner = open_page(cast.member, viewport=PHONE, color_scheme="dark")
    learner.goto(lobby)
    expect(learner.get_by_role("link", name=re.compile("Go in.*Waiting lists"))).to_be_visible()
    staff = open_page(cast.staff)
    staff.goto(lobby)
    staff.get_by_label("Tell everybody").fill("Track B moves to Cedar.")
    staff.get_by_role("button", name="Tell everybody").click()
    expect(learner.get_by_text("Track B moves to Cedar.")).to_be_visible()
    expect(learner.get_by_role("button", name="Take it back")).to_be_hidden()
    for page in (learner, staff):
        looked_at(page)
    staff.get_by_role("button", name="Take it back").click()
    expect(learner.get_by_text("Track B moves to Cedar.")).to_have_count(0)

    learner.get_by_role("link", name="Sleep groups").click()
    looked_at(learner)
    for statement in learner.locator("main fieldset").all():
        statement.get_by_label("5, wholly").check()
    learner.get_by_label("What else").fill("More time for questions.")
    learner.get_by_role("button", name="Send it").click()
    expect(learner.get_by_text("Thank you.")).to_be_visible()
    learner.get_by_label("Your name on certificates").fill("Mara M. Member, LCSW")
    learner.get_by_label("Social workers").check()
    learner.get_by_role("button", name="Keep this").click()
    expect(learner.get_by_role("heading", name="CE credit for Social workers")).to_be_visible()
    looked_at(learner)

    staff.goto(reverse("symposium:credit", args=[edition.slug]))
    looked_at(staff)
    staff.get_by_role("button", name="Issue all certificates").click()
    expect(staff.get_by_text("2 new certificates for 1 person who was there")).to_be_visible()
    staff.get_by_role("link", name="Who earned what").click()
    looked_at(staff)
    for name in ("archive", "report", "evaluations"):
        staff.goto(reverse(f"symposium:{name}", args=[edition.slug]))
        looked_at(staff)

    learner.reload()
    with learner.expect_download() as download:
        learner.get_by_role("link", name=re.compile("Certificate of continuing education")).click()
    serial = download.value.suggested_filename.removeprefix("certificate-").removesuffix(".pdf")
    assert download.value.path().read_bytes().startswith(b"%PDF")
    stranger = open_page()
    stranger.goto(reverse("symposium:verify", args=[serial]))
    expect(stranger.get_by_role("heading", name="Valid", exact=True)).to_be_visible()
    expect(stranger.get_by_text("Mara")).to_have_count(0)
    looked_at(stranger)


def test_a_table_a_poster_a_quiet_room_and_applause(cast, open_page, apart):
    edition = apart(with_a_poster_and_a_table, cast)
    learner = open_page(cast.member, viewport=PHONE, color_scheme="dark")
    learner.goto(reverse("symposium:lobby", args=[edition.slug]))
    learner.get_by_role("link", name="Tables", exact=True).click()
    staff = open_page(cast.staff)
    staff.goto(learner.url)
    learner.get_by_role("button", name=re.compile("Sit down.*Interpreters")).click()
    expect(learner.get_by_role("link", name="Open the video of Interpreters")).to_be_visible()
    expect(staff.get_by_role("list", name="At Interpreters").get_by_text(cast.member.name)).to_be_visible()
    expect(staff.get_by_role("link", name="Open the video of Interpreters")).to_be_hidden()
    for page in (learner, staff):
        looked_at(page)
    learner.get_by_role("button", name=re.compile("Stand up.*Interpreters")).click()
    expect(staff.get_by_text("2 of 2 seats free")).to_be_visible()

    learner.goto(reverse("symposium:posters", args=[edition.slug]))
    looked_at(learner)
    learner.get_by_role("link", name="What sleep gives").click()
    staff.goto(learner.url)
    learner.locator("[data-live-form] textarea").fill("How many sessions?")
    learner.get_by_role("button", name="Send", exact=True).click()
    expect(staff.get_by_text("How many sessions?")).to_be_visible()
    for page in (learner, staff):
        looked_at(page)
    learner.goto(reverse("symposium:quiet", args=[edition.slug]))
    looked_at(learner)

    room = reverse("meetings:room", args=[edition.sessions.get(title="Waiting lists").meeting_id])
    for page in (learner, staff):
        page.goto(room)
    for count in "12":
        learner.get_by_role("button", name="Applause").press("Enter")
        expect(staff.get_by_role("list", name="Given so far").get_by_role("listitem").first).to_have_text(
            f"Applause: {count}"
        )
    expect(learner.get_by_role("button", name="Applause")).to_be_focused()
    for page in (learner, staff):
        looked_at(page)
