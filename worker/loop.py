"""The loop: every job in a thread of its own, so that a slow mail server holds up nothing but mail.

Several workers may run at once: a job takes the rows that are due with `skip_locked`, so the rows are the queue
(docs/decisions/0002). A job that fails is tried again after a pause that doubles up to five minutes.
"""

import logging
import threading
import time

from django.db import Error, close_old_connections
from django.utils.timezone import now

from worker.jobs import Job, all_jobs
from worker.models import JobState

LONGEST_PAUSE = 300.0
STATE_EVERY = 30.0
logger = logging.getLogger("worker")


class Worker:
    """Runs jobs until it is stopped. `stop` lets the jobs that are running finish."""

    def __init__(self, jobs: list[Job] | None = None) -> None:
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(target=keep_running, args=(job, self.stopping), name=f"worker {job.name}", daemon=True)
            for job in (all_jobs() if jobs is None else jobs)
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self, *, within: float = 30.0) -> bool:
        """Ask every job to stop after what it is doing. True where all have, within so many seconds."""
        self.stopping.set()
        deadline = time.monotonic() + within
        for thread in self.threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self.threads)


def keep_running(job: Job, stopping: threading.Event) -> None:
    """Run a job again and again: every `job.every` seconds, later while it fails."""
    state = JobState(name=job.name)
    saved_at = -STATE_EVERY
    while not stopping.is_set():
        error = run_once(job)
        changed = bool(error) or state.failures > 0
        state.ran_at = now()
        state.failures = state.failures + 1 if error else 0
        state.failing_since = (state.failing_since or state.ran_at) if error else None
        state.trouble = type(error).__name__[:100] if error else ""
        if changed or time.monotonic() - saved_at >= STATE_EVERY:
            save(state)
            saved_at = time.monotonic()
        stopping.wait(pause(job, state.failures))


def run_once(job: Job) -> Exception | None:
    """Run a job with fresh connections. An error ends this run only; the log gets its class and frames, no values."""
    close_old_connections()
    try:
        job.run()
    except Exception as error:
        logger.error("Job %s failed: %s", job.name, type(error).__name__, exc_info=error)
        return error
    finally:
        close_old_connections()
    return None


def pause(job: Job, failures: int) -> float:
    """Seconds until the next run: as the job asks, or twice as long for each failure in a row, up to five minutes."""
    if not failures:
        return job.every
    return max(job.every, min(LONGEST_PAUSE, max(job.every, 1.0) * 2 ** min(failures, 9)))


def save(state: JobState) -> None:
    try:
        state.save()
    except Error as error:
        logger.error("The state of job %s was not saved: %s", state.name, type(error).__name__)
    finally:
        close_old_connections()
