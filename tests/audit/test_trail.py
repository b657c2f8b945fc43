import threading
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from audit.models import Entry, Head
from audit.trail import append, digest, faults, head_now, seal
from tests.people import make_member, make_organisation


@pytest.fixture
def trail(db):
    """Five entries."""
    for number in range(1, 6):
        append("award.ended", subject=None, facts={"reason": f"reason {number}", "on": date(2026, 1, number)})


@pytest.fixture
def tampering(trail):
    """Someone with the run of the database: the trigger is out of the way."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only")
        else:
            cursor.execute("DROP TRIGGER audit_entry_append_only")


def test_an_entry_says_who_did_what_to_what(db):
    home, stan = make_organisation("Harbor Light"), make_member("Stan Staff")
    entry = append("organisation.changed", subject=home, by=stan, facts={"name": ["Harbour", "Harbor Light"]})
    entry.refresh_from_db()
    assert (entry.number, entry.verb, entry.actor, entry.subject, entry.facts) == (
        1,
        "organisation.changed",
        stan.pk,
        f"members.Organisation:{home.pk}",
        {"name": ["Harbour", "Harbor Light"]},
    )


def test_an_untouched_trail_is_whole(trail):
    assert list(faults()) == []


def test_an_empty_trail_is_whole(db):
    assert list(faults()) == []


@pytest.mark.parametrize(
    "change",
    [{"verb": "award.kept"}, {"facts": {}}, {"actor": "00000000-0000-4000-8000-000000000001"}, {"subject": "x"}],
)
def test_a_changed_entry_is_found(tampering, change):
    Entry.objects.filter(number=3).update(**change)
    assert list(faults()) == ["Entry 3 was changed, or the one before it."]


def test_a_changed_entry_with_a_hash_made_without_the_key_is_found(tampering):
    entry, before = Entry.objects.get(number=3), Entry.objects.get(number=2)
    entry.verb = "award.kept"
    with override_settings(AUDIT_KEY="a guess"):
        Entry.objects.filter(number=3).update(verb=entry.verb, hash=digest(entry, before.hash))
    assert list(faults()) == [
        "Entry 3 was changed, or the one before it.",
        "Entry 4 was changed, or the one before it.",
    ]


@pytest.mark.parametrize(
    ("gone", "sentence"),
    [
        ([1], "Entry 1 is missing."),
        ([3], "Entry 3 is missing."),
        ([2, 3], "Entries 2 to 3 are missing."),
        ([5], "Entry 5 is missing."),
        ([1, 2, 3, 4, 5], "Entries 1 to 5 are missing."),
    ],
)
def test_a_missing_entry_is_found(tampering, gone, sentence):
    Entry.objects.filter(number__in=gone).delete()
    assert list(faults()) == [sentence]


def test_a_shortened_chain_with_a_moved_end_is_found(tampering):
    Entry.objects.filter(number=5).delete()
    Head.objects.update(number=4, hash=Entry.objects.get(number=4).hash)
    assert list(faults()) == ["The end of the chain was moved: entries after it may be gone."]


def test_an_entry_after_the_end_is_found(tampering):
    Head.objects.all().delete()
    assert list(faults()) == ["There are entries after the end of the chain, 0."]


def test_the_database_refuses_changes(trail):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(number=3).update(verb="award.kept")


@pytest.mark.postgres
def test_the_database_refuses_deletions(trail):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite refuses changes only; the chain shows what is gone.")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(number=3).delete()


def test_verifying_costs_as_many_queries_for_many_rows(trail):
    with CaptureQueriesContext(
        connection,
    ) as few:
        list(faults())
    for number in range(50):
        append("export.made", subject=None, facts={"rows": number})
    with CaptureQueriesContext(connection) as many:
        assert list(faults()) == []
    assert len(many) == len(few)


def test_the_command_prints_the_head_and_compares_it_later(trail, capsys):
    call_command("verify_audit")
    kept = capsys.readouterr().out.split()[-1]
    assert kept == f"5:{head_now().hash}"
    append("export.made", subject=None)
    call_command("verify_audit", expect=kept)


def test_the_command_fails_with_the_sentence(tampering):
    Entry.objects.filter(number=2).delete()
    with pytest.raises(CommandError, match=r"^The audit trail is not whole\. Entry 2 is missing\.$"):
        call_command("verify_audit")


def test_an_older_copy_put_in_place_of_the_trail_is_found_by_the_kept_head(tampering):
    kept = head_now()
    older = Entry.objects.get(number=4)
    Entry.objects.filter(number=5).delete()
    head = Head(pk=1, number=4, hash=older.hash)
    head.seal = seal(head)
    head.save()
    assert list(faults()) == []
    with pytest.raises(CommandError, match=r"Entry 5 is gone, or is not the one that was expected\."):
        call_command("verify_audit", expect=str(kept))


@pytest.mark.django_db(transaction=True)
def test_entries_appended_at_once_make_one_chain():
    start = threading.Barrier(4)
    trouble = []

    def many():
        try:
            start.wait()
            for _ in range(5):
                append("export.made", subject=None)
        except Exception as exception:  # noqa: BLE001
            trouble.append(exception)
        finally:
            connection.close()

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (trouble, Entry.objects.count(), list(faults())) == ([], 20, [])
