"""A member's inbox."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from access.requests import MemberRequest
from notifications import notices
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
