"""What belongs to a meeting to be read, and its recording, which is said before it begins."""

from collections.abc import Mapping
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import now

from access import Refusal, require, still_there
from audit.trail import append
from files.actions import receive, remove_file, show
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
    """Add a file or a link. The same client_id again gives the first. Raises Refusal or Held."""
    require(by, "materials.add", meeting)
    if bool(upload) == bool(url):
        raise Refusal("Choose a file, or give the address of something elsewhere: one of the two.")
    file = _received(room_of(meeting), upload, by, client_id, answers)
    with transaction.atomic():
        said = {"title": title, "url": url, "file": file, "added_by": by}
        material, new = Material.objects.get_or_create(meeting=meeting, client_id=client_id, defaults=said)
        if new:
            if file:
                show(file, to_all=True)
            record(room_of(meeting), "materials.changed", meeting, by=by)
    return material


@transaction.atomic
def remove_material(*, material: Material, by: Member) -> None:
    """Take it away; a file's content goes at once."""
    meeting = material.meeting
    require(by, "material.remove", material)
    file = material.file
    material.delete()
    if file:
        remove_file(file=file, by=by)
    record(room_of(meeting), "materials.changed", meeting, by=by)


@transaction.atomic
def announce_recording(*, meeting: Meeting, by: Member) -> Recording:
    """Say that a meeting will be recorded: on its page and in its room, to who is there already too.

    Only before it begins. Raises Refusal.
    """
    require(by, "series.change", meeting.series)
    if meeting.series.space and meeting.series.space.kind == Space.Kind.GROUP:
        raise Refusal("Sessions of a group are not recorded: what is said there stays there.")
    if meeting.has_begun:
        raise Refusal("The meeting has begun, and nobody was told before. What nobody knew of is not published.")
    recording, new = Recording.objects.get_or_create(meeting=meeting, defaults={"announced_by": by})
    if new:
        append("recording.announced", subject=meeting, by=by)
        record(room_of(meeting), "recording.changed", meeting, by=by)
    return recording


@transaction.atomic
def forgo_recording(*, recording: Recording, by: Member) -> None:
    """Record nothing after all, or publish nothing of it for good."""
    recording = _locked(recording, by)
    meeting, transcript = recording.meeting, recording.transcript
    append("recording.forgone", subject=meeting, by=by)
    recording.delete()
    if transcript:
        remove_file(file=transcript, by=by)
    record(room_of(meeting), "recording.changed", meeting, by=by)


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

    Only who convenes reads the transcript until it is published. Raises Refusal or Held.
    """
    require(by, "series.change", recording.meeting.series)
    file = _received(room_of(recording.meeting), upload, by, client_id, answers)
    with transaction.atomic():
        recording = _locked(recording, by)
        if recording.published_at and not (url and captioned):
            raise Refusal("It is published: withdraw it first, or leave it an address and its captions.")
        before = recording.transcript
        recording.url = url
        recording.captioned_at = (recording.captioned_at or now()) if captioned else None
        recording.transcript = file or before
        recording.save()
        if file:
            show(file, to_all=bool(recording.published_at))
        if file and before and before != file:
            remove_file(file=before, by=by)


@transaction.atomic
def publish_recording(*, recording: Recording, by: Member) -> None:
    """Let everyone whom the meeting is for watch it. It takes captions and a transcript (Section 504; WCAG 1.2)."""
    recording = _locked(recording, by)
    if not recording.meeting.is_over:
        raise Refusal("The meeting is not over. Publish the recording afterwards.")
    if not recording.is_ready:
        raise Refusal("It takes an address, captions and a transcript. Add what is missing, then publish it.")
    if not recording.published_at:
        _publish(recording, by)
        append("recording.published", subject=recording.meeting, by=by)


@transaction.atomic
def withdraw_recording(*, recording: Recording, by: Member) -> None:
    """Nobody has it or its transcript from here any more, until it is published again."""
    recording = _locked(recording, by)
    if recording.published_at:
        _publish(recording, None)
        append("recording.withdrawn", subject=recording.meeting, by=by)


def _publish(recording: Recording, by: Member | None) -> None:
    recording.published_at, recording.published_by = (now(), by) if by else (None, None)
    recording.save(update_fields=["published_at", "published_by"])
    if recording.transcript:
        show(recording.transcript, to_all=bool(by))


def _locked(recording: Recording, by: Member) -> Recording:
    """For who convenes its meeting."""
    rows = Recording.objects.select_related("meeting__series__space", "meeting__room", "transcript__space")
    found = still_there(rows.select_for_update(of=("self",)), recording.pk)
    require(by, "series.change", found.meeting.series)
    return found


def _received(
    room: Space, upload: UploadedFile | None, by: Member, client_id: UUID, answers: Mapping[str, str] | None
) -> File | None:
    return receive(space=room, upload=upload, by=by, client_id=client_id, answers=answers) if upload else None
