"""What is only true when everybody comes in the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from access import Refusal


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Call each in a thread and a connection of its own, all from one moment on: what each gave, or its Refusal."""
    start = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        start.wait(20)
        try:
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))
