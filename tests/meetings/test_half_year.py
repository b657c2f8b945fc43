"""The half-year report counts each person and each programme once, and says nothing of groups but how many sessions."""

import csv
import io
import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.models import Entry
from meetings.actions import cancel_meeting, import_report
from meetings.charts import columns_of, shares_of
from meetings.half_year import half_year
from meetings.halves import Half, half_named, half_of
from meetings.models import Attendance, Meeting, TownMeeting
from meetings.reports import by_state, over_time, report_on
from meetings.sheets import as_csv, as_xlsx
from members.models import Basis, Organisation
from tests.meetings.sheet import formulas_in, sheets_of
from tests.meetings.test_towns import planned
from tests.meetings.video_files import ZOOM_OLD
from tests.people import make_organisation

WINTER = Half(2025, 10)
LATER = date(2026, 8, 11)  # than what the meetings are moved from here
EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x.example")', "http://x.example", "007"]


def there(meeting, member, organisation, minutes=30, since=0):
    start = meeting.starts_at + timedelta(minutes=since)
    Attendance.objects.create(
        meeting=meeting,
        member=member,
        organisation=organisation,
        from_at=start,
        until_at=start + timedelta(minutes=minutes),
    )


@pytest.fixture
def months(cast, plan, time_machine):
    """Six town meetings on second Tuesdays, from January; the first three are of the winter half, which is over."""
    meetings = list(plan().meetings.select_related("series").order_by("starts_at")[:6])
    time_machine.move_to(meetings[5].ends_at)
    return meetings


def test_halves_are_those_of_the_federal_year():
    assert (str(WINTER), WINTER.fiscal_year, WINTER.slug) == ("October 2025 to March 2026", "FY26", "2025-10")
    assert (str(WINTER.after), WINTER.after.fiscal_year, WINTER.before.slug) == (
        "April 2026 to September 2026", "FY26", "2025-04",
    )  # fmt: skip
    assert WINTER.end == datetime(2026, 4, 1, 4, tzinfo=UTC)
    assert [half_named(slug) for slug in ("2025-10", "2025-11", "10", "9999-04", "20２5-04")] == [WINTER, *[None] * 4]


@given(st.datetimes(datetime(2021, 1, 1), datetime(2098, 1, 1), timezones=st.just(UTC)))
def test_every_moment_is_in_one_half(moment):
    half = half_of(moment)
    assert half.start <= moment < half.end == half.after.start
    assert half_named(half.slug) == half == half.after.before


def test_each_is_counted_once(cast, months):
    for meeting in months[:3]:
        there(meeting, cast.member, cast.home)
    there(months[0], cast.member, cast.home, since=10)  # the same half hour, in another tab
    there(months[1], cast.contact, cast.home, minutes=15)
    there(months[1], cast.specialist, None, minutes=75)
    there(months[3], cast.colleague, cast.away)  # of the next half
    report = half_year(WINTER)
    assert (len(report.held), report.sessions, report.hours) == (3, 3, 3.8)
    assert [(str(one.of), len(one.meetings), one.minutes) for one in report.people] == [
        ("Connie Contact", 1, 15), ("Mara Member", 3, 100), ("Orla Specialist", 1, 75),
    ]  # fmt: skip
    assert [(str(one.of), len(one.meetings), len(one.people), one.minutes) for one in report.programmes] == [
        ("Harbor Light Healing Center", 3, 2, 115), ("Prairie Bridge Survivor Services", 0, 0, 0),
    ]  # fmt: skip
    assert (report.minutes, report.hours_attended, report.reach) == (190, 3.2, 50)
    assert [str(one.of) for one in report.missed] == ["Prairie Bridge Survivor Services"]
    assert [(one.name, len(one.asked), len(one.reached), one.reach, len(one.people)) for one in report.states] == [
        ("MN", 1, 1, 100, 2), ("ND", 1, 0, 0, 0),
    ]  # fmt: skip
    assert half_year(WINTER.after).people[0].of == cast.colleague


def test_its_numbers_are_what_counting_by_hand_gives(cast, months):
    people = [(cast.member, cast.home), (cast.contact, cast.home), (cast.colleague, cast.away), (cast.staff, None)]

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(1, 75)), max_size=12))
    def counted(stays):
        Attendance.objects.all().delete()
        longest = defaultdict(int)
        for number, who, minutes in stays:
            there(months[number], *people[who], minutes=minutes)
            longest[number, who] = max(longest[number, who], minutes)
        report = half_year(WINTER)
        assert {one.of.pk for one in report.people} == {people[who][0].pk for _, who in longest}
        assert report.minutes == sum(longest.values())
        came = {people[who][1] for _, who in longest} - {None}
        assert {one.of for one in report.came} == came
        assert report.reach == 50 * len(came)
        assert sum(len(one.people) for one in report.held) == len(longest)

    counted()


