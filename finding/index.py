"""An index of words over some columns of a table, which the database keeps itself: whatever is edited or purged, by
whomever, is so in the index within the same transaction.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.db import connection
from django.db.migrations.operations.base import Operation


@dataclass(frozen=True)
class Index:
    """`stemmed`: English, so that "treated" finds "treatment"; else words as they are, for names.

    `prefixed`: the beginning of a word finds it. `alike`: kept ready to be asked for what is spelt nearly so.
    """

    table: str
    columns: tuple[str, ...]
    stemmed: bool = True
    prefixed: bool = False
    alike: bool = False

    @property
    def words_table(self) -> str:
        """SQLite keeps words in a table of their own."""
        return f"{self.table}_found"

    @property
    def text(self) -> str:
        """What is looked through, as SQL."""
        return " || ' · ' || ".join(f'"{self.table}"."{column}"' for column in self.columns)


def engine(vendor: str = "") -> Any:
    """The module for this database: `install`, `remove`, `best`, `marked`, `nearly` and `tidy`."""
    return import_module(f"finding.{vendor or connection.vendor}")


class MakeFindable(Operation):
    """A migration's line: keep this index from now on, filled with what is there.

    Again after a migration that makes SQLite build the table anew: that drops its triggers.
    """

    reduces_to_sql = False
    reversible = True

    def __init__(self, index: Index) -> None:
        self.index = index

    def deconstruct(self) -> tuple[str, list, dict]:
        return self.__class__.__name__, [self.index], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Django's models know nothing of it."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        engine(schema_editor.connection.vendor).install(schema_editor, self.index)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        engine(schema_editor.connection.vendor).remove(schema_editor, self.index)

    def describe(self) -> str:
        return f"Keep an index of the words of {self.index.table}"
