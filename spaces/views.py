from uuid import UUID

from django import forms
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from access import passive
from access.requests import MemberRequest
from spaces import actions
from spaces.access import space_or_404
from spaces.frames import Frame, Reset, read_log

LAST_SEQ = 2**63 - 1


class Cursor(forms.Form):
    """How far a page has read."""

    after = forms.IntegerField(min_value=0, max_value=LAST_SEQ)
    epoch = forms.UUIDField(required=False)


class ReadUpTo(forms.Form):
    seq = forms.IntegerField(min_value=0, max_value=LAST_SEQ)


@passive
@never_cache
@require_GET
def activities(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The log after a number: the same frames as the socket's. `wait` is kept by spaces.longpoll, before this."""
    space = space_or_404(request.user, pk)
    cursor = Cursor(request.GET)
    if not cursor.is_valid():
        return JsonResponse({"errors": cursor.errors}, status=400)
    epoch, after = cursor.cleaned_data["epoch"], cursor.cleaned_data["after"]
    if epoch and epoch != space.epoch:
        return _answer(Reset(space.pk, space.epoch, space.last_seq, "epoch"))
    return _answer(read_log({space.pk: after})[space.pk])


@passive
@require_POST
def read(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Everything up to `seq` has been seen."""
    space = space_or_404(request.user, pk)
    form = ReadUpTo(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    unread = actions.mark_read(space=space, member=request.user, seq=form.cleaned_data["seq"])
    return JsonResponse({"unread": unread})


def _answer(news: Frame | Reset) -> HttpResponse:
    return HttpResponse(news.text, content_type="application/json")
