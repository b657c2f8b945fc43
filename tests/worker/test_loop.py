import logging
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from cop.logs import Lines
from members.models import Discipline
from worker.jobs import Job, all_jobs
from worker.loop import LONGEST_PAUSE, Worker, pause, run_once
from worker.models import JobState


def wait_until(question, seconds=30):
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.01)
    return answer


@pytest.fixture
def working(transactional_db):
    """working(job, …): a running worker with these jobs, stopped after the test."""
    workers = []

    def working(*jobs):
        worker = Worker(list(jobs))
        workers.append(worker)
        worker.start()
        return worker

    yield working
    assert [worker.stop(within=10) for worker in workers] == [True] * len(workers)


def add_a_discipline():
    Discipline.objects.create(name=f"Discipline {Discipline.objects.count() + 1}")
    return 1


def test_a_job_runs_again_and_again(working):
    working(Job("tests.add", 0.01, add_a_discipline))
    wait_until(lambda: Discipline.objects.count() >= 3)


def test_a_job_that_fails_is_tried_again_and_holds_up_no_other(working, caplog):
    tries = []

    def fail_once():
        tries.append(now())
        if len(tries) == 1:
            raise ValueError
        return 1

    with caplog.at_level(logging.ERROR, logger="worker"):
        working(Job("tests.fail", 0.01, fail_once), Job("tests.add", 0.01, add_a_discipline))
        wait_until(lambda: len(tries) >= 2 and Discipline.objects.count() >= 3)
    assert [record.getMessage() for record in caplog.records][0].startswith("Job tests.fail failed: ")
    assert tries[1] - tries[0] >= timedelta(seconds=1)


def test_what_the_log_says_of_a_failure_names_the_job_and_quotes_nothing(db, capsys):
    def fail():
        raise ValueError("a canary")

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines("{message}", style="{"))
    logger = logging.getLogger("worker")
    logger.addHandler(handler)
    try:
        assert type(run_once(Job("tests.fail", 1, fail))) is ValueError
    finally:
        logger.removeHandler(handler)
    said = capsys.readouterr().err
    assert "Job tests.fail failed: ValueError" in said
    assert "canary" not in said
    assert __file__ in said


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0.5), (1, 2), (2, 4), (3, 8), (8, 256), (9, LONGEST_PAUSE), (5000, LONGEST_PAUSE)]
)
def test_the_pause_after_failures_doubles_up_to_five_minutes(failures, seconds):
    assert pause(Job("tests.fail", 0.5, add_a_discipline), failures) == seconds


def test_a_failing_job_is_never_tried_more_often_than_a_healthy_one():
    assert pause(Job("tests.daily", 86_400, add_a_discipline), 3) == 86_400


def test_how_a_job_is_doing_can_be_seen(working):
    healthy = threading.Event()

    def fail_until_healthy():
        if not healthy.is_set():
            raise ConnectionError
        return 0

    working(Job("tests.mail", 0.01, fail_until_healthy))
    state = wait_until(lambda: JobState.objects.filter(name="tests.mail", failures__gte=1).first())
    assert (state.trouble, state.failing_since is None) == ("ConnectionError", False)
    healthy.set()
    state = wait_until(lambda: JobState.objects.filter(name="tests.mail", failures=0).first())
    assert (state.trouble, state.failing_since) == ("", None)


def test_stopping_lets_a_running_job_finish(transactional_db):
    begun, may_end = threading.Event(), threading.Event()

    def slow():
        begun.set()
        may_end.wait(10)
        return add_a_discipline()

    worker = Worker([Job("tests.slow", 60, slow)])
    worker.start()
    begun.wait(10)
    assert worker.stop(within=0.05) is False
    may_end.set()
    assert worker.stop(within=10) is True
    assert Discipline.objects.count() == 1


def test_no_job_leaves_a_connection_open(working):
    seen = []

    def remember_connection():
        connection.ensure_connection()
        seen.append(connection.connection)
        return 0

    working(Job("tests.connect", 0.01, remember_connection))
    wait_until(lambda: len(seen) >= 3)
    assert len(set(map(id, seen[:3]))) == 3


def test_every_rooms_jobs_are_known_by_name():
    names = [job.name for job in all_jobs()]
    assert names == sorted(set(names), key=names.index)
    assert "notifications.deliver_letters" in names


def test_the_worker_command_refuses_where_the_server_is_the_worker(settings):
    settings.EMBEDDED_WORKER = True
    with pytest.raises(CommandError, match="EMBEDDED_WORKER=false"):
        call_command("worker")


def test_the_worker_command_stops_at_sigterm(tmp_path):
    environment = {
        **os.environ,
        "COP_MODE": "demo",
        "COP_ENV_FILE": os.devnull,
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'cop.sqlite3'}",
        "EMBEDDED_WORKER": "false",
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], env=environment, cwd=settings.BASE_DIR, check=True)
    worker = subprocess.Popen(
        [*manage, "worker"], env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True
    )
    try:
        assert worker.stdout.readline() == f"The worker runs {len(all_jobs())} jobs.\n"
        worker.send_signal(signal.SIGTERM)
        said, _ = worker.communicate(timeout=40)
    finally:
        worker.kill()
    assert (said, worker.returncode) == ("The worker has stopped.\n", 0)
