"""For staff: what became of the mail that came in, without its words; and a forum as a file."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from access import MemberRequest, require
from discussions.models import Forum
from mailroom import archive
from mailroom.models import Incoming

A_PAGE = 50
WHAT = {
    "reply": "As a reply",
    "thread": "Started a thread",
    "again": "Was here before",
    "report": "A report that says nothing final",
    "no report": "To an address for machines",
    "loop": "One of our own, come back",
    "list": "By a mailing list",
    "automatic": "Written by a program",
    "complaint": "Calls our letters spam: no news goes there",
    "unknown": "Not from a member's address",
    "sender": "A reply address of somebody else",
    "envelope": "Two different senders",
    "forged": "Its mail server says it is forged",
    "unproven": "No proof of its sender",
    "expired": "A reply address that has ended",
    "rights": "Its sender may not write there",
    "rule": "A rule said no",
    "held": "Could identify a client",
    "empty": "Nothing of its own in it",
    "no thread": "No subject",
    "gone": "Nothing to answer there",
    "winmail": "winmail.dat",
    "encrypted": "Encrypted",
    "command": "A command to a list",
    "unreadable": "Unreadable",
}


@require_GET
def traces(request: MemberRequest) -> HttpResponse:
    """When, from whom, how large, and what became of it."""
    require(request.user, "members.manage")
    rows = Incoming.objects.select_related("member").defer("content")
    if fate := request.GET.get("fate", ""):
        rows = rows.filter(fate="" if fate == "waiting" else fate)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.what = WHAT.get(row.reason, row.reason)
    context = {"page": page, "fate": fate, "fates": Incoming.Fate.choices, "domain": settings.MAIL_DOMAIN}
    return render(request, "mailroom/traces.html", context)


@require_GET
def archives(request: MemberRequest) -> HttpResponse:
    """The forums, each to be taken as a file."""
    require(request.user, "data.export")
    return render(request, "mailroom/archives.html", {"forums": Forum.objects.visible_to(request.user)})


@require_POST
def export(request: MemberRequest, slug: str, form: str) -> HttpResponse:
    """A whole forum as an mbox or as JSON."""
    require(request.user, "data.export")
    if form not in archive.FORMS:
        raise Http404
    forum = get_object_or_404(Forum.objects.visible_to(request.user), slug=slug)
    pieces = archive.export(forum=forum, by=request.user, form=form)
    name = f"{forum.slug}-{timezone.localdate():%Y-%m-%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(b"".join(pieces), content_type=archive.FORMS[form], headers=headers)
