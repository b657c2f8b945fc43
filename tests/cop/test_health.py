"""What the proxy is told: that a process lives, and that it may be sent people."""

import asyncio
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

from cop import health
from cop.management.commands.serve import DrainingServer


@pytest.fixture(autouse=True)
def fresh():
    """As a process that has just begun."""
    health._migrated.clear()
    health.draining.clear()
    yield
    health._migrated.clear()
    health.draining.clear()


def asked(client, path: str) -> tuple[int, str]:
    answer = client.get(path)
    return answer.status_code, answer.text


def test_live_asks_no_database(client):
    """Without the `db` fixture, asking fails the test."""
    assert asked(client, "/healthz") == (200, "ok\n")


def test_ready_asks_one_query_once_the_tables_were_seen(client, db):
    assert asked(client, "/readyz") == (200, "ready\n")
    with CaptureQueriesContext(connection) as queries:
        assert asked(client, "/readyz") == (200, "ready\n")
    assert len(queries) == 1


def test_not_ready_with_a_migration_to_apply(client, db):
    MigrationRecorder.Migration.objects.filter(app="audit").delete()
    assert asked(client, "/readyz") == (503, "not ready\n")
    assert asked(client, "/healthz") == (200, "ok\n")


@pytest.mark.parametrize("seen", [False, True])
def test_not_ready_without_a_database(client, db, monkeypatch, seen):
    if seen:
        client.get("/readyz")

    def refuse(execute, sql, params, many, context):
        from django.db import OperationalError

        raise OperationalError("gone")

    with connection.execute_wrapper(refuse):
        assert asked(client, "/readyz") == (503, "not ready\n")
        assert asked(client, "/healthz") == (200, "ok\n")


def test_not_ready_while_the_server_drains(client, db):
    asyncio.run(DrainingServer.drain(SimpleNamespace(connections={})))
    assert asked(client, "/readyz") == (503, "not ready\n")
    assert asked(client, "/healthz") == (200, "ok\n")


def test_ready_without_redis(client, db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert asked(client, "/readyz") == (200, "ready\n")
