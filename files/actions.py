"""The verbs of files."""

import hashlib
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from uuid import UUID, uuid4

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.base import File as Blob
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from access import Refusal, insist_on_pace, require
from audit.trail import append
from files import images, viruses
from files.lists import stored_in
from files.models import File
from files.recognise import IMAGES, TEXT, clean_name, recognise
from members.models import Member
from spaces.log import record
from spaces.models import Space
from spaces.screening import KEEP, screen

MEGABYTE = 1024 * 1024
MOST_WAITING = 20  # uploads of one member that no message has brought yet
LONGEST_TEXT = MEGABYTE  # All of it is looked through for identifiers, at about 4 s a megabyte.
_at_once = threading.Semaphore(1)  # looking through a text keeps a processor busy


def receive(
    *,
    space: Space,
    upload: UploadedFile,
    by: Member,
    client_id: UUID,
    replaces: File | None = None,
    answers: Mapping[str, str] | None = None,
) -> File:
    """Take a file into a space: named, recognised, images rewritten, looked through for identifiers, and stored.

    The same client_id from the same member gives the first result. Nobody else sees it until a message brings it.
    Raises Refusal with a sentence, or Held with what was found in the name or the text.
    """
    require(by, "file.add", space)
    if replaces:
        require(by, "file.replace", replaces)
        if replaces.space_id != space.pk:
            raise Refusal("That file belongs to another room. Share this one as a file of its own.")
    if already := _already(space, by, client_id):
        return already
    insist_on_pace(by)
    name = clean_name(upload.name or "")
    if not upload.size:
        raise Refusal(f"“{name}” is empty. Choose another file.")
    if upload.size > settings.MAX_UPLOAD_MB * MEGABYTE:
        raise Refusal(f"“{name}” is larger than {settings.MAX_UPLOAD_MB} MB. Make it smaller, or share a part of it.")
    kind = recognise(upload, name)
    vouched = _screened(name, upload if kind is TEXT else None, by, space, answers)
    thumbnail = None
    content: Blob = upload
    if kind in IMAGES.values():
        content, thumbnail = images.rewritten(upload)
    file = File(
        space=space,
        uploaded_by=by,
        client_id=client_id,
        name=name,
        content_type=kind.content_type,
        size=content.size,
        sha256=_digest(content),
        state=File.State.CHECKING if settings.CLAMD_ADDRESS else File.State.CLEAN,
        replaces=replaces,
    )
    return _store(file, content, thumbnail, vouched)


@transaction.atomic
def attach(*, files: Sequence[UUID], space: Space, by: Member) -> list[File]:
    """Let one's own uploads into the space with a message. Refusal where one is not there, not one's own, or used."""
    attached = _own_unsent(files, space, by)
    File.objects.filter(pk__in=files).update(attached_at=now())
    for file in attached:
        if file.replaces:
            record(space, "file.changed", file.replaces, by=by)
    return attached


def set_aside(*, files: Sequence[UUID], space: Space, by: Member) -> list[File]:
    """Keep one's own uploads for a message that waits: moderators look at them, nobody else. Refusal as attach()."""
    kept = _own_unsent(files, space, by)
    File.objects.filter(pk__in=files).update(set_aside_at=now())
    return kept


def give_back(files: Iterable[UUID]) -> None:
    """The message waits no more: uploads are what they were before."""
    File.objects.filter(pk__in=list(files)).update(set_aside_at=None)


def _own_unsent(files: Sequence[UUID], space: Space, by: Member) -> list[File]:
    own = File.objects.select_for_update(no_key=True).filter(
        pk__in=files, space=space, uploaded_by=by, attached_at=None, set_aside_at=None, removed_at=None
    )
    by_id = own.exclude(state=File.State.INFECTED).order_by("pk").in_bulk()
    if len(by_id) != len(set(files)):
        raise Refusal("One of the files is not here any more. Your text is kept: attach the file again.")
    return [by_id[pk] for pk in dict.fromkeys(files)]


@transaction.atomic
def replace_file(
    *, file: File, upload: UploadedFile, by: Member, client_id: UUID, answers: Mapping[str, str] | None = None
) -> File:
    """Put a newer version in a shared file's place, for everyone at once. Raises Refusal or Held."""
    require(by, "file.replace", file)
    newest = file
    while newest.newer:
        newest = newest.newer
    newer = receive(space=file.space, upload=upload, by=by, client_id=client_id, replaces=newest, answers=answers)
    if not newer.attached_at:
        attach(files=[newer.pk], space=file.space, by=by)
    return newer


def with_newer(files: QuerySet[File]) -> QuerySet[File]:
    """These files and the versions that replaced them."""
    found = set(files.values_list("pk", flat=True))
    newer = found
    while newer:
        newer = set(File.objects.filter(replaces__in=newer).values_list("pk", flat=True))
        found |= newer
    return File.objects.filter(pk__in=found)


def show(file: File, *, to_all: bool) -> None:
    """Let everyone who reads its space have a file that stands beside its talk; or else only who moderates there."""
    at = {"attached_at": now(), "set_aside_at": None} if to_all else {"attached_at": None, "set_aside_at": now()}
    File.objects.filter(pk=file.pk).update(**at)


def hold_back(files: Iterable[File], *, at: datetime | None) -> None:
    """Let nobody fetch files while the message that brought them is hidden; None: let them be fetched again."""
    for file in files:
        if bool(file.held_at) != bool(at):
            File.objects.filter(pk=file.pk).update(held_at=at)
            record(file.space, "file.changed", file)


