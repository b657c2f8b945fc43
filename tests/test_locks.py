"""The order of locks in docs/architecture.md: whoever takes a later one first may wait for one who waits for them.

A transaction's first lock of each kind is looked at, as PostgreSQL was asked for it.
"""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from audit.trail import append
from discussions import actions as discussions
from discussions.models import Thread
from discussions.retention import purge_posts
from files.actions import receive
from groups import actions as groups
from members.actions.roles import end_role, grant_role
from spaces.models import Space
from spaces.screening import Held
from symposium import actions as symposium
from tests.access_table import a_registration
from tests.people import make_member
from tests.symposium.desks import a_workshop_session

pytestmark = pytest.mark.django_db
ORDER = [
    "groups_group",
    "symposium_registrationdesk",
    "symposium_workshop",
    "discussions_thread",
    "discussions_post",
    "files_file",
    "audit_head",
    "spaces_space",
]
LOCK = re.compile(r'FROM "(\w+)".* FOR (?:NO KEY )?UPDATE', re.DOTALL)


def locks_of(act) -> list[str]:
    """The tables whose rows were locked, in the order of the first lock of each."""
    with CaptureQueriesContext(connection) as queries:
        act()
    tables = [found[1] for query in queries if (found := LOCK.search(query["sql"]))]
    return [table for table in dict.fromkeys(tables) if table in ORDER]


def vouched(act):
    """Do it, and say of everything that the identifier check asks about that it identifies nobody."""
    try:
        act(answers={})
    except Held as held:
        return act(answers={doubt.key: "keep" for doubt in held.doubts})
    raise AssertionError("Nothing was held.")


DOUBTFUL = "We meet on March 3 at noon."


def upload(cast, name="notes.txt", text="Plain.", answers=None):
    return receive(
        space=cast.group.space,
        upload=SimpleUploadedFile(name, text.encode()),
        by=cast.member,
        client_id=uuid4(),
        answers=answers,
    )


def write(cast, body="A word.", files=(), answers=None):
    thread = Thread.objects.get(space=cast.group.space)
    return discussions.write_post(
        thread=thread, by=cast.member, body=body, client_id=uuid4(), files=files, answers=answers
    )


def remove_with_files(cast):
    post = write(cast, files=[upload(cast).pk])
    return lambda: discussions.remove_post(post=post, by=cast.facilitator, reason="It names a town.")


def purge(cast):
    write(cast, files=[upload(cast).pk])
    return lambda: purge_posts(space=cast.group.space, before=now())


def leave_for_the_waitlist(cast):
    groups.accept(request=groups.ask_to_join(group=cast.group, by=cast.outsider), by=cast.facilitator)
    membership = cast.group.space.memberships.get(member=cast.colleague, left_at=None)
    return lambda: groups.leave(membership=membership, by=cast.colleague)


def open_glass(cast):
    glass = groups.ask_glass(group=cast.group, by=cast.admin, reason="A report of harm.")
    return lambda: groups.open_glass(glass=glass, by=cast.privacy_officer)


def appoint(cast):
    second = make_member("Finn Facilitator", cast.home, "facilitator")
    return lambda: groups.appoint(group=cast.group, member=second, by=cast.staff)


def cancel_for_who_has_a_workshop(cast):
    registration = a_registration(cast, seats=1)
    session = a_workshop_session(registration.of.edition)
    symposium.give_seats(session=session, by=cast.staff, seats=1, offer_hours=24)
    symposium.take_seat(workshop=session.workshop, by=cast.member)
    symposium.register(desk=registration.of, category=registration.category, by=cast.outsider)
    return lambda: symposium.cancel_registration(registration=registration, by=cast.staff, reason="They rang.")


ACTS = {
    "write": lambda cast: lambda: write(cast),
    "write and vouch": lambda cast: lambda: vouched(lambda answers: write(cast, DOUBTFUL, answers=answers)),
    "upload": lambda cast: lambda: upload(cast),
    "upload and vouch": lambda cast: lambda: vouched(lambda answers: upload(cast, text=DOUBTFUL, answers=answers)),
    "remove with files": remove_with_files,
    "purge": purge,
    "leave": leave_for_the_waitlist,
    "appoint": appoint,
    "cancel a registration": cancel_for_who_has_a_workshop,
    "close": lambda cast: lambda: groups.close(group=cast.group, by=cast.facilitator),
    "open glass": open_glass,
    "publish": lambda cast: lambda: groups.publish_covenant(text="New.", by=cast.staff),
    "grant": lambda cast: lambda: grant_role(member=cast.member, role="expert", by=cast.staff),
    "end role": lambda cast: lambda: end_role(grant=cast.facilitator.role_grants.get(), by=cast.staff, reason="Moved."),
}


@pytest.mark.postgres
@pytest.mark.parametrize("name", ACTS)
def test_locks_are_taken_in_the_order_that_the_page_gives(cast, name):
    found = locks_of(ACTS[name](cast))
    assert found
    assert found == sorted(found, key=ORDER.index)


@pytest.mark.postgres
def test_a_wrong_order_would_be_seen(cast):
    @transaction.atomic
    def wrong() -> None:
        Space.objects.select_for_update().get(pk=cast.group.space_id)
        append("test", subject=None)

    assert locks_of(wrong) == ["spaces_space", "audit_head"]
