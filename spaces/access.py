"""Who may do what to a space. What "reading" asks for is said by the room that the kind of space belongs to."""

import rules

from spaces.kinds import space_kind


@rules.predicate
def may_read(member, space) -> bool:
    return space_kind(space.kind).may_read(member, space)


rules.add_perm("space.read", may_read)
