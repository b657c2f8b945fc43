"""Sharing out what is to be reviewed, as evenly as conflicts let it be."""

from collections import Counter, deque
from collections.abc import Collection
from uuid import UUID

Pair = tuple[UUID, UUID]  # of a reviewer and a proposal


def share_out(
    reviewers: Collection[UUID],
    proposals: Collection[UUID],
    each: int,
    *,
    never: Collection[Pair],
    kept: set[Pair],
    given: Collection[Pair] = (),
) -> set[Pair]:
    """Have each proposal reviewed by so many, or by all who may. `kept` stay as they are, `given` where that is even
    enough; `never` are conflicts.

    No other choice is more even: as long as work can be handed on, from one to the next, to somebody who has two
    less, it is (Harvey, Ladner, Lovász and Tamir, "Semi-matchings for bipartite graphs and load balancing", 2006).
    Without conflicts nobody has more than one more than anybody else.
    """
    may = {proposal: [one for one in reviewers if (one, proposal) not in never] for proposal in proposals}
    chosen = {pair for pair in kept if pair[0] in reviewers and pair[1] in may}
    chosen |= {pair for pair in given if pair[0] in may.get(pair[1], ())}
    load = Counter(dict.fromkeys(reviewers, 0))
    load.update(reviewer for reviewer, _ in chosen)
    for proposal in sorted(proposals, key=lambda one: len(may[one])):
        have = {one for one, what in chosen if what == proposal}
        loose = sorted((one for one in have if (one, proposal) not in kept), key=lambda one: -load[one])
        for reviewer in loose[: max(0, len(have) - each)]:
            chosen.remove((reviewer, proposal))
            load[reviewer] -= 1
        free = sorted((one for one in may[proposal] if one not in have), key=lambda one: load[one])
        for reviewer in free[: max(0, each - len(have))]:
            chosen.add((reviewer, proposal))
            load[reviewer] += 1
    while _hand_on(chosen, load, may, kept):
        pass
    return chosen


def _hand_on(chosen: set[Pair], load: Counter[UUID], may: dict[UUID, list[UUID]], kept: set[Pair]) -> bool:
    """Take one proposal from somebody and give one to somebody who has two less, through others if need be."""
    for giver, most in load.most_common():
        came: dict[UUID, tuple[UUID, UUID]] = {}
        queue = deque([giver])
        while queue:
            one = queue.popleft()
            if load[one] <= most - 2:
                while one != giver:
                    previous, proposal = came[one]
                    chosen.remove((previous, proposal))
                    chosen.add((one, proposal))
                    load[previous] -= 1
                    load[one] += 1
                    one = previous
                return True
            for _, proposal in [pair for pair in chosen - kept if pair[0] == one]:
                for other in may[proposal]:
                    if other != giver and other not in came and (other, proposal) not in chosen:
                        came[other] = (one, proposal)
                        queue.append(other)
    return False