def test_both_sessions_of_a_town_meeting_are_one_meeting(cast, time_machine):
    town = planned(cast)
    there(town.first, cast.member, cast.home)
    there(town.second, cast.colleague, cast.away)
    there(town.second, cast.member, cast.home)
    time_machine.move_to(town.second.ends_at)
    report = half_year(WINTER)
    assert [(len(one.sessions), len(one.people), one.hours) for one in report.held] == [(2, 2, 2.5)]
    assert report.reach == 100
    assert {one.of.pk: len(one.meetings) for one in report.people} == {cast.member.pk: 1, cast.colleague.pk: 1}
    assert [one.value for one in over_time(town.first, TownMeeting.objects.get(pk=town.pk)).marks] == [2]


def test_what_is_cancelled_to_come_or_of_a_group_is_not_counted(cast, plan, months, time_machine):
    session = plan(first_on=LATER, audience="space", space=cast.group.space, by=cast.facilitator).meetings.first()
    Meeting.objects.filter(pk=session.pk).update(starts_at=months[0].starts_at, ends_at=months[0].ends_at)
    there(session, cast.member, cast.home)
    off = plan(first_on=LATER, title="Off").meetings.select_related("series").last()
    cancel_meeting(meeting=off, by=cast.specialist)
    Meeting.objects.filter(pk=off.pk).update(starts_at=months[0].starts_at, ends_at=months[0].ends_at)
    time_machine.move_to(months[0].ends_at)
    report = half_year(WINTER)
    assert (len(report.held), report.people, report.group_sessions) == (1, [], 1)


def test_a_programme_is_eligible_by_its_basis_then_with_members_or_without(cast, plan, months):
    new = make_organisation("Juniper House", ends_in=None, state="MN")
    award = {"kind": "orr_award", "number": "90ZT9002", "award_type": "DS"}
    Basis.objects.create(organisation=new, **award, starts_on=date(2026, 3, 1), ends_on=date(2026, 9, 29))
    there(months[0], cast.lapsed, cast.gone)  # who came though nothing opened it to them
    report = half_year(WINTER)
    assert [(str(one.of), one.is_asked, len(one.meetings)) for one in report.programmes] == [
        ("Harbor Light Healing Center", True, 0),
        ("Juniper House", True, 0),
        ("Lakeside Family Recovery", False, 1),
        ("Prairie Bridge Survivor Services", True, 0),
    ]
    assert (report.reach, len(report.came)) == (0, 1)
    assert [line.name for line in report_on(months[0], None).organisations] == [
        "Harbor Light Healing Center", "Prairie Bridge Survivor Services",
    ]  # fmt: skip
    assert "Juniper House" in [line.name for line in report_on(months[2], None).organisations]


def test_of_chosen_organisations_only_those_are_asked(cast, plan, months):
    Meeting.objects.filter(series=months[0].series).update(cancelled_at=months[0].starts_at)
    few = plan(audience="organisations", organisations=[cast.home], title="Few", first_on=LATER).meetings.first()
    moved = {"starts_at": months[0].starts_at, "ends_at": months[0].ends_at}
    Meeting.objects.filter(pk=few.pk).update(**moved)
    assert [str(one.of) for one in half_year(WINTER).asked] == [cast.home.name]


def test_guests_and_those_who_wait_are_said_and_not_counted(client, cast, months, time_machine):
    import_report(meeting=months[0], raw=ZOOM_OLD.encode(), zone="America/New_York", by=cast.specialist)
    report = half_year(WINTER)
    assert (report.waiting, report.guests, len(report.people)) == (1, 0, 2)
    client.force_login(cast.specialist)
    assert "1 in the reports of video rooms is not matched yet" in page(client, "/meetings/reports/2025-10/")


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_the_page_says_what_the_report_says_and_every_number_opens(client, cast, months):
    there(months[0], cast.member, cast.home)
    client.force_login(cast.specialist)
    text = page(client, "/meetings/reports/2025-10/")
    assert "1 of 2 eligible programmes" in text
    assert "1 eligible programme came to none" in text
    assert "Mara Member" in text
    assert f'href="/meetings/{months[0].pk}/report/"' in text
    anchors = set(re.findall(r'href="#([a-z-]+)"', text)) - {"main"}
    assert anchors == {"meetings", "people", "programmes", "states"}
    assert all(f'id="{one}"' in text for one in anchors)
    assert 'href="/meetings/reports/2026-04/"' in text
    assert page(client, "/meetings/reports/")
    assert client.get("/meetings/reports/2025-11/").status_code == 404
    assert 'href="/meetings/reports/"' in page(client, "/meetings/")


def drawn(text, key):
    """Of a chart on a page: what its drawing says, and the first cells of its table."""
    figure = next(one for one in re.findall(r"<figure.*?</figure>", text, re.DOTALL) if f'id="{key}-head"' in one)
    table = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', figure)
    return figure, {name: re.findall("<td>(.*?)</td>", cells) for name, cells in table}


