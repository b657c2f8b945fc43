"""Who may do what with a file. Reading it is asked of its space."""

import rules

from files.models import File
from spaces import access as spaces_access


@rules.predicate
def is_shared(member, file: File) -> bool:
    """It came with a message; until then only its uploader sees it, and who moderates where the message waits."""
    if file.set_aside_at and spaces_access.may_moderate(member, file.space):
        return True
    return file.attached_at is not None or file.uploaded_by_id == member.pk


@rules.predicate
def is_there(member, file: File) -> bool:
    return file.removed_at is None and file.held_at is None and file.state == File.State.CLEAN


@rules.predicate
def waits(member, file: File) -> bool:
    """Its message waits: until then it is as it was sent."""
    return file.set_aside_at is not None


@rules.predicate
def came(member, file: File) -> bool:
    """A message brought it. Until then nobody has it whose it could be replaced for."""
    return file.attached_at is not None


@rules.predicate
def is_uploader(member, file: File) -> bool:
    return file.uploaded_by_id == member.pk


@rules.predicate
def may_read_space(member, file: File) -> bool:
    return spaces_access.may_read(member, file.space)


@rules.predicate
def may_moderate_space(member, file: File) -> bool:
    return spaces_access.may_moderate(member, file.space)


@rules.predicate
def may_write_space(member, file: File) -> bool:
    return spaces_access.may_write(member, file.space)


@rules.predicate
def may_add(member, space) -> bool:
    """Who writes there, and who moderates: what is put beside a space's talk may come when nobody talks any more."""
    return spaces_access.may_write(member, space) or spaces_access.may_moderate(member, space)


rules.add_perm("file.add", may_add)
rules.add_perm("file.see", is_shared & may_read_space)
rules.add_perm("file.fetch", is_shared & is_there & may_read_space)
rules.add_perm("file.replace", came & is_there & (is_uploader | may_moderate_space) & may_write_space)
rules.add_perm("file.remove", is_shared & ~waits & (is_uploader | may_moderate_space) & may_write_space)
