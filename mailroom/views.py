"""For staff: what became of the mail that came in, without its words."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from access import MemberRequest, require
from mailroom.models import Incoming
from mailroom.refusing import WORDS

A_PAGE = 50
WHAT = {
    "reply": "posted as a reply",
    "thread": "started a thread",
    "again": "was here before",
    "report": "a report about delivery that says nothing final",
    "no report": "came to an address that only machines write to",
    "loop": "one of our own letters, come back",
    "list": "came by a mailing list",
    "automatic": "written by a program: a vacation notice, or the like",
    "complaint": "its reader calls our letters spam: no news goes there",
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
        row.what = WHAT.get(row.reason) or WORDS.get(row.reason, row.reason)
    context = {"page": page, "fate": fate, "fates": Incoming.Fate.choices, "domain": settings.MAIL_DOMAIN}
    return render(request, "mailroom/traces.html", context)
