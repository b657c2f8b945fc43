"""What is only true when everybody comes in the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from access import Refusal

MOST = 20  # connections, as a server has (DATABASE_POOL): more come at once than are served at once


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Call each, all from one moment on: what each gave, or its Refusal. Each thread has a connection of its own."""
    threads = min(len(acts), MOST)
    start = Barrier(threads)

    def some(acts: Sequence[Callable[[], Any]]) -> list[Any]:
        start.wait(20)
        try:
            return [_given(act) for act in acts]
        finally:
            connections.close_all()

    gave: list[Any] = [None] * len(acts)
    with ThreadPoolExecutor(threads) as pool:
        for number, found in enumerate(pool.map(some, [acts[first::threads] for first in range(threads)])):
            gave[number::threads] = found
    return gave


def _given(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except Refusal as refusal:
        return refusal
