import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as made_up

from tests.people import Browser, make_cast

made_up.register_profile("busy", made_up(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
made_up.load_profile("busy")  # a busy machine is slow, not wrong


def pytest_addoption(parser):
    parser.addoption(
        "--fuzz", type=int, default=0, help="odd requests on each address, at random (default: few, fixed)"
    )


def pytest_collection_modifyitems(items):
    """What a test needs beyond Python is not there in every run; `make test` runs all of them once at least."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)
        if settings.SQLITE and item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL"))
        if not settings.REDIS_URL and item.get_closest_marker("redis"):
            item.add_marker(pytest.mark.skip(reason="needs Redis"))
        if not settings.SQLITE and not knows_a_database(item):
            item.add_marker(pytest.mark.skip(reason="the same on every database"))


def knows_a_database(item: pytest.Item) -> bool:
    marks = ("django_db", "postgres", "redis", "journey", "faults")
    return "_django_db_helper" in item.fixturenames or any(map(item.get_closest_marker, marks))


def pytest_make_parametrize_id(val):
    """A file's content is no name for a test: it may hold the time, and two processes must name tests alike."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory, django_db_modify_db_settings_parallel_suffix):
    """On SQLite, test with a file: WAL and locks between threads are not there in memory."""
    if settings.SQLITE:
        settings.DATABASES["default"]["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "cop.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def private_files(tmp_path_factory):
    """Members' files of a test run, apart from those of a demonstration."""
    folder = tmp_path_factory.mktemp("files")
    storage = {
        **settings.STORAGES["default"],
        "OPTIONS": {**settings.STORAGES["default"]["OPTIONS"], "location": folder},
    }
    with override_settings(MEDIA_ROOT=folder, STORAGES={**settings.STORAGES, "default": storage}):
        yield folder


if not settings.SQLITE:

    @pytest.fixture(scope="session", autouse=True)
    def no_session_is_left(django_db_setup, django_db_blocker):
        """A process that a test killed may leave a session behind; PostgreSQL drops no database that has one."""
        yield
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def client():
    """force_login here is a whole sign-in: with a second factor too, for those who need one."""
    return Browser()


@pytest.fixture
def cast(db):
    """Everyone a page can meet, and one consultation group."""
    return make_cast()
