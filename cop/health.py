"""For the proxy and whoever restarts what died: does this process answer, and may it be sent people?"""

import threading

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from access import open_to_all

draining = threading.Event()  # this server is about to stop
_migrated = threading.Event()


@open_to_all
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Live: this process answers. It asks nobody else, so that an outage of the database restarts no server."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@open_to_all
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: not about to stop, the database is there, and so are the tables of this version.

    Redis is not asked. Without it news come with the next tick; turning everybody away would be worse.
    """
    ready = not draining.is_set() and is_migrated()
    return HttpResponse(
        "ready\n" if ready else "not ready\n", content_type="text/plain; charset=utf-8", status=200 if ready else 503
    )


def is_migrated() -> bool:
    """Whether the database answers and has every migration of this code. Once it had, only whether it answers."""
    try:
        if not _migrated.is_set() and not unapplied():
            _migrated.set()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return _migrated.is_set()


def unapplied() -> list[str]:
    """The migrations of this code that the database has not had."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
