"""Small cells: numbers that tell of single people are hidden, and so is what would let one subtract them.

Groups under five organisations or eleven people are hidden in what goes out (docs/decisions/0138).
"""

from collections.abc import Sequence

FEWEST_PEOPLE, FEWEST_ORGANISATIONS = 11, 5


def hidden(cells: Sequence[Sequence[int]], fewest: Sequence[int]) -> set[int]:
    """The places of the cells that are not shown, where each has some counts, and each count its limit.

    A cell of which any count is under its limit is hidden; without anybody it tells of nobody. Whoever has the sum of
    all learns the sum of what is hidden: so that is of two cells at least, and no small number either.
    """
    found = {at for at, cell in enumerate(cells) if _is_small(cell, fewest)}
    rest = sorted((cell, at) for at, cell in enumerate(cells) if any(cell) and at not in found)
    while found and rest and (len(found) < 2 or _is_small(_sum(cells[at] for at in found), fewest)):
        found.add(rest.pop(0)[1])
    return found


def _is_small(cell: Sequence[int], fewest: Sequence[int]) -> bool:
    return any(cell) and any(count < least for count, least in zip(cell, fewest, strict=True))


def _sum(cells) -> list[int]:
    return [sum(counts) for counts in zip(*cells, strict=True)]
