"""Entries go when their time is over, and the rest of the chain is still proved."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from audit import retention
from audit.models import Entry
from audit.trail import append, digest, faults, head_now

OLD = timedelta(days=1100)


def write(number: int, ago: timedelta = timedelta()) -> None:
    with time_machine.travel(now() - ago, tick=True):
        for _ in range(number):
            append("award.ended", subject=None)


@pytest.fixture
def trail(db):
    """Five entries whose time is over, three that are kept."""
    write(5, ago=OLD)
    write(3, ago=timedelta(days=400))


@pytest.fixture
def purged(trail):
    assert retention.purge() == 5


@pytest.fixture
def tampering(trail):
    """Someone with the run of the database: the trigger is out of the way."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only")
        else:
            cursor.execute("DROP TRIGGER audit_entry_append_only")


def numbers() -> list[int]:
    return list(Entry.objects.values_list("number", flat=True))


def test_what_is_past_its_time_goes_and_leaves_a_record(trail):
    end = Entry.objects.get(number=5)
    assert (retention.purge(), numbers(), faults()) == (5, [6, 7, 8, 9], [])
    record = Entry.objects.get(number=9)
    assert (record.verb, record.actor) == ("audit.purged", None)
    assert record.facts == {"from": 1, "through": 5, "entries": 5, "until": end.at.isoformat(), "hash": end.hash}


def test_nothing_is_written_where_nothing_is_old(purged):
    assert (retention.purge(), numbers()) == (0, [6, 7, 8, 9])


def test_a_trail_that_is_old_as_a_whole_leaves_its_record_alone(db):
    write(4, ago=OLD)
    assert (retention.purge(), numbers(), faults()) == (4, [5], [])


def test_the_records_themselves_go_in_their_time(trail):
    with time_machine.travel(now() - timedelta(days=370), tick=True):
        write(2)
    retention.purge()
    with time_machine.travel(now() + timedelta(days=900), tick=True):
        assert (retention.purge(), faults()) == (5, [])
    assert numbers() == [11, 12]


def test_many_go_in_pieces(trail, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    assert (retention.purge(), numbers(), faults()) == (5, [6, 7, 8, 9, 10, 11], [])


def test_entries_go_on_being_appended(purged):
    write(2)
    assert (numbers(), faults()) == ([6, 7, 8, 9, 10, 11], [])


def test_what_is_not_whole_is_not_destroyed(tampering):
    Entry.objects.filter(number=3).update(verb="award.kept")
    with pytest.raises(retention.NotWhole):
        retention.purge()
    assert (numbers(), faults()) == (list(range(1, 9)), ["Entry 3 was changed, or the one before it."])


def test_more_that_is_gone_than_the_record_says_is_found(tampering):
    retention.purge()
    Entry.objects.filter(number__lte=7).delete()
    assert faults() == ["Entries 6 to 7 are missing."]


def test_a_record_that_was_moved_is_found(tampering):
    retention.purge()
    Entry.objects.filter(number__lte=7).delete()
    record, end = Entry.objects.get(number=9), Entry.objects.get(number=8)
    record.facts |= {"through": 7, "hash": "0" * 64}
    Entry.objects.filter(number=9).update(facts=record.facts)
    assert faults() == [
        "Entry 8 was changed, or the one before it.",
        "Entry 9 was changed, or the one before it.",
    ]
    Entry.objects.filter(number=9).update(hash=digest(record, end.hash))  # even with the key: the end says another
    assert faults() == [
        "Entry 8 was changed, or the one before it.",
        "The end of the chain is not that of entry 9.",
    ]


def test_a_record_that_is_gone_is_found(tampering):
    retention.purge()
    Entry.objects.filter(number=9).delete()
    assert faults() == [
        "Entries 1 to 5 are missing.",
        "Entry 9 is missing.",
    ]


def test_what_was_destroyed_cannot_come_back(purged):
    Entry.objects.create(number=2, at=now(), verb="award.kept", hash="0" * 64)
    assert faults() == ["There are entries before the beginning of the chain, 6."]


def test_a_head_that_was_kept_too_long_cannot_be_compared(trail):
    kept = str(Entry.objects.get(number=4).number) + ":" + Entry.objects.get(number=4).hash
    newer = str(head_now())
    retention.purge()
    call_command("verify_audit", expect=newer)
    with pytest.raises(CommandError, match="Entry 4 was destroyed in its time"):
        call_command("verify_audit", expect=kept)


@pytest.mark.postgres
def test_the_database_lets_only_go_what_was_recorded_and_nothing_of_the_last_year(trail):
    write(1, ago=timedelta(days=10))
    for number in (1, 6, 9):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Entry.objects.filter(number=number).delete()
    append("audit.purged", subject=None, facts={"through": 9})  # a record that is not of the job
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(number=9).delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(number=10).delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(number=1).update(verb="award.kept")
