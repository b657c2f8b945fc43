"""Words in SQLite: an FTS5 table that triggers keep. Slips are mended from the words of the newest texts."""

from collections.abc import Collection, Iterator
from math import log
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from finding.index import Index
from finding.spans import START, STOP, Marked, unmarked
from finding.words import Phrase, Query, Term


def install(schema_editor: Any, index: Index) -> None:
    remove(schema_editor, index)
    table, words = index.table, index.words_table
    stem = "porter " if index.stemmed else ""
    schema_editor.execute(
        f"CREATE VIRTUAL TABLE \"{words}\" USING fts5(id, said, tokenize = '{stem}unicode61 remove_diacritics 2')"
    )
    schema_editor.execute(f'INSERT INTO "{words}" (id, said) SELECT id, {index.text} FROM "{table}"')
    new = index.text.replace(f'"{table}"', "new")
    # An id is one word of its own column, so that the row is found without reading all of them.
    row = f"""rowid IN (SELECT rowid FROM "{words}" WHERE "{words}" MATCH 'id:' || old.id)"""
    for when, does in {
        "INSERT": f'INSERT INTO "{words}" (id, said) VALUES (new.id, {new})',
        f"UPDATE OF {', '.join(index.columns)}": f'UPDATE "{words}" SET said = {new} WHERE {row}',
        "DELETE": f'DELETE FROM "{words}" WHERE {row}',
    }.items():
        name = f"{words}_{when.split()[0].lower()}"
        schema_editor.execute(f'CREATE TRIGGER "{name}" AFTER {when} ON "{table}" BEGIN {does}; END')


def remove(schema_editor: Any, index: Index) -> None:
    for when in ("insert", "update", "delete"):
        schema_editor.execute(f'DROP TRIGGER IF EXISTS "{index.words_table}_{when}"')
    schema_editor.execute(f'DROP TABLE IF EXISTS "{index.words_table}"')


def best(things: QuerySet, index: Index, query: Query, newest: str, most: int) -> list[Any]:
    """The ids of the `most` newest of the things that fit, the best first.

    FTS5's own rank weighs a word by how rare it is in everybody's texts; this one knows only those of the member.
    """
    words = index.words_table
    fits = RawSQL(f'SELECT id FROM "{words}" WHERE "{words}" MATCH %s', [_sought(index, query)])
    ids = list(things.filter(pk__in=fits).order_by(f"-{newest}").values_list("pk", flat=True)[:most])
    texts = marked(index, query, ids)
    return sorted(ids, key=lambda pk: -len(texts[pk].spans) / (1 + log(1 + len(texts[pk].text))))


def marked(index: Index, query: Query, ids: Collection[Any]) -> dict[Any, Marked]:
    """The texts of things, with where what was sought stands in them."""
    words, places = index.words_table, ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id, highlight("{words}", 1, %s, %s) FROM "{words}" WHERE "{words}" MATCH %s AND id IN ({places})',
            [START, STOP, _sought(index, query), *(pk.hex for pk in ids)],
        )
        return {UUID(pk): Marked(*unmarked(text)) for pk, text in cursor.fetchall()}


def nearly(things: QuerySet, index: Index, word: str, newest: str, most: int) -> Iterator[str]:
    """Texts in which a word may stand that is spelt nearly so: the newest."""
    for texts in things.order_by(f"-{newest}").values_list(*index.columns)[:most]:
        yield from texts


def tidy(index: Index) -> int:
    """Put the parts of the index together, without what was deleted."""
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{index.words_table}" ("{index.words_table}") VALUES (\'optimize\')')
    return 1


def _sought(index: Index, query: Query) -> str:
    """The query in FTS5's own language. Words are letters and digits only, so nothing in them is special."""

    def phrase(words: Phrase, begins: bool) -> str:
        return f'"{" ".join(words)}"{" *" if begins else ""}'

    def any_of(term: Term) -> str:
        begins = index.prefixed and bool(term.word) and term.wanted
        return "(" + " OR ".join(phrase(way, begins and len(way) == 1) for way in term.ways) + ")"

    sought = " AND ".join(any_of(term) for term in query.wanted(stemmed=index.stemmed))
    without = " OR ".join(any_of(term) for term in query.unwanted)
    return f"said : (({sought}) NOT ({without}))" if without else f"said : ({sought})"
