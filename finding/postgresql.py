"""Words in PostgreSQL: a generated column of lexemes with a GIN index; trigrams, where they may be installed."""

import sys
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import BooleanField, DateTimeField, ExpressionWrapper, F, FloatField, QuerySet
from django.db.models.expressions import RawSQL

from finding.index import Index
from finding.spans import START, STOP, Marked, unmarked
from finding.words import BASE, MARKS, Phrase, Query

LIKENESS = "0.4"  # "asilum" is this near to "asylum", and more


def install(schema_editor: Any, index: Index) -> None:
    remove(schema_editor, index)
    text = " || ' ' || ".join(f'"{column}"' for column in index.columns)
    schema_editor.execute(
        f'ALTER TABLE "{index.table}" ADD COLUMN found tsvector GENERATED ALWAYS AS '
        f"(to_tsvector('{_language(index)}', {_plain(text)})) STORED"
    )
    schema_editor.execute(f'CREATE INDEX "{index.table}_found" ON "{index.table}" USING gin (found)')
    if index.alike and _has_trigrams_or_gets_them(schema_editor):
        schema_editor.execute(
            f'CREATE INDEX "{index.table}_alike" ON "{index.table}" USING gin ("{index.columns[0]}" gin_trgm_ops)'
        )


def remove(schema_editor: Any, index: Index) -> None:
    schema_editor.execute(f'DROP INDEX IF EXISTS "{index.table}_alike"')
    schema_editor.execute(f'ALTER TABLE "{index.table}" DROP COLUMN IF EXISTS found')


def best(things: QuerySet, index: Index, query: Query, newest: str, most: int) -> list[Any]:
    """The ids of the `most` newest of the things that fit, the best first."""
    found = fitting(things, index, query, newest, most)
    return [pk for pk, _ in sorted(found, key=lambda one: -one[1])]


def fitting(things: QuerySet, index: Index, query: Query, newest: str, most: int) -> QuerySet:
    """(id, rank) of the newest of the things that fit.

    Newest by a sum, so that no index of times serves it: walking one back until enough fit takes seconds where few do.
    """
    sought, params = _sought(index, query)
    column = f'"{index.table}"."found"'
    fits = RawSQL(f"{column} @@ {sought}", params, output_field=BooleanField())
    rank = RawSQL(f"ts_rank({column}, {sought}, 1)", params, output_field=FloatField())
    moment = ExpressionWrapper(F(newest) + timedelta(0), DateTimeField())
    return things.filter(fits).order_by(moment.desc()).values_list("pk", rank)[:most]


def marked(index: Index, query: Query, ids: Collection[Any]) -> dict[Any, Marked]:
    """The texts of things, with where what was sought stands in them."""
    sought, params = _sought(index, query)
    options = f"HighlightAll=true, StartSel={START}, StopSel={STOP}"
    headline = f"ts_headline('{_language(index)}', {_plain(index.text)}, {sought}, %s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id, {index.text}, {headline} FROM "{index.table}" WHERE id = ANY(%s)',
            [*params, options, list(ids)],
        )
        return {pk: Marked(text, unmarked(plain)[1]) for pk, text, plain in cursor.fetchall()}


def nearly(things: QuerySet, index: Index, word: str, newest: str, most: int) -> Iterator[str]:
    """Texts in which a word may stand that is spelt nearly so: by trigrams where there are any, and the newest."""
    if index.alike and _has_trigrams():
        column = f'"{index.table}"."{index.columns[0]}"'
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [LIKENESS])
            near = RawSQL(f"%s <%% {column}", [word], output_field=BooleanField())
            rank = RawSQL(f"word_similarity(%s, {column})", [word], output_field=FloatField())
            yield from things.filter(near).order_by(rank.desc()).values_list(index.columns[0], flat=True)[:most]
    for texts in things.order_by(f"-{newest}").values_list(*index.columns)[:most]:
        yield from texts


def tidy(index: Index) -> int:
    """Vacuuming does it."""
    return 0


def _sought(index: Index, query: Query) -> tuple[str, list[str]]:
    """The query as an expression of tsquery, with its parameters."""
    params: list[str] = []

    def phrase(words: Phrase, begins: bool) -> str:
        if begins:
            params.append(f"'{words[0]}':*")
            return f"to_tsquery('{_language(index)}', %s)"
        params.append(" ".join(words))
        return f"phraseto_tsquery('{_language(index)}', %s)"

    def any_of(term: Any) -> str:
        begins = index.prefixed and bool(term.word) and term.wanted
        return "(" + " || ".join(phrase(way, begins and len(way) == 1) for way in term.ways) + ")"

    wanted = [any_of(term) for term in query.wanted(stemmed=index.stemmed)]
    unwanted = [f"!!{any_of(term)}" for term in query.unwanted]
    return "(" + " && ".join([*wanted, *unwanted]) + ")", params


def _language(index: Index) -> str:
    return "english" if index.stemmed else "simple"


def _plain(text: str) -> str:
    """The text without accents and marks, character for character: no locale and no extension has a say in it.

    translate() compares each letter with the whole list, so it is spared what has no accent: a tenth of the time.
    """
    parted = f"regexp_replace({text}, '{MARKS}', ' ', 'g')"
    letters, bases = "".join(BASE), "".join(BASE.values())
    return f"CASE WHEN {text} ~ '[{letters}]' THEN translate({parted}, '{letters}', '{bases}') ELSE {parted} END"


def _has_trigrams() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return cursor.fetchone() is not None


def _has_trigrams_or_gets_them(schema_editor: Any) -> bool:
    """A role that owns its database may install them. Where it may not, search does without, and says so once."""
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError as no:
        sys.stderr.write(f"pg_trgm cannot be installed, so slips are mended from the newest texts only: {no}\n")
        return False
    return True
