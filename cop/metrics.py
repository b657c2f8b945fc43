"""/metrics, for those who operate it: numbers in Prometheus' text form. No content, no name, no id is ever in it.

Each server process answers for itself. What is in the database is asked when somebody looks, and is the same from all.
Counters are where the thing happens: spaces/gauges.py, cop/requests.py.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.models import Count, F, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from access import open_to_all
from files.models import File
from mailroom.models import Incoming
from notifications.models import Letter, Push
from spaces import hub
from spaces.models import Activity
from worker.jobs import all_jobs
from worker.models import JobState


@open_to_all
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For those who bring the token; to everyone else, and where none is set, it is not there."""
    token = settings.METRICS_TOKEN
    if not token or not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        raise Http404
    return HttpResponse(generate_latest(REGISTRY) + generate_latest(ASKED), content_type=CONTENT_TYPE_LATEST)


class Live:
    """The hub of this process, as it is now."""

    def collect(self) -> Iterator[Metric]:
        home = hub.running()
        audiences = list(home.audiences.values()) if home else []
        spaces, seconds = home.lag() if home else (0, 0.0)
        for name, value, what in (
            ("sockets", len(home.sockets) if home else 0, "Open sockets that said hello."),
            ("seats", sum(len(audience.seats) for audience in audiences), "Spaces that sockets follow."),
            ("audiences", len(audiences), "Spaces that somebody follows here."),
            ("long_polls", sum(len(audience.waiting) for audience in audiences), "Requests that wait for news."),
            ("lag_spaces", spaces, "Spaces whose news were heard of and not handed out yet."),
            ("lag_seconds", seconds, "How long the first of them has waited."),
        ):
            yield GaugeMetricFamily(f"cop_live_{name}", what, value)


class Rows:
    """The worker, the queues and the database."""

    def collect(self) -> Iterator[Metric]:
        try:
            found = [*self._jobs(), *self._queues(), *self._pool()]
        except Error:
            found = []
        yield GaugeMetricFamily("cop_database_up", "Whether the database answered just now.", bool(found))
        yield from found

    def _jobs(self) -> Iterator[Metric]:
        ran = GaugeMetricFamily("cop_job_last_run_seconds", "Since a job last ran.", labels=["job"])
        failures = GaugeMetricFamily("cop_job_failures", "Failures of a job in a row.", labels=["job"])
        for state in JobState.objects.filter(name__in=[job.name for job in all_jobs()]):
            ran.add_metric([state.name], age(state.ran_at))
            failures.add_metric([state.name], state.failures)
        yield ran
        yield failures

    def _queues(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("cop_queue_waiting", "Rows that wait for the worker.", labels=["queue"])
        oldest = GaugeMetricFamily("cop_queue_oldest_seconds", "How long the first of them waits.", labels=["queue"])
        for name, (count, since) in queues().items():
            waiting.add_metric([name], count)
            oldest.add_metric([name], age(since))
        yield waiting
        yield oldest

    def _pool(self) -> Iterator[Metric]:
        pool: Any = getattr(connection, "pool", None)
        if pool:
            stats = pool.get_stats()
            for name, what in (
                ("pool_size", "Connections of this process."),
                ("pool_available", "Those of them that are free."),
                ("requests_waiting", "Requests that wait for one."),
            ):
                yield GaugeMetricFamily(f"cop_database_{name}", what, stats.get(name, 0))


def queues() -> dict[str, tuple[int, datetime | None]]:
    """For each queue of the worker: how many rows are due, and since when the first of them is."""
    return {
        "letters": _of(Letter.objects.waiting(), "created_at"),
        "pushes": _of(Push.objects.all(), "created_at"),
        "mail_in": _of(Incoming.objects.waiting(), "received_at"),
        "files": _of(File.objects.filter(state=File.State.CHECKING, removed_at=None), "uploaded_at"),
        "notices": _of(Activity.objects.filter(seq=F("space__told__seq") + 1), "created_at"),
    }


def _of(rows: QuerySet, since: str) -> tuple[int, datetime | None]:
    found = rows.aggregate(count=Count("pk"), since=Min(since))
    return found["count"], found["since"]


def age(since: datetime | None) -> float:
    """Seconds since then."""
    return max(0.0, (now() - since).total_seconds()) if since else 0.0


ASKED = CollectorRegistry()  # apart from what is counted, so that reading a counter asks no database
for collector in (Live(), Rows()):
    ASKED.register(collector)  # type: ignore[arg-type]
