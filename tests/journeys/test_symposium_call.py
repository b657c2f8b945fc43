"""From the call for proposals to the letter, in a browser: an author, a reviewer, staff."""

import os
from pathlib import Path

from playwright.sync_api import expect

from symposium.models import Proposal, Session
from tests.browser import assert_accessible
from tests.journeys.test_meetings import PHONE
from tests.symposium.scenes import called, criteria, phase, reviewer_of

WIDE = {"width": 1280, "height": 720}


def looked_at(page, name: str) -> None:
    """Calm to axe, and no wider than a phone's screen and than a wide one. With SHOTS set, pictures of it go there."""
    assert_accessible(page)
    own = page.viewport_size
    for size, scheme in ((own, "light"), (WIDE if own == PHONE else PHONE, "dark")):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
        if "SHOTS" in os.environ:
            page.emulate_media(color_scheme=scheme)
            path = Path(os.environ["SHOTS"]) / f"{name}-{size['width']}-{scheme}.png"
            page.screenshot(path=path, full_page=True)
    page.set_viewport_size(own)


def scene(cast):
    edition = called(cast, intro="Short sessions about what helps.\n\nBring one question.")
    criteria(edition, cast)
    phase(edition, cast)
    return edition, reviewer_of(edition, cast, "Sol Stranger").member


def test_from_the_call_to_the_letter(cast, open_page, apart):
    edition, reviewer = apart(scene, cast)

    author = open_page(cast.member, viewport=PHONE)
    author.goto("/symposium/2027/call/")
    looked_at(author, "call")
    author.get_by_role("button", name="Propose a session").click()
    author.get_by_label("Title").fill("Sleep first")
    with author.expect_response(lambda answer: answer.url.endswith("/keep/")):
        author.get_by_label("Abstract").fill("What Mara Member does in the first weeks.")
    author.goto("/symposium/2027/call/")
    author.get_by_role("link", name="Sleep first").click()
    author.get_by_role("link", name="Go on writing").click()
    expect(author.get_by_label("Abstract")).to_have_value("What Mara Member does in the first weeks.")
    looked_at(author, "form")
    author.get_by_label("Legal").check()
    author.get_by_label("Workshop").check()
    author.get_by_role("button", name="Send it in").click()
    expect(author.get_by_text("Reviewers should not learn who you are")).to_be_visible()
    looked_at(author, "proposal")

    staff = open_page(cast.staff)
    staff.goto("/symposium/2027/reviewing/")
    looked_at(staff, "reviewing")
    staff.get_by_role("button", name="Share them out").click()
    expect(staff.get_by_text("Shared out. New: 1.")).to_be_visible()

    desk = open_page(reviewer, viewport=PHONE)
    desk.goto("/symposium/2027/review/")
    looked_at(desk, "desk")
    desk.get_by_role("link", name="Sleep first").click()
    expect(desk.get_by_text("What [withheld] does in the first weeks.")).to_be_visible()
    for group in desk.locator("form[data-keep] fieldset").all():
        group.get_by_label("4", exact=True).check()
    desk.get_by_label("What you say to those who proposed it").fill("Say more of the nights.")
    looked_at(desk, "review")
    desk.get_by_role("button", name="Keep").click()
    expect(desk.get_by_role("heading", name="Reviewed")).to_be_visible()

    staff.goto("/symposium/2027/proposals/")
    staff.get_by_label("Sleep first").check()
    looked_at(staff, "proposals")
    staff.get_by_role("button", name="Decide on those ticked").click()
    staff.get_by_role("link", name="Look at the letters").click()
    staff.locator("summary", has_text="Sleep first").click()
    expect(staff.get_by_text("is accepted for Threads of Care")).to_be_visible()
    looked_at(staff, "letters")
    staff.get_by_role("button", name="Send all letters").click()
    staff.get_by_role("dialog").get_by_role("button", name="Send them").click()
    expect(staff.get_by_text("Sent, about 1 proposal.")).to_be_visible()
    assert apart(Session.objects.get).title == "Sleep first"
    assert apart(Proposal.objects.get).told_at

    author.reload()
    expect(author.get_by_role("heading", name="Accepted")).to_be_visible()
    expect(author.get_by_text("Say more of the nights.")).to_be_visible()
    staff.goto(author.url)
    looked_at(staff, "proposal-staff")
