"""What belongs to a meeting, in a browser: materials in its room at once, what is recorded, what somebody needs."""

from datetime import time, timedelta

import pytest
from django.utils.timezone import localtime, now
from playwright.sync_api import expect

from meetings.actions import plan_series
from meetings.models import Meeting, MeetingSeries
from tests.browser import assert_accessible
from tests.files.conftest import PDF_PAGE
from tests.journeys.test_meetings import PHONE


@pytest.fixture
def meeting(cast, apart):
    def plan():
        at = localtime(now() + timedelta(minutes=8))
        series = MeetingSeries(
            title="Town meeting",
            audience="eligible",
            pattern="once",
            zone="UTC",
            first_on=now().date(),
            begins_at=time(23, 50),
            minutes=75,
        )
        made = plan_series(series=series, by=cast.specialist).meetings.get()
        Meeting.objects.filter(pk=made.pk).update(starts_at=at, ends_at=at + timedelta(minutes=75))
        return made

    return apart(plan)


def fits(page) -> None:
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_what_belongs_to_a_meeting(meeting, cast, open_page):
    member = open_page(cast.member, viewport=PHONE)
    member.goto(meeting.get_absolute_url())
    member.get_by_role("button", name="Come in").click()
    expect(member.get_by_role("heading", name="Materials")).to_be_visible()

    page = open_page(cast.specialist)
    page.goto(f"{meeting.get_absolute_url()}materials/")
    page.get_by_label("What it is").fill("Reporting calendar")
    page.get_by_label("A file").set_input_files(
        {"name": "calendar.pdf", "mimeType": "application/pdf", "buffer": PDF_PAGE}
    )
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("link", name="calendar.pdf", exact=True)).to_be_visible()
    fits(page)
    expect(member.get_by_text("Reporting calendar")).to_be_visible()
    fits(member)

    page.goto(f"{meeting.get_absolute_url()}recording/")
    page.get_by_role("button", name="Say that it is recorded").click()
    page.get_by_role("button", name="Say so", exact=True).click()
    expect(page.get_by_label("Where it can be watched")).to_be_visible()
    fits(page)
    expect(member.get_by_text("This meeting is recorded")).to_be_visible()

    member.goto(meeting.get_absolute_url())
    member.get_by_role("link", name="Say what you need to take part").click()
    member.get_by_label("What do you need?").fill("Captions by a person")
    fits(member)
    member.get_by_role("button", name="Send it to NCB staff").click()

    staff = open_page(cast.staff, viewport=PHONE)
    staff.goto("/meetings/")
    staff.get_by_role("link", name="Accommodations").click()
    expect(staff.get_by_text("Captions by a person")).to_be_visible()
    fits(staff)
    staff.get_by_role("link", name="Reply").click()
    staff.get_by_label("What is arranged").fill("CART is booked.")
    staff.get_by_role("button", name="Reply").click()

    member.reload()
    expect(member.get_by_text("CART is booked.")).to_be_visible()
    fits(member)
