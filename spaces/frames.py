"""Reading the log past a number, and the frame that shows it: the same bytes for every reader."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.db.models import Q
from django.template.loader import get_template

from spaces.kinds import Kind, all_kinds
from spaces.models import Activity, Space

BATCH = 200  # activities a frame
WEIGHT = 256 * 1024  # characters of a frame, unless a single activity is longer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Frame:
    """Activities `first` to `last` of a space, encoded. Empty (last == first - 1) where there is nothing new."""

    space: UUID
    epoch: UUID
    first: int
    last: int
    head: int
    text: str
    kinds: frozenset[str] = frozenset()

    @property
    def events(self) -> int:
        return self.last - self.first + 1

    @property
    def more(self) -> bool:
        return self.last < self.head


@dataclass(frozen=True, slots=True)
class Reset:
    """The log cannot be read on from there: the reader has to load the space anew."""

    space: UUID
    epoch: UUID
    head: int
    reason: str

    @property
    def text(self) -> str:
        return encode(type="reset", space=self.space, epoch=self.epoch, head=self.head, reason=self.reason)


def encode(**frame: Any) -> str:
    return json.dumps(frame, default=str, separators=(",", ":"), ensure_ascii=False)


def read_log(wanted: Mapping[UUID, int]) -> dict[UUID, Frame | Reset]:
    """What each space has after the given number, up to a frame's worth. A space that is gone is left out.

    Queries: two, and one or so for each kind of activity, whatever the number of spaces, activities and readers.
    """
    spaces = Space.objects.in_bulk(list(wanted))
    read: dict[UUID, list[Activity]] = {pk: [] for pk in spaces}
    behind = [pk for pk, space in spaces.items() if space.last_seq > wanted[pk]]
    if behind:
        past = Q()
        for pk in behind:
            past |= Q(space=pk, seq__gt=wanted[pk], seq__lte=wanted[pk] + BATCH)
        for activity in Activity.objects.filter(past).order_by("space", "seq"):
            read[activity.space_id].append(activity)
    items = _render(activity for activities in read.values() for activity in activities)
    return {pk: _frame(space, wanted[pk], read[pk], items) for pk, space in spaces.items()}


def _frame(space: Space, after: int, activities: list[Activity], items: dict[int, dict]) -> Frame | Reset:
    # The activities were read after the space: they may be ahead of its number, never behind it.
    head = max(space.last_seq, activities[-1].seq if activities else 0)
    if after > head:
        return Reset(space.pk, space.epoch, head, "ahead")
    if after < head and [activity.seq for activity in activities[:1]] != [after + 1]:
        return Reset(space.pk, space.epoch, head, "purged")
    texts: list[str] = []
    weight = 0
    for expected, activity in enumerate(activities, start=after + 1):
        text = json.dumps(items[activity.pk], separators=(",", ":"), ensure_ascii=False)
        weight += len(text)
        if activity.seq != expected or (texts and weight > WEIGHT):
            break
        texts.append(text)
    last = after + len(texts)
    head_of_frame = encode(type="activities", space=space.pk, epoch=space.epoch, **{"from": after + 1}, head=head)
    more = "true" if last < head else "false"
    return Frame(
        space=space.pk,
        epoch=space.epoch,
        first=after + 1,
        last=last,
        head=head,
        text=f'{head_of_frame[:-1]},"more":{more},"items":[{",".join(texts)}]}}',
        kinds=frozenset(activity.kind for activity in activities[: len(texts)]),
    )


def _render(activities: Iterable[Activity]) -> dict[int, dict]:
    """The item of each activity, by its pk: its thing as it is now, rendered once."""
    of_kind: dict[str, list[Activity]] = defaultdict(list)
    for activity in activities:
        of_kind[activity.kind].append(activity)
    kinds = {kind.name: kind for kind in all_kinds()}
    items = {}
    for name, those in of_kind.items():
        shown = _show(kinds[name], {activity.target for activity in those}) if name in kinds else {}
        nothing = {"target": "", "op": "none", "into": "", "html": ""}
        for activity in those:
            items[activity.pk] = {
                "seq": activity.seq,
                "kind": name,
                **shown.get(activity.target, nothing),
                "by": activity.actor_id and str(activity.actor_id),
            }
    return items


def _show(kind: Kind, targets: set[UUID]) -> dict[UUID, dict[str, str]]:
    """For each target its place and its HTML as of now; a thing that is gone is taken away."""
    if kind.op == "none":
        return {}
    if kind.op == "remove":
        return {target: _item(kind, target, "remove") for target in targets}
    try:
        things = kind.load(targets)
        template = get_template(kind.partial)
        return {
            target: _item(
                kind, target, kind.op, kind.into_of(things[target]), template.render({"thing": things[target]})
            )
            if target in things
            else _item(kind, target, "remove")
            for target in targets
        }
    except DatabaseError:
        raise
    except Exception:
        # One room's broken partial must not keep everyone's news: its page is as broken, and says so.
        logger.exception("Activities of kind %s could not be shown.", kind.name)
        return {}


def _item(kind: Kind, target: UUID, op: str, into: str = "", html: str = "") -> dict[str, str]:
    return {"target": kind.element_of(target), "op": op, "into": into if op == "append" else "", "html": html}