def test_a_chart_shows_what_its_table_says(client, cast, months):
    for meeting, people in zip(months, [3, 0, 1, 2], strict=False):
        for who in [cast.member, cast.contact, cast.facilitator][:people]:
            there(meeting, who, cast.home)
    client.force_login(cast.specialist)
    for path in ("/meetings/reports/2025-10/", f"/meetings/{months[2].pk}/report/"):
        figure, table = drawn(page(client, path), "over-time")
        assert re.findall(r'<text class="mid"[^>]*>(\d+)</text>', figure) == ["3", "0", "1"]
        assert list(table.values()) == [["3", "1"], ["0", "0"], ["1", "1"]]
        heights = [float(one) for one in re.findall(r'<rect class="mark"[^>]* height="([\d.]+)"', figure)]
        assert [height / heights[0] for height in heights] == pytest.approx([1, 0, 1 / 3], abs=0.01)
        said = re.search("<desc[^>]*>(.*?)</desc>", figure)[1]
        assert said == "; ".join(f"{name}: {cells[0]}" for name, cells in table.items())
        figure, table = drawn(page(client, path), "by-state")
        assert table == {"MN": ["1", "1", "100 %"], "ND": ["0", "1", "0 %"]}
        assert re.findall(r'<rect class="mark"[^>]* width="(\d+)%"', figure) == ["100", "0"]
        assert re.search("<title[^>]*>(.*?)</title>", figure)[1] == "Reach by state"


def test_a_chart_goes_back_through_the_series_that_it_follows(cast, plan, months):
    older = plan(title="Before", first_on=LATER).meetings.select_related("series").first()
    Meeting.objects.filter(pk=older.pk).update(
        starts_at=months[0].starts_at - timedelta(days=28), ends_at=months[0].ends_at - timedelta(days=28)
    )
    months[0].series.follows = older.series
    months[0].series.save()
    there(Meeting.objects.get(pk=older.pk), cast.member, cast.home)
    assert [one.value for one in over_time(months[1], None).marks][:1] == [1]


def test_a_chart_of_nothing_has_no_marks():
    assert columns_of("k", "Nothing", ["A", "B"], []).marks == []
    assert shares_of("k", "Nothing", ["A"], [("MN", 0, 0)]).marks == []
    (mark,) = columns_of("k", "None came", ["A", "B"], [("Jan", "January", 0, [])]).marks
    assert (mark.height, mark.y, mark.width) == (0, 184, 15)


def test_the_states_of_a_meeting_come_to_its_reach(cast, months):
    there(months[0], cast.member, cast.home)
    report = report_on(months[0], None)
    chart = by_state(report)
    assert sum(int(one.cells[0]) for one in chart.marks) == len(report.reached)
    assert sum(int(one.cells[1]) for one in chart.marks) == len(report.organisations)


@pytest.mark.parametrize("evil", EVIL)
def test_no_cell_of_a_file_is_a_formula(evil):
    rows = [["Name", "Number"], [evil, -3], ["Sum", 2.5]]
    book = as_xlsx({"One": rows, "Two": rows})
    assert formulas_in(book) == []
    written = evil.replace("\r", "_x000D_")  # as workbooks spell it (ECMA-376)
    assert sheets_of(book)["Two"] == [["Name", "Number"], [written, -3.0], ["Sum", 2.5]]
    cells = list(csv.reader(io.StringIO(as_csv(rows), newline="")))
    assert not cells[1][0].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cells[1][1] == "-3"


def test_the_exports_of_a_half_year_say_the_same_and_name_nobody(client, cast, months):
    Organisation.objects.filter(pk=cast.home.pk).update(name="=cmd|'/C calc'!A0")
    there(months[0], cast.member, cast.home)
    client.force_login(cast.specialist)
    path = "/meetings/reports/2025-10/export/"
    answer = client.post(path, {"as": "xlsx"})
    assert answer["Content-Disposition"] == 'attachment; filename="meetings-2025-10.xlsx"'
    assert formulas_in(answer.content) == []
    sheets = sheets_of(answer.content)
    assert sheets["Programmes"][1:] == [
        ["=cmd|'/C calc'!A0", "MN", "yes", 1, 1, 30], ["Prairie Bridge Survivor Services", "ND", "yes", 0, 0, 0],
    ]  # fmt: skip
    assert dict(sheets["Totals"][1:])["People, each once"] == 1
    assert [row[0] for row in sheets["Meetings"][1:]] == ["2026-01-13", "2026-02-10", "2026-03-10"]
    assert [row[:4] for row in sheets["States"][1:]] == [["MN", 1, 1, 100], ["ND", 1, 0, 0]]
    text = client.post(path).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1] == ["'=cmd|'/C calc'!A0", "MN", "yes", "1", "1", "30"]
    assert "Mara" not in text + str(sheets)
    assert [entry.facts for entry in Entry.objects.filter(verb="report.exported")] == [{"half": "2025-10"}] * 2


def test_the_report_of_a_meeting_as_a_workbook(client, cast, months):
    there(months[0], cast.member, cast.home)
    client.force_login(cast.specialist)
    answer = client.post(f"/meetings/{months[0].pk}/report/export/", {"as": "xlsx"})
    (row,) = [row for row in sheets_of(answer.content)["Attendance"] if row[0] == cast.home.name]
    assert row[4:6] == [1, 30]
    assert answer["Content-Disposition"] == 'attachment; filename="attendance-2026-01-13.xlsx"'
