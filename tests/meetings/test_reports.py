"""Who was asked, who said that they come, who came, and for how long: as the rows say, and safe in a spreadsheet."""

import csv
import io
from datetime import timedelta

import pytest

from meetings.actions import answer_meeting, be_here, speak_for_us
from meetings.reports import report_on
from meetings.sheets import as_csv
from members.models import Member
from tests.meetings.test_towns import planned


@pytest.fixture
def town(cast):
    return planned(cast)


def seen(time_machine, meeting, who, minutes):
    for minute in range(minutes + 1):
        time_machine.move_to(meeting.starts_at + timedelta(minutes=minute), tick=False)
        be_here(meeting=meeting, by=who)


def test_the_report_of_a_town_meeting(town, cast, time_machine, django_assert_max_num_queries):
    answer_meeting(meeting=town.first, by=cast.member, answer="yes")
    answer_meeting(meeting=town.first, by=cast.contact, answer="maybe")
    speak_for_us(town=town, by=cast.member)
    seen(time_machine, town.first, cast.member, 30)
    seen(time_machine, town.first, cast.specialist, 10)
    seen(time_machine, town.second, cast.colleague, 20)
    with django_assert_max_num_queries(16):
        report = report_on(town.first, town)
    asked = len([person for person in vars(cast).values() if getattr(person, "email", "") and person.is_active])
    assert sum(len(line.invited) for line in report.lines) <= asked
    home = [line for line in report.lines if line.organisation == cast.home]
    assert [list(row)[1:] for row in list(report.rows()) if row[0] == cast.home.name] == [
        ["A", len(home[0].invited), 1, 1, 30, "Mara Member"]
    ]
    assert [(line.name, len(line.attended), line.minutes) for line in report.lines] == [
        ("Harbor Light Healing Center", 1, 30), ("Prairie Bridge Survivor Services", 1, 20), ("By their role", 1, 10),
    ]  # fmt: skip
    assert (report.reach, report.people, report.minutes, report.is_provisional) == (100, 3, 60, True)
    time_machine.move_to(town.second.ends_at + timedelta(hours=25))
    assert not report_on(town.first, town).is_provisional


def test_half_of_the_programmes_came(town, cast, time_machine):
    seen(time_machine, town.first, cast.member, 5)
    report = report_on(town.first, town)
    assert (report.reach, [line.name for line in report.reached]) == (50, [cast.home.name])


def test_last_years_report_says_the_same_when_somebody_has_left_since(town, cast, time_machine):
    seen(time_machine, town.first, cast.member, 5)
    before = [list(row) for row in report_on(town.first, town).rows()]
    time_machine.move_to(town.second.ends_at + timedelta(days=100))
    Member.objects.filter(pk=cast.outsider.pk).update(deactivated_at=town.second.ends_at + timedelta(days=50))
    cast.home.bases.update(ended_at=town.second.ends_at + timedelta(days=60), ended_reason="Moved")
    assert [list(row) for row in report_on(town.first, town).rows()] == before


def test_no_cell_becomes_a_formula(town, cast, time_machine):
    cast.home.name = "=1+1"
    cast.home.save()
    seen(time_machine, town.first, cast.member, 5)
    rows = list(csv.reader(io.StringIO(as_csv(report_on(town.first, town).rows()))))
    assert "'=1+1" in [row[0] for row in rows]
