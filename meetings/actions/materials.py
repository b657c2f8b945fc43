"""What belongs to a meeting to be read, and its recording, which is said before it begins."""

from collections.abc import Mapping
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import now

from access import Refusal, require
from audit.trail import append
from files.actions import attach, receive, remove_file
from files.models import File
from meetings.models import Material, Meeting, Recording
from meetings.rooms import room_of
from members.models import Member
from spaces.log import record
from spaces.models import Space


def add_material(
    *,
    meeting: Meeting,
    by: Member,
    title: str,
    client_id: UUID,
    upload: UploadedFile | None = None,
    url: str = "",
    answers: Mapping[str, str] | None = None,
) -> Material:
    """Add a file or a link. The same client_id again adds no second file. Raises Refusal or Held."""
    require(by, "series.change", meeting.series)
    if bool(upload) == bool(url):
        raise Refusal("Choose a file, or give the address of something elsewhere: one of the two.")
    file = _received(room_of(meeting), upload, by, client_id, answers)
    with transaction.atomic():
        if file and (there := Material.objects.filter(file=file).first()):
            return there
        material = Material.objects.create(
            meeting=meeting, title=title, url=url, file=file and _shared(file, by), added_by=by
        )
        record(room_of(meeting), "materials.changed", meeting, by=by)
    return material


@transaction.atomic
def remove_material(*, material: Material, by: Member) -> None:
    """Take it away; a file's content goes at once."""
    meeting = material.meeting
    require(by, "series.change", meeting.series)
    file = material.file
    material.delete()
    if file:
        remove_file(file=file, by=by)
    record(room_of(meeting), "materials.changed", meeting, by=by)


@transaction.atomic
def announce_recording(*, meeting: Meeting, by: Member) -> Recording:
    """Say that a meeting will be recorded: on its page and in its room. Only before it begins."""
    require(by, "series.change", meeting.series)
    if meeting.series.space and meeting.series.space.kind == Space.Kind.GROUP:
        raise Refusal("Sessions of a group are not recorded: what is said there stays there.")
    if meeting.has_begun:
        raise Refusal("The meeting has begun, and nobody was told before. What nobody knew of is not published.")
    recording, new = Recording.objects.get_or_create(meeting=meeting, defaults={"announced_by": by})
    if new:
        append("recording.announced", subject=meeting, by=by)
    return recording


@transaction.atomic
def forgo_recording(*, recording: Recording, by: Member) -> None:
    """Record nothing after all, or publish nothing of it for good."""
    meeting = recording.meeting
    require(by, "series.change", meeting.series)
    append("recording.forgone", subject=meeting, by=by)
    transcript = recording.transcript
    recording.delete()
    if transcript:
        remove_file(file=transcript, by=by)


def complete_recording(
    *,
    recording: Recording,
    by: Member,
    url: str,
    captioned: bool,
    client_id: UUID,
    upload: UploadedFile | None = None,
    answers: Mapping[str, str] | None = None,
) -> None:
    """Say where it is, vouch for its captions, add its transcript. What is published keeps all three.

    Raises Refusal or Held.
    """
    require(by, "series.change", recording.meeting.series)
    if recording.published_at and not (url and captioned):
        raise Refusal("It is published: withdraw it first, or leave it an address and its captions.")
    file = _received(room_of(recording.meeting), upload, by, client_id, answers)
    with transaction.atomic():
        recording = Recording.objects.select_for_update().get(pk=recording.pk)
        before = recording.transcript
        if file and before != file:
            recording.transcript = _shared(file, by)
        recording.url = url
        recording.captioned_at = (recording.captioned_at or now()) if captioned else None
        recording.save()
        if file and before and before != file:
            remove_file(file=before, by=by)


@transaction.atomic
def publish_recording(*, recording: Recording, by: Member) -> None:
    """Let everyone whom the meeting is for watch it. It takes captions and a transcript (Section 504; WCAG 1.2)."""
    require(by, "series.change", recording.meeting.series)
    if not recording.is_ready:
        raise Refusal("It takes an address, captions and a transcript. Add what is missing, then publish it.")
    if not recording.published_at:
        recording.published_at, recording.published_by = now(), by
        recording.save(update_fields=["published_at", "published_by"])
        append("recording.published", subject=recording.meeting, by=by)


@transaction.atomic
def withdraw_recording(*, recording: Recording, by: Member) -> None:
    """Nobody watches it from here any more, until it is published again."""
    require(by, "series.change", recording.meeting.series)
    if recording.published_at:
        recording.published_at, recording.published_by = None, None
        recording.save(update_fields=["published_at", "published_by"])
        append("recording.withdrawn", subject=recording.meeting, by=by)


def _received(
    room: Space, upload: UploadedFile | None, by: Member, client_id: UUID, answers: Mapping[str, str] | None
) -> File | None:
    return receive(space=room, upload=upload, by=by, client_id=client_id, answers=answers) if upload else None


def _shared(file: File, by: Member) -> File:
    """An upload of their own that others are to have from now on."""
    return file if file.attached_at else attach(files=[file.pk], space=file.space, by=by)[0]
