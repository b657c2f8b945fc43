"""Rows that are a queue: each is for one worker at a time."""

from typing import TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def first_free(due: QuerySet[Row]) -> Row | None:
    """The first of these rows that no other worker holds, locked: inside the caller's transaction."""
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(of=("self",), skip_locked=True)
    return due.first()
