"""A member's inbox, and the demonstration's outbox."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from access import open_to_all
from access.requests import MemberRequest
from notifications import notices
from notifications.models import Letter
from notifications.outbox import text_of
from spaces.kinds import space_kind


def inbox(request: MemberRequest) -> HttpResponse:
    """What happened in my spaces that I have not looked at."""
    return render(request, "notifications/inbox.html", {"notices": notices.readable(request.user)})


@require_POST
def open_notice(request: MemberRequest, pk) -> HttpResponse:
    """Mark one notice read and go where it points."""
    notice = get_object_or_404(request.user.notices.select_related("space"), pk=pk)
    notices.mark_read(member=request.user, notices=[notice])
    return redirect(space_kind(notice.space.kind).url(notice.space))


@require_POST
def read_all(request: MemberRequest) -> HttpResponse:
    """Mark everything read."""
    notices.mark_read(member=request.user)
    return redirect("notifications:inbox")


@open_to_all
def outbox(request: MemberRequest) -> HttpResponse:
    """Every mail of the demonstration, for whoever tries it out. Nowhere else: its address is not even there."""
    if not settings.DEMO:
        raise Http404
    letters = list(Letter.objects.order_by("-created_at")[:100])
    for letter in letters:
        letter.text = text_of(letter)
    return render(request, "notifications/outbox.html", {"letters": letters})
