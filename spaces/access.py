"""Who may read and write in a space. The room that the kind of space belongs to has the last word."""

import rules

from spaces.kinds import space_kind


@rules.predicate
def may_read(member, space) -> bool:
    return space_kind(space.kind).may_read(member, space)


@rules.predicate
def may_write(member, space) -> bool:
    return space_kind(space.kind).may_write(member, space)


@rules.predicate
def may_moderate(member, space) -> bool:
    return space_kind(space.kind).may_moderate(member, space)


rules.add_perm("space.read", may_read)
rules.add_perm("space.write", may_write)
rules.add_perm("space.moderate", may_moderate)
