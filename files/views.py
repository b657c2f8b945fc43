"""Putting files in and handing them out, always through the same question."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from asgiref.sync import sync_to_async
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from access import Refusal, may, require
from access.requests import MemberRequest
from files import actions
from files.forms import NewVersion, PhotoForm, UploadForm
from files.models import File
from files.pages import page_of
from members.models import Member
from spaces.kinds import space_kind
from spaces.models import Space
from spaces.screening import Held, answers_in

PREVIEW_TEXT = 200_000
HANDED_OUT = "/handed-out/"  # in deploy/nginx.conf: within nginx only, the folder of members' files


@require_POST
def upload(request: MemberRequest, space: UUID) -> HttpResponseBase:
    """Take one file; answers with its id and how it looks, or with a sentence that says why not."""
    room = get_object_or_404(Space, pk=space)
    if not may(request.user, "space.read", room):
        raise Http404
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"refusal": "No file arrived whole. Try again."}, status=422)
    given = form.cleaned_data
    try:
        file = actions.receive(
            space=room,
            upload=given["file"],
            by=request.user,
            client_id=given["client_id"],
            answers=answers_in(request.POST),
        )
    except Held as held:
        name = given["file"].name
        html = render_to_string("files/_held.html", {"held": held, "name": name}, request)
        return JsonResponse({"held": True, "html": html}, status=422)
    except Refusal as refusal:
        return JsonResponse({"refusal": str(refusal)}, status=422)
    html = render_to_string("files/_file.html", {"thing": file})
    return JsonResponse(
        {"id": file.pk, "name": file.name, "size": file.size, "state": file.state, "html": html}, status=201
    )


@require_GET
def download(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """The file itself, as an attachment, whatever it is."""
    file = _fetchable(request.user, pk)
    return _sent(request, file.stored_as, file.content_type, name=file.name)


@require_GET
def thumbnail(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """A small picture of an image."""
    file = _fetchable(request.user, pk)
    if not file.thumbnail_as:
        raise Http404
    return _sent(request, file.thumbnail_as, "image/webp")


@require_GET
def preview(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """A page that shows the file without downloading it."""
    file = _fetchable(request.user, pk)
    if not file.kind.preview:
        return redirect(file)
    number = min(max(1, _number(request.GET.get("page"))), settings.PREVIEW_PAGES)
    following = number + 1 if number < settings.PREVIEW_PAGES else None
    context = {"file": file, "page": number, "previous": number - 1, "next": following}
    return render(request, "files/preview.html", context)


@require_GET
def page(request: MemberRequest, pk: UUID, number: int) -> HttpResponseBase:
    """A picture of one page of a PDF; made at the first look and kept."""
    file = _fetchable(request.user, pk)
    keys = actions.page_keys(file)
    if file.kind.preview != "pages" or not 1 <= number <= len(keys):
        raise Http404
    key = keys[number - 1]
    if not default_storage.exists(key):
        with default_storage.open(file.stored_as) as pdf:
            picture = page_of(pdf, number)
        if not picture:
            raise Http404
        default_storage.save(key, ContentFile(picture))
    return _sent(request, key, "image/webp")


@require_GET
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"], "sandbox": True})  # type: ignore[arg-type]
def text(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """The beginning of a text, as plain text, for the sandboxed frame of its preview."""
    file = _fetchable(request.user, pk)
    if file.kind.preview != "text":
        raise Http404
    with default_storage.open(file.stored_as) as blob:
        content = blob.read(PREVIEW_TEXT).decode("utf-8", "ignore")
    return HttpResponse(content, content_type="text/plain; charset=utf-8")


def replace(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Put a newer version in a file's place. The older one stays within reach."""
    file = _seen(request.user, pk)
    require(request.user, "file.replace", file)
    sent = request.method == "POST"
    form = NewVersion(request.POST if sent else None, request.FILES if sent else None, initial={"client_id": uuid4()})
    held = None
    if sent and form.is_valid():
        try:
            actions.replace_file(
                file=file,
                upload=form.cleaned_data["file"],
                by=request.user,
                client_id=form.cleaned_data["client_id"],
                answers=answers_in(request.POST),
            )
            return _to_room(request, file, f"The new version of “{file.name}” is there.")
        except Held as found:
            held = found
        except Refusal as refusal:
            form.add_error("file", str(refusal))
    context = {"file": file, "form": form, "held": held, "name": file.name}
    return render(request, "files/replace.html", context, status=422 if held or form.errors else 200)


def remove(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Ask, then take the file away."""
    file = _seen(request.user, pk)
    require(request.user, "file.remove", file)
    if request.method == "POST":
        actions.remove_file(file=file, by=request.user)
        if request.accepts("text/html"):
            return _to_room(request, file, f"“{file.name}” was removed.")
        return JsonResponse({"id": file.pk})
    return render(request, "files/remove.html", {"file": file})


@require_GET
def photo(request: MemberRequest, pk: UUID, version: int) -> HttpResponseBase:
    """A member's photo, for those who may see the member."""
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk, photo_version=version)
    response = _sent(request, actions.photo_key(member), "image/webp")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def own_photo(request: MemberRequest) -> HttpResponseBase:
    """Choose one's photo, or take it away."""
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and "remove" in request.POST:
        actions.remove_photo(member=request.user)
        return redirect("members:profile")
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_photo(member=request.user, upload=form.cleaned_data["photo"])
            return redirect("members:profile")
        except Refusal as refusal:
            form.add_error("photo", str(refusal))
    return render(request, "files/photo.html", {"form": form}, status=422 if form.errors else 200)


def _to_room(request: MemberRequest, file: File, done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect(space_kind(file.space.kind).url(file.space))


def _seen(member: Any, pk: UUID) -> File:
    file = get_object_or_404(File.objects.shown().select_related("space"), pk=pk)
    if not may(member, "file.see", file):
        raise Http404
    return file


def _fetchable(member: Any, pk: UUID) -> File:
    file = _seen(member, pk)
    if not may(member, "file.fetch", file):
        raise Http404
    return file


def _sent(request: MemberRequest, key: str, content_type: str, name: str = "") -> HttpResponseBase:
    """Stored content, from nginx where it hands files out, else in pieces. Nothing in it may run in a browser."""
    response: Any = (
        _handed_over(key, content_type) if settings.ACCEL_REDIRECT else _streamed(request, key, content_type)
    )
    if name:
        response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response._csp_replace = {"default-src": ["'none'"], "sandbox": True}
    return response


def _handed_over(key: str, content_type: str) -> HttpResponse:
    if not default_storage.exists(key):
        raise Http404
    return HttpResponse(content_type=content_type, headers={"X-Accel-Redirect": HANDED_OUT + quote(key)})


def _streamed(request: MemberRequest, key: str, content_type: str) -> StreamingHttpResponse:
    try:
        blob = default_storage.open(key)
    except FileNotFoundError as gone:
        raise Http404 from gone
    pieces = _pieces(blob) if hasattr(request, "scope") else blob.chunks()
    charset = "; charset=utf-8" if content_type.startswith("text/") else ""
    response = StreamingHttpResponse(pieces, content_type=content_type + charset)
    response._resource_closers.append(blob.close)  # type: ignore[attr-defined]
    response["Content-Length"] = blob.size
    return response


async def _pieces(blob: Any) -> AsyncIterator[bytes]:
    chunks = iter(blob.chunks())
    while (chunk := await sync_to_async(lambda: next(chunks, None))()) is not None:
        yield chunk


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 1
