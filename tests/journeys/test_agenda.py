"""A meeting while it is held, in several browsers: its agenda is followed, and its notes are written by two."""

from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import expect

from meetings.actions import add_item, name_scribe, plan_series
from meetings.models import Meeting, MeetingSeries
from tests.browser import assert_accessible

PHONE = {"width": 360, "height": 740}


def held_now(cast):
    begins = now().astimezone(ZoneInfo("America/New_York")) + timedelta(minutes=5)  # its room is open before
    series = MeetingSeries(
        title="Virtual Town Meeting",
        audience=MeetingSeries.Audience.ELIGIBLE,
        pattern=MeetingSeries.Pattern.ONCE,
        first_on=begins.date(),
        begins_at=begins.time().replace(second=0, microsecond=0),
        zone="America/New_York",
        minutes=75,
    )
    plan_series(series=series, by=cast.specialist)
    return Meeting.objects.select_related("series", "room").get(series=series)


def fits(page):
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_an_agenda_is_made_and_what_the_convener_begins_everyone_sees(cast, apart, open_page):
    meeting = apart(held_now, cast)
    page = open_page(cast.specialist)
    page.goto(reverse("meetings:agenda", args=[meeting.pk]))
    fits(page)
    for title in ("Welcome and captions check", "Waiting lists"):
        page.get_by_label("Title").fill(title)
        page.get_by_label("Minutes").fill("10")
        page.get_by_role("button", name="Add it").click()
        expect(page.locator(".item .title", has_text=title)).to_be_visible()
    expect(page.get_by_text("20 of 75 minutes: 55 are free.")).to_be_visible()
    page.get_by_role("button", name="Up: Waiting lists").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".item .title").first).to_have_text("Waiting lists")
    fits(page)

    member = open_page(cast.member, viewport=PHONE)
    member.goto(reverse("meetings:room", args=[meeting.pk]))
    expect(member.get_by_role("button", name="Begin")).to_be_hidden()
    page.goto(reverse("meetings:room", args=[meeting.pk]))
    page.get_by_role("button", name="Begin", exact=True).click()
    current = member.locator(".item[aria-current=step]")
    expect(current).to_contain_text("Waiting lists")
    expect(current.get_by_role("timer")).to_contain_text("min left")
    page.get_by_role("button", name="Begin the next item").click()
    expect(current).to_contain_text("Welcome and captions check")
    expect(page.get_by_role("button", name="The last item is over")).to_be_visible()
    apart(add_item, meeting=meeting, by=cast.staff, client_id=uuid4(), title="Partner news", kind="partners", minutes=5)
    expect(member.get_by_text("Partner news").first).to_be_visible()
    fits(page)
    fits(member)


def test_two_scribes_and_one_section_lose_nothing(cast, apart, open_page):
    meeting = apart(held_now, cast)
    apart(name_scribe, meeting=meeting, member=cast.member, by=cast.specialist)
    path = reverse("meetings:notes", args=[meeting.pk])
    page, member, reader = open_page(cast.specialist), open_page(cast.member, viewport=PHONE), open_page(cast.colleague)
    for one in (page, member, reader):
        one.goto(path)
    page.get_by_label("Another section").fill("Waiting lists")
    page.get_by_role("button", name="Add it").click()
    member.get_by_role("button", name="Write here").click()
    member.get_by_role("textbox", name="Notes").fill("We spoke of lists.")
    expect(reader.get_by_text("Mara Member is writing")).to_be_visible()
    expect(reader.get_by_role("button", name="Write here")).to_be_hidden()
    fits(member)

    page.get_by_role("button", name="Write here").click()
    expect(page.get_by_text("Mara Member is writing in this section now.").first).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Take it over").click()
    page.get_by_role("textbox", name="Notes").fill("Decision: one list for all.")
    page.get_by_role("button", name="Save, and go on").click()
    expect(page.get_by_text("Saved. You still write here.")).to_be_visible()
    expect(reader.locator(".decision")).to_contain_text("one list for all.")

    member.get_by_role("button", name="Save and let go").click()
    expect(member.get_by_text("Orla Specialist is writing in this section now.").first).to_be_visible()
    expect(member.get_by_role("textbox", name="Notes")).to_have_value("We spoke of lists.")
    expect(member.get_by_role("region", name="What stands there now")).to_contain_text("one list for all.")
    fits(member)
    page.get_by_role("button", name="Save and let go").click()
    expect(page.get_by_role("heading", name="Waiting lists")).to_be_visible()
    member.get_by_role("textbox", name="Notes").fill("We spoke of lists.\nDecision: one list for all.")
    member.get_by_role("button", name="Save and let go").click()
    expect(reader.get_by_text("We spoke of lists.")).to_be_visible()
    expect(reader.locator(".decision")).to_contain_text("one list for all.")
    expect(reader.get_by_text("is writing")).to_have_count(0)
    fits(reader)
