"""Ringing: "space X is now at n". A lost ring costs latency, never news."""

from uuid import UUID


def ring(space: UUID, seq: int) -> None:
    """Tell every process's hub that this space has something new. Never any content."""
