"""What one can do with an edition of the symposium."""

from symposium.actions.editions import (
    add_part,
    admit,
    change_edition,
    change_part,
    dismiss,
    open_edition,
    publish_edition,
    remove_part,
)

__all__ = [
    "add_part",
    "admit",
    "change_edition",
    "change_part",
    "dismiss",
    "open_edition",
    "publish_edition",
    "remove_part",
]
