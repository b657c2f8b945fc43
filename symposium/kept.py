"""What is kept of a member at symposia, for them to take away. What they chose is among their answers to meetings."""

from members.models import Member


def speaking_of(member: Member) -> list[dict]:
    """Where they speak, and what they said of themselves there."""
    parts = member.symposium_parts.select_related("session__edition")
    profiles = member.speaker_profiles.select_related("edition")
    return [
        {"edition": str(one.session.edition), "session": str(one.session), "part": one.get_part_display()}
        for one in parts
    ] + [{"edition": str(one.edition), "about": one.bio, "confirmed": one.confirmed_at} for one in profiles]
