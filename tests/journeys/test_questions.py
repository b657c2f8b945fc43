"""A question in two browsers: asked, voted for, counted without a reload, answered, published, and found by search."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils.timezone import now
from playwright.sync_api import expect

from meetings.actions import plan_series
from meetings.models import MeetingSeries
from tests.browser import assert_accessible

PHONE = {"width": 360, "height": 740}


def a_meeting_that_is_on(by):
    begins = (now() + timedelta(minutes=5)).astimezone(ZoneInfo("America/New_York"))
    series = MeetingSeries(
        title="Virtual Town Meeting",
        audience="eligible",
        pattern="once",
        zone="America/New_York",
        first_on=begins.date(),
        begins_at=begins.time().replace(second=0, microsecond=0),
        minutes=75,
    )
    meeting = plan_series(series=series, by=by).meetings.get()
    meeting.starts_at -= timedelta(minutes=15)
    meeting.save()
    return meeting.pk


def test_a_question_is_asked_voted_for_answered_published_and_found(cast, open_page, apart):
    meeting = apart(a_meeting_that_is_on, cast.specialist)
    asker = open_page(cast.member)
    asker.goto(f"/meetings/{meeting}/")
    asker.get_by_role("button", name="Come in").click()
    asker.get_by_label("Your question").fill("How long do quetzals wait?")
    asker.get_by_label("Ask without my name").check()
    asker.reload()
    expect(asker.get_by_label("Your question")).to_have_value("How long do quetzals wait?")
    asker.get_by_role("button", name="Ask", exact=True).click()
    row = asker.locator(".question")
    expect(row.get_by_text("A member, yours")).to_be_visible()
    expect(asker.get_by_label("Your question")).to_have_value("")
    expect(asker.get_by_label("Ask without my name")).to_be_checked()
    assert_accessible(asker)

    other = open_page(cast.outsider, viewport=PHONE)
    other.goto(f"/meetings/{meeting}/questions/")
    expect(other.get_by_text("yours")).to_be_hidden()
    vote = other.get_by_role("button", name="I want to know this too")
    vote.focus()
    other.keyboard.press("Enter")
    expect(vote).to_have_attribute("aria-pressed", "true")
    expect(row.locator(".votes")).to_have_text("1 vote")
    expect(other.locator(".votes")).to_have_text("1 vote")
    assert_accessible(other)
    assert other.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    other.reload()
    expect(vote).to_have_attribute("aria-pressed", "true")

    asker.get_by_label("Your question").fill("My client A123456789 waits")
    asker.reload()
    expect(asker.get_by_label("Your question")).to_have_value("My client A123456789 waits")
    asker.get_by_role("button", name="Ask", exact=True).click()
    expect(asker.get_by_text("Not posted yet")).to_be_visible()
    asker.get_by_role("button", name="Post it like this").click()
    expect(row).to_have_count(2)
    expect(asker.get_by_text("Not posted yet")).to_have_count(0)

    convener = open_page(cast.specialist)
    convener.goto(f"/meetings/{meeting}/questions/")
    menu = convener.locator(".question").first.locator("details.menu")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Answer it now").click()
    expect(row.first.get_by_text("Being answered")).to_be_visible()
    menu = convener.locator(".question").first.locator("details.menu")
    menu.locator("summary").click()
    assert_accessible(convener)
    menu.get_by_role("link", name="Answer in writing").click()
    convener.get_by_label("Answer", exact=True).fill("Until the **grant** is signed.")
    assert_accessible(convener)
    convener.get_by_role("button", name="Save the answer").click()
    expect(row.first.get_by_text("Until the grant is signed.")).to_be_visible()
    expect(row.first.get_by_role("button", name="I want to know this too")).to_have_count(0)
    convener.get_by_role("link", name="Answers").click()
    convener.get_by_role("button", name="Publish the answers").click()
    expect(convener.get_by_text("Published", exact=False).first).to_be_visible()
    assert_accessible(convener)

    other.goto("/search/?q=quetzal")
    other.get_by_role("link", name=re.compile("Virtual Town Meeting")).click()
    expect(other.get_by_text("Until the grant is signed.")).to_be_visible()
    assert_accessible(other)
    assert other.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
