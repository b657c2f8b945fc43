"""The questions of a post-test as staff write them, and how far somebody is with it."""

from dataclasses import dataclass

from symposium.models import Attempt, PostTest

MOST_QUESTIONS, MOST_ANSWERS = 20, 6
RIGHT, WRONG = "*", "-"


@dataclass(frozen=True)
class Question:
    """What is asked, what one chooses from, and the number of the right answer, from 0."""

    text: str
    answers: list[str]
    right: int


@dataclass(frozen=True)
class Grade:
    """How somebody did at their best: so many right, of so many; what it takes; how often they may take it still."""

    right: int
    of: int
    needed: int
    left: int

    @property
    def has_passed(self) -> bool:
        return self.right >= self.needed

    @property
    def is_open(self) -> bool:
        """Whether they may take it again."""
        return bool(self.left) and not self.has_passed

    @property
    def said(self) -> str:
        if self.has_passed:
            return f"By its recording: {self.right} of {self.of} answers were right."
        again = f"You can take it {self.left} more time{'' if self.left == 1 else 's'}." if self.left else ""
        why = f"In its post-test {self.right} of {self.of} answers were right; it takes {self.needed}."
        return f"{why} {again or 'You have no attempt left.'}"


def questions_in(text: str) -> list[Question]:
    """An empty line parts questions; below each its answers, a line each, the right one after an asterisk.

    Raises ValueError, in words, where it is not like that.
    """
    blocks = [[line.strip() for line in block.splitlines()] for block in _blocks(text)]
    if not 1 <= len(blocks) <= MOST_QUESTIONS:
        raise ValueError(f"Write from 1 to {MOST_QUESTIONS} questions, with an empty line between them.")
    return [_question(number, block) for number, block in enumerate(blocks, start=1)]


def graded(test: PostTest, taken: list[Attempt]) -> Grade:
    """From what one member has taken, once or more often."""
    best = max(taken, key=lambda one: one.right)
    needed = -(-best.of * test.percent // 100)
    return Grade(best.right, best.of, needed, max(0, test.attempts - len(taken)))


def _blocks(text: str) -> list[str]:
    lines = "\n".join(line.strip() for line in text.splitlines())
    return [block for block in lines.split("\n\n") if block.strip()]


def _question(number: int, block: list[str]) -> Question:
    text, *answers = [line for line in block if line]
    if text[0] in (RIGHT, WRONG) or any(line[0] not in (RIGHT, WRONG) for line in answers):
        raise ValueError(f"Question {number}: first the question on one line, then each answer after a - or a *.")
    said = [line[1:].strip() for line in answers]
    if not 2 <= len(said) <= MOST_ANSWERS or not all(said) or len(set(said)) < len(said):
        raise ValueError(f"Question {number}: give from 2 to {MOST_ANSWERS} answers, each another one.")
    right = [place for place, line in enumerate(answers) if line[0] == RIGHT]
    if len(right) != 1:
        raise ValueError(f"Question {number}: begin the right answer, and it alone, with a *.")
    return Question(text, said, right[0])
