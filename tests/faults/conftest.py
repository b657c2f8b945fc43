"""What the faults happen to. `make faults` runs all of it; `make test` a short part (scripts/faults.py starts both)."""

import json
import os
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import services
from django.conf import settings
from django.db import connections

from members.models import Member
from tests import people
from tests.faults import canaries
from tests.faults.crowd import Room, sign_in
from tests.faults.installation import Installation, Sink
from tests.people import make_group, make_member, make_organisation

FULL = os.environ.get("FAULTS") == "full"
KINDS = ["daphne", "uvicorn"] if FULL else ["daphne"]
MESSAGES = int(os.environ.get("MESSAGES", "10080"))  # of a full run
CROWD = 40
LAST = ["test_seats.py", "test_canaries.py"]  # a thousand are written to; and they look back at all the others


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LAST.index(item.path.name) if item.path.name in LAST else -1)
    for item in items:
        if "faults" not in item.path.parts:
            continue
        item.add_marker(pytest.mark.faults)
        if item.get_closest_marker("full") and not FULL:
            item.add_marker(pytest.mark.skip(reason="a part of `make faults` only"))


@pytest.fixture(scope="session")
def folder():
    return Path(os.environ["FAULTS_FOLDER"])


@pytest.fixture(scope="session")
def postgresql(folder):
    """One that keeps its promises, and its log free of what people write, as docs/operate.md asks."""
    program = services.found("postgres")
    with services.running(services.postgresql_at(os.environ["DATABASE_URL"], program, folder, canaries.QUIET)) as one:
        yield one


@pytest.fixture(scope="session")
def redis(folder):
    with services.running(services.redis_at(os.environ["REDIS_URL"], services.found("redis-server"), folder)) as one:
        yield one


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, postgresql):
    """The database that Django makes its own in is started first."""


@pytest.fixture(scope="session")
def database(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture(autouse=True)
def db(database):
    """By this name pytest-django learns that a test database must be made, also where only faults run."""
    connections.close_all()  # PostgreSQL may be another since the test before


@pytest.fixture(scope="session")
def mail():
    sink = Sink()
    sink.controller.start()
    yield sink
    sink.controller.stop()


@pytest.fixture(scope="session")
def monitor(redis):
    with canaries.Monitor(urlsplit(settings.REDIS_URL).port) as monitor:
        yield monitor


@pytest.fixture(scope="session")
def cast(database):
    return people.make_cast()


@pytest.fixture(scope="session")
def everyone(cast):
    """Who takes part: all in one organisation, none of it the demonstration's."""
    home = make_organisation("Quiet Harbor")
    members = [make_member(f"Person {chr(97 + number // 26)}{chr(97 + number % 26)}", home) for number in range(CROWD)]
    make_member("Staff Person", None, "staff")
    for member in Member.objects.all():
        Member.objects.filter(pk=member.pk).update(email=member.email.replace("example.org", "people.test"))
    return members


@pytest.fixture(scope="session", params=KINDS)
def site(request, folder, postgresql, redis, mail, monitor, everyone):
    place = folder / request.param
    place.mkdir()
    installation = Installation(request.param, place, postgresql, redis, mail.controller.port)
    with installation.up():
        yield installation


@pytest.fixture(scope="session")
def crowd(everyone):
    return [sign_in(member) for member in everyone]


@pytest.fixture
def room(everyone, site):
    """A new group of everyone."""
    site.start_all()
    group = make_group(f"Group {uuid4().hex}", participants=everyone[1:], facilitators=everyone[:1])
    space = group.space
    return Room(space.pk, space.epoch, space.threads.get().pk, group.pk, canaries.WORD)


@pytest.fixture(scope="session")
def findings(folder):
    """What was measured; scripts/faults.py makes a table of it."""
    rows = []
    yield rows
    (folder / "findings.json").write_text(json.dumps(rows))
