"""Keeping somebody's first posts until a moderator has looked at them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from discussions.markup import clean
from discussions.models import FirstPost, Forum, Topic
from files.actions import set_aside
from members.models import Member
from spaces.models import Space
from spaces.screening import KEEP


def hold(
    *,
    space: Space,
    by: Member,
    client_id: UUID,
    body: str,
    files: list[UUID],
    answers: Mapping[str, str] | None,
    wording: Any,
    topics: Iterable[Topic] = (),
    **place: Any,
) -> FirstPost:
    """Keep a text that was looked through, where nobody else sees it: inside the caller's transaction.

    `place` is the thread and what it answers there, or the kind and title of a thread of its own.
    """
    kept = set_aside(files=files, space=space, by=by)
    first = FirstPost.objects.create(
        space=space,
        member=by,
        client_id=client_id,
        body=body,
        answers={key: said for key, said in (answers or {}).items() if said == KEEP},
        unnamed=wording.unnamed,
        knowable=wording.unnamed and space.forum.unnamed == Forum.Naming.MODERATORS,
        intensity=wording.intensity,
        content_note=clean(wording.content_note)[:160],
        **place,
    )
    first.files.set(kept)
    first.topics.set(topics)
    return first


def held_before(by: Member, space: Space, client_id: UUID) -> FirstPost | None:
    """What this write was kept as already. Asked in forums only: nowhere else anything waits."""
    if space.kind != Space.Kind.FORUM:
        return None
    return FirstPost.objects.filter(member=by, space=space, client_id=client_id, released_at=None).first()
