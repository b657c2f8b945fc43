"""Notes that several write together: each section by one at a time, and nobody's text is lost or overwritten unseen."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, require
from audit.trail import append
from discussions.markup import clean
from meetings.models import Meeting, NoteSection, Scribe
from meetings.rooms import room_of
from members.models import Member
from spaces.log import record
from spaces.screening import screen


@transaction.atomic
def name_scribe(*, meeting: Meeting, member: Member, by: Member) -> None:
    """Let a member write the notes too. A scribe already, nothing happens."""
    require(by, "series.change", meeting.series)
    Scribe.objects.get_or_create(meeting=meeting, member=member, defaults={"named_by": by})


@transaction.atomic
def unname_scribe(*, meeting: Meeting, member: Member, by: Member) -> None:
    require(by, "series.change", meeting.series)
    meeting.scribes.filter(member=member).delete()


@transaction.atomic
def add_sections(*, meeting: Meeting, headings: list[str], by: Member) -> None:
    """Put sections at the end of the notes."""
    require(by, "notes.write", meeting)
    Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)
    last = meeting.notes.last()
    first = last.position + 1 if last else 1
    for position, heading in enumerate(headings, first):
        section = NoteSection.objects.create(meeting=meeting, position=position, heading=heading)
        record(room_of(meeting), "section.added", section, by=by)


@transaction.atomic
def remove_section(*, section: NoteSection, by: Member) -> None:
    """Take an empty section away. Raises Refusal where something is written in it, or somebody is about to."""
    require(by, "notes.write", section.meeting)
    if not NoteSection.objects.filter(pk=section.pk, body="").free_for(by).delete()[0]:
        raise Refusal("Something is written here, or somebody is writing. Only an empty section can be taken away.")
    record(room_of(section.meeting), "section.removed", section, by=by)


@transaction.atomic
def claim_section(*, section: NoteSection, by: Member, take_over: bool = False) -> None:
    """Be the one who writes in it, or say that one still is. Raises Refusal while somebody else writes there, unless a
    convener takes it over.
    """
    require(by, "notes.write", section.meeting)
    if take_over:
        require(by, "series.change", section.meeting.series)
    before = section.claimed_by_id
    _claim(section, by, take_over=take_over)
    if before != by.pk:
        record(room_of(section.meeting), "section.changed", section, by=by)


@transaction.atomic
def let_go_of_section(*, section: NoteSection, by: Member) -> None:
    """Leave it to others. Not one's own, nothing happens."""
    if NoteSection.objects.filter(pk=section.pk, claimed_by=by).update(claimed_by=None, claimed_at=None):
        record(room_of(section.meeting), "section.changed", section, by=by)


@transaction.atomic
def save_section(
    *,
    section: NoteSection,
    heading: str,
    body: str,
    version: int,
    by: Member,
    answers: Mapping[str, str] | None = None,
) -> NoteSection:
    """Save what one wrote in the section that one has claimed, or that nobody has. `version`: of the text that it began
    with. Raises Refusal where somebody else writes there or has saved since, and Held; then nothing is changed.
    """
    require(by, "notes.write", section.meeting)
    room = room_of(section.meeting)
    text, vouched = screen(f"{heading}\n\n{clean(body)}", by=by, space=room, answers=answers)
    _claim(section, by)
    section = NoteSection.objects.select_for_update(of=("self",)).select_related("saved_by").get(pk=section.pk)
    if section.version != version:
        who = section.saved_by.name if section.saved_by else "Somebody"
        raise Refusal(f"{who} has saved a newer text since you began. Yours is not saved yet, and not lost.")
    heading, _, body = text.partition("\n\n")
    if (heading, body) != (section.heading, section.body):  # the same again makes nobody's text an older one
        section.heading, section.body, section.version = heading, body, version + 1
        section.saved_by, section.saved_at = by, now()
        section.save(update_fields=["heading", "body", "version", "saved_by", "saved_at"])
    if vouched:
        facts = {"space": str(room.pk), "classes": dict(sorted(vouched.items()))}
        append("identifier.vouched", subject=section, by=by, facts=facts)
    record(room, "section.changed", section, by=by)
    return section


@transaction.atomic
def let_go_of_lapsed_claims() -> int:
    """Sections whose writer has given no sign for three minutes are free again, and open pages say so."""
    lapsed = NoteSection.objects.lapsed().select_related("meeting__series", "meeting__room")
    count = 0
    for section in lapsed:
        if NoteSection.objects.lapsed().filter(pk=section.pk).update(claimed_by=None, claimed_at=None):
            record(room_of(section.meeting), "section.changed", section)
            count += 1
    return count


def _claim(section: NoteSection, by: Member, *, take_over: bool = False) -> None:
    """In one statement, so that of many who come at once one has it."""
    free = NoteSection.objects.all() if take_over else NoteSection.objects.free_for(by)
    if not free.filter(pk=section.pk).update(claimed_by=by, claimed_at=now()):
        there = NoteSection.objects.select_related("claimed_by").filter(pk=section.pk).first()
        if there is None:
            raise Refusal("This section is not there any more. Copy your text into another one.")
        who = there.claimed_by.name if there.claimed_by else "Somebody else"
        raise Refusal(f"{who} is writing in this section now.")
