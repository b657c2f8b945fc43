"""What an edition of the symposium is made of."""

from symposium.models.editions import Edition, EditionQuerySet, Format, Room, Track
from symposium.models.sessions import Session, SessionQuerySet, Speaker

__all__ = [
    "Edition",
    "EditionQuerySet",
    "Format",
    "Room",
    "Session",
    "SessionQuerySet",
    "Speaker",
    "Track",
]
