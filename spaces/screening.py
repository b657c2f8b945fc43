"""Asking, before a text goes into a space, whether it could tell who a client is. No way in goes round this."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac

from identifiers import CLASSES, Finding, find, take_out
from spaces.models import Space

OUT, KEEP = "out", "keep"


@dataclass(frozen=True)
class Doubt:
    """A finding as its author is shown it. `key` names it in their answer: made for them, for this text."""

    key: str
    words: str
    finding: Finding

    @property
    def label(self) -> str:
        return CLASSES[self.finding.cls].label

    @property
    def placeholder(self) -> str:
        return f"[{CLASSES[self.finding.cls].placeholder}]"

    @property
    def may_stay(self) -> bool:
        """Whether the author may say that it identifies nobody."""
        return self.finding.level == "warn"


class Held(Exception):
    """A text that was not posted, and why. Nothing of it is stored."""

    def __init__(self, text: str, doubts: list[Doubt]) -> None:
        super().__init__("This text may identify a client.")
        self.text, self.all_doubts = text, doubts

    @property
    def doubts(self) -> list[Doubt]:
        """Each once, however often the words occur."""
        return list({doubt.key: doubt for doubt in self.all_doubts}.values())

    def pieces(self) -> Iterator[tuple[str, Doubt | None]]:
        """The whole text in order, and with each piece the doubt about it, if there is one."""
        at = 0
        for doubt in self.all_doubts:
            yield self.text[at : doubt.finding.start], None
            yield self.text[doubt.finding.start : doubt.finding.end], doubt
            at = doubt.finding.end
        yield self.text[at:], None


def screen(
    text: str,
    *,
    by: Any,
    space: Space,
    answers: Mapping[str, str] | None = None,
    blank_out: Callable[[str], str] = lambda text: text,
) -> tuple[str, Counter[str]]:
    """The text as it may be posted, and how many findings of each class its author vouched for; else raises Held.

    `answers` says of a doubt's key "out" (a word stands in its place) or "keep" (it identifies nobody; at warn level).
    A key cannot be guessed, so nobody answers for what they were not shown. `blank_out` hides what is not to be looked
    at (the names of members who are mentioned) and leaves every character where it is.
    """
    answers = answers or {}
    doubts = _doubts(text, blank_out, by, space)
    out = [doubt.finding for doubt in doubts if answers.get(doubt.key) == OUT]
    if out:
        text = take_out(text, out)
        doubts = _doubts(text, blank_out, by, space)
    open_doubts = [doubt for doubt in doubts if not (doubt.may_stay and answers.get(doubt.key) == KEEP)]
    if open_doubts:
        raise Held(text, open_doubts)
    return text, Counter(doubt.finding.cls for doubt in doubts)


def tells_nobody_apart(text: str) -> None:
    """Refuse what certainly identifies somebody in words that a group reads beside its messages. A form's validator."""
    told = [finding for finding in find(text) if finding.level == "block"]
    if told:
        words = ", ".join(f"“{text[finding.start : finding.end]}” ({CLASSES[finding.cls].label})" for finding in told)
        raise ValidationError(f"This may identify a client: {words}. Take it out, and send it again.")


def answers_in(post_data) -> dict[str, str]:
    """What the author says to each doubt of the identifier check: {key: "out" or "keep"}."""
    return {name.removeprefix("doubt-"): value for name, value in post_data.items() if name.startswith("doubt-")}


def _doubts(text: str, blank_out: Callable[[str], str], by: Any, space: Space) -> list[Doubt]:
    doubts = []
    for finding in find(blank_out(text)):
        words = text[finding.start : finding.end]
        told = f"{by.pk}\n{space.pk}\n{finding.cls}\n{words}"
        key = salted_hmac("spaces.screening", told, algorithm="sha256").hexdigest()[:32]
        doubts.append(Doubt(key, words, finding))
    return doubts