@transaction.atomic
def remove_file(*, file: File, by: Member | None) -> None:
    """Take a file away for good; its content goes at once, that it was there stays."""
    if file.removed_at:
        return
    file.removed_at, file.removed_by = now(), by
    file.save(update_fields=["removed_at", "removed_by"])
    if file.attached_at:
        record(file.space, "file.changed", file, by=by)
    forget_content(file)


def forget_content(file: File) -> None:
    """Delete what is stored of a file once the transaction is through."""
    keys = [file.stored_as, file.thumbnail_as, *page_keys(file)]

    def on_commit() -> None:
        for key in filter(None, keys):
            default_storage.delete(key)

    transaction.on_commit(on_commit, robust=True)


def page_keys(file: File) -> list[str]:
    """Where the pictures of a PDF's pages are kept, once somebody has looked at them."""
    return [f"{file.stored_as}.page{number}" for number in range(1, settings.PREVIEW_PAGES + 1)]


@transaction.atomic
def check_file(file: File) -> None:
    """Have clamd look at a file that waits, and let it through or hold it back."""
    with default_storage.open(file.stored_as) as blob:
        virus = viruses.virus_in(blob.chunks())
    file.state = File.State.INFECTED if virus else File.State.CLEAN
    file.save(update_fields=["state"])
    if virus:
        append("file.held_back", subject=file, facts={"virus": virus, "sha256": file.sha256})
        forget_content(file)
    if file.attached_at:
        record(file.space, "file.changed", file)


@transaction.atomic
def set_photo(*, member: Member, upload: UploadedFile) -> None:
    """Give oneself a photo: square, small, without what was hidden in it."""
    if (upload.size or 0) > 10 * MEGABYTE:
        raise Refusal("The photo is larger than 10 MB. Choose a smaller one.")
    name = clean_name(upload.name or "")
    if recognise(upload, name) not in IMAGES.values():
        raise Refusal("Choose a PNG, JPEG or WebP image.")
    photo = images.portrait(upload)
    remove_photo(member=member)
    member.photo_version = int(now().timestamp())
    default_storage.save(photo_key(member), photo)
    member.save(update_fields=["photo_version"])


@transaction.atomic
def remove_photo(*, member: Member) -> None:
    """Take one's photo away."""
    if member.photo_version:
        default_storage.delete(photo_key(member))
        member.photo_version = 0
        member.save(update_fields=["photo_version"])


def photo_key(member: Member) -> str:
    return f"photos/{member.pk}.{member.photo_version}"


def _store(file: File, content: Blob, thumbnail: ContentFile | None, vouched: Counter[str]) -> File:
    """Write the content, then the row. Where the row, the disk or the space's total says no, nothing stays behind."""
    file.stored_as = f"files/{uuid4().hex}"
    file.thumbnail_as = f"{file.stored_as}.thumbnail" if thumbnail else ""
    with ExitStack() as undo:
        try:
            for key, blob in ((file.stored_as, content), (file.thumbnail_as, thumbnail)):
                if blob:
                    undo.callback(default_storage.delete, key)
                    default_storage.save(key, blob)
        except (OSError, BotoCoreError, ClientError) as trouble:
            raise Refusal(
                "The file could not be stored just now. Keep it, and try again in a few minutes."
            ) from trouble
        with transaction.atomic():
            if vouched:  # first: the trail is locked before the space
                append("identifier.vouched", subject=file, by=file.uploaded_by, facts={"classes": dict(vouched)})
            _require_room(file)
            if already := _already(file.space, file.uploaded_by, file.client_id):  # sent twice at once
                transaction.set_rollback(True)
                return already
            _step_back(file.replaces)
            file.save(force_insert=True)
        undo.pop_all()
    return file


def _already(space: Space, by: Member | None, client_id: UUID) -> File | None:
    return File.objects.filter(space=space, uploaded_by=by, client_id=client_id).first()


def _step_back(replaced: File | None) -> None:
    """A file has one newer version; one that was taken away makes place for another."""
    newer = File.objects.filter(replaces=replaced) if replaced else File.objects.none()
    if newer.filter(removed_at=None).exists():
        raise Refusal("Somebody has put a newer version there already. Reload the page, and replace that one.")
    newer.update(replaces=None)


def _require_room(file: File) -> None:
    Space.objects.select_for_update().get(pk=file.space_id)
    if stored_in(file.space) + file.size > settings.GROUP_STORAGE_MB * MEGABYTE:
        raise Refusal("This space's storage is full. Ask a facilitator to remove files that are no longer needed.")
    waiting = File.objects.filter(space=file.space, uploaded_by=file.uploaded_by, attached_at=None, removed_at=None)
    if waiting.count() >= MOST_WAITING:
        raise Refusal(f"{MOST_WAITING} of your files wait for their message. Send it, or take some of them away.")


def _screened(name: str, upload: UploadedFile | None, by: Member, space: Space, answers) -> Counter[str]:
    """The findings that the uploader vouched for. What is in a file is not ours to change, so nothing is taken out."""
    keeps = {key: answer for key, answer in (answers or {}).items() if answer == KEEP}
    vouched = screen(name, by=by, space=space, answers=keeps)[1]
    if upload:
        if (upload.size or 0) > LONGEST_TEXT:
            raise Refusal(f"“{name}” is longer than a text file here can be (1 MB). Share the part that matters.")
        with _at_once:
            vouched += screen(upload.read().decode(), by=by, space=space, answers=keeps)[1]
        upload.seek(0)
    return vouched


def _digest(content: Blob) -> str:
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()
