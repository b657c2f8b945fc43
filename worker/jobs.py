"""Background work. A job takes the rows that are due, does them, and marks them: a crash repeats, it never forgets."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """A function that the worker calls every so many seconds. It returns how many rows it dealt with."""

    name: str
    every: float
    run: Callable[[], int]


_jobs: dict[str, Job] = {}


def job(*, every: float) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Register a function as a job, run every `every` seconds."""

    def register(run: Callable[[], int]) -> Callable[[], int]:
        name = f"{run.__module__.partition('.')[0]}.{run.__name__}"
        _jobs[name] = Job(name, every, run)
        return run

    return register


def all_jobs() -> list[Job]:
    return list(_jobs.values())
