"""What somebody typed, understood: words, "phrases", -without, and synonyms."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LONGEST = 200  # characters of what is sought
MOST = 12  # terms
WORD = re.compile(r"[^\W_]+")
TOKEN = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))')
# PostgreSQL's english.stop: too common to be kept in an index.
STOP = frozenset(
    [
        "i",
        "me",
        "my",
        "myself",
        "we",
        "our",
        "ours",
        "ourselves",
        "you",
        "your",
        "yours",
        "yourself",
        "yourselves",
        "he",
        "him",
        "his",
        "himself",
        "she",
        "her",
        "hers",
        "herself",
        "it",
        "its",
        "itself",
        "they",
        "them",
        "their",
        "theirs",
        "themselves",
        "what",
        "which",
        "who",
        "whom",
        "this",
        "that",
        "these",
        "those",
        "am",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "have",
        "has",
        "had",
        "having",
        "do",
        "does",
        "did",
        "doing",
        "a",
        "an",
        "the",
        "and",
        "but",
        "if",
        "or",
        "because",
        "as",
        "until",
        "while",
        "of",
        "at",
        "by",
        "for",
        "with",
        "about",
        "against",
        "between",
        "into",
        "through",
        "during",
        "before",
        "after",
        "above",
        "below",
        "to",
        "from",
        "up",
        "down",
        "in",
        "out",
        "on",
        "off",
        "over",
        "under",
        "again",
        "further",
        "then",
        "once",
        "here",
        "there",
        "when",
        "where",
        "why",
        "how",
        "all",
        "any",
        "both",
        "each",
        "few",
        "more",
        "most",
        "other",
        "some",
        "such",
        "no",
        "nor",
        "not",
        "only",
        "own",
        "same",
        "so",
        "than",
        "too",
        "very",
        "s",
        "t",
        "can",
        "will",
        "just",
        "don",
        "should",
        "now",
    ]
)


# What parts words, as a regular expression that Python and PostgreSQL read alike.
MARKS = (
    r"[\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e\u00a1\u00ab\u00b7\u00bb\u00bf\u2010-\u2015\u2018-\u201f\u2022"
    r"\u2026\ue000\ue001]"
)
BASE = {chr(code): unicodedata.normalize("NFD", chr(code))[0] for code in range(0xC0, 0x250)}
BASE = {letter: base for letter, base in BASE.items() if base.isascii()}  # é is found by e
_TABLE = str.maketrans(BASE)

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """What must occur, or must not: any of these phrases."""

    ways: tuple[Phrase, ...]
    wanted: bool = True
    quoted: bool = False

    @property
    def word(self) -> str:
        """The one word that it was typed as; else nothing."""
        return self.ways[0][0] if len(self.ways[0]) == 1 and not self.quoted else ""

    @property
    def is_common(self) -> bool:
        """Whether it is in almost every text, so that looking for it says nothing."""
        return all(word in STOP for word in self.ways[0])


@dataclass(frozen=True)
class Query:
    text: str
    terms: tuple[Term, ...]

    def wanted(self, *, stemmed: bool) -> list[Term]:
        """What must occur. A name may be a common word, as Will is; a text is not looked through for one."""
        return [term for term in self.terms if term.wanted and not (stemmed and term.is_common)]

    @property
    def unwanted(self) -> list[Term]:
        return [term for term in self.terms if not term.wanted and not term.is_common]


def words_of(text: str) -> Phrase:
    """Its words, in small letters without accents."""
    return tuple(WORD.findall(text.translate(_TABLE).lower()))


def understand(text: str) -> Query:
    """Terms in the order in which they were typed; no text is wrong."""
    text = unicodedata.normalize("NFC", " ".join(text.replace("\x00", "").split())[:LONGEST])
    terms: list[Term] = []
    bare: list[Phrase] = []

    def close() -> None:
        terms.extend(Term(ways) for ways in _with_synonyms(bare))
        bare.clear()

    for token in TOKEN.finditer(text.replace("\u201c", '"').replace("\u201d", '"')):
        words = words_of(token["quoted"] or token["bare"] or "")
        if not words:
            continue
        if token["minus"] or token["quoted"] is not None:
            close()
            terms.append(Term(_ways(words), not token["minus"], token["quoted"] is not None))
        else:
            bare.append(words)
    close()
    return Query(text, tuple(terms[:MOST]))


def _with_synonyms(bare: list[Phrase]) -> list[tuple[Phrase, ...]]:
    """Words that stand side by side and together are one thing with another name become one term."""
    found, at = [], 0
    while at < len(bare):
        for end in range(min(len(bare), at + 6), at, -1):
            together = sum(bare[at:end], ())
            if end == at + 1 or together in synonyms():
                found.append(_ways(together))
                at = end
                break
    return found


def _ways(words: Phrase) -> tuple[Phrase, ...]:
    return (words, *synonyms().get(words, ()))


@cache
def synonyms() -> dict[Phrase, tuple[Phrase, ...]]:
    """Of each phrase its others, from synonyms.txt."""
    others = {}
    for line in Path(__file__).with_name("synonyms.txt").read_text().splitlines():
        same = [words_of(phrase) for phrase in line.split("=")] if "=" in line else []
        for phrase in same:
            others[phrase] = tuple(other for other in same if other != phrase)
    return others
