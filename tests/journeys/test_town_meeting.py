"""A town meeting in a browser, from planning its two sessions to the report."""

from datetime import timedelta

from django.utils.timezone import now
from playwright.sync_api import expect

from meetings.models import Meeting, Reminder
from meetings.reminding import remind
from tests.browser import assert_accessible
from tests.journeys.test_meetings import PHONE, typed_in


def plan(page, title, first_on):
    page.goto("/meetings/plan/")
    typed_in(page, title, "Every so many weeks", first_on)
    page.get_by_label("Weeks from one to the next").fill("6")
    page.get_by_label("At an address").check()
    page.get_by_label("Its address").fill("https://video.example.org/canary")
    page.get_by_role("button", name="Look at the dates").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def begins_in(meeting, **time):
    begins = now() + timedelta(**time)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=begins, ends_at=begins + timedelta(minutes=75))


def test_a_town_meeting_from_its_plan_to_its_report(cast, open_page, apart):
    page = open_page(cast.specialist)
    first_on = (now() + timedelta(days=28)).date()
    plan(page, "Town meeting, B", first_on + timedelta(days=1))
    plan(page, "Town meeting, A", first_on)
    page.get_by_text("Change", exact=True).click()
    page.get_by_role("link", name="Hold in two sessions").click()
    page.locator("select").select_option(label=page.locator("select option").last.inner_text())
    page.get_by_role("button", name="Put them together").click()
    expect(page.get_by_role("heading", name="Session A of a town meeting")).to_be_visible()
    at = page.url

    member = open_page(cast.member, viewport=PHONE)
    member.goto(at)
    member.get_by_label("Yes").check()
    member.get_by_role("button", name="Answer").click()
    member.get_by_role("link", name="Who comes, and who speaks").click()
    expect(member.get_by_text("You come to session A")).to_be_visible()
    member.get_by_role("button", name="I speak for us").click()
    expect(member.get_by_text("Mara Member speaks for you.")).to_be_visible()
    assert_accessible(member)
    assert member.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    meeting = apart(Meeting.objects.select_related("series").get, pk=at.rstrip("/").rpartition("/")[2])
    apart(begins_in, meeting, minutes=50)
    apart(remind)
    assert apart(Reminder.objects.filter(meeting=meeting, member=cast.member).count) == 1
    apart(begins_in, meeting, minutes=-5)

    member.goto(at)
    member.get_by_role("button", name="Come in").click()
    expect(member.get_by_role("heading", name="Video")).to_be_visible()
    expect(member.get_by_text("here now")).to_be_visible()
    assert_accessible(member)
    assert member.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto(f"{at}polls/")
    page.get_by_label("Question").fill("When shall we meet?")
    page.get_by_label("Answers to choose from").fill("Mornings\nEvenings")
    page.get_by_label("While votes come in").check()
    page.get_by_role("button", name="Prepare it").click()
    assert_accessible(page)
    page.get_by_role("button", name="Put it to the room").click()
    page.goto(f"{at}room/")

    member.get_by_label("Evenings").focus()
    member.keyboard.press("Space")
    member.get_by_role("button", name="Vote").click()
    expect(member.get_by_text("You have voted.")).to_be_visible()
    expect(page.locator(".tally")).to_contain_text("1 has voted")
    expect(page.locator(".poll-results li").last.locator(".count")).to_have_text("1")
    member.get_by_role("button", name="Raise my hand").click()
    expect(member.get_by_role("button", name="Lower my hand")).to_be_visible()
    page.get_by_role("button", name="Has spoken").click()
    expect(member.get_by_role("button", name="Raise my hand")).to_be_visible()
    assert_accessible(page)

    member.get_by_role("link", name="Chat").click()
    page.get_by_role("link", name="Chat").click()
    member.get_by_label("Your message").fill("Thank you all.")
    member.keyboard.press("Enter")
    expect(page.get_by_text("Thank you all.")).to_be_visible()
    assert_accessible(page)

    apart(begins_in, meeting, minutes=-80)
    page.goto(f"{at}report/")
    expect(page.get_by_role("heading", name="Attendance")).to_be_visible()
    expect(page.get_by_text("Mara Member").first).to_be_attached()
    assert_accessible(page)
    page.get_by_role("link", name="Report of the video room of session A").click()
    expect(page.get_by_role("heading", name="Bring a report in")).to_be_visible()
    assert_accessible(page)
    page.goto("/meetings/reports/")
    expect(page.get_by_role("heading", name="How it is counted")).to_be_visible()
    assert_accessible(page)
