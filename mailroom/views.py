"""For staff: what became of the mail that came in, without its words; a forum as a file; archives of lists, and what
of them waits for a decision.
"""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, Refusal, require
from discussions.models import Forum
from mailroom import archive, reviewing
from mailroom.forms import ReviewForm, SeveralForm
from mailroom.importing import sentences
from mailroom.models import Archive, DoubtfulMail, Incoming

A_PAGE = 50
DONE = {"approve": "Shown as they came", "change": "Shown without what was found", "drop": "Dropped and destroyed"}
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


@require_GET
def imports(request: MemberRequest) -> HttpResponse:
    """Archives of mailing lists that were brought in, and what became of each."""
    require(request.user, "data.import")
    rows = Archive.objects.select_related("forum", "by").annotate(doubts=Count("mails__doubtful")).order_by("-begun_at")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.told = list(sentences(row.report)) if row.report else []
    return render(request, "mailroom/imports.html", {"page": page})


@never_cache
@require_http_methods(["GET", "POST"])
def doubtful(request: MemberRequest) -> HttpResponse:
    """What could identify somebody, the oldest first; those that are ticked are decided about at once."""
    require(request.user, "data.import")
    form = SeveralForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if form.is_valid():
        try:
            count = reviewing.decide_all(by=request.user, **form.cleaned_data)
            messages.success(request, f"{DONE[form.cleaned_data['outcome']]}: {count}.")
            return redirect(request.get_full_path())
        except Refusal as no:
            refusal = str(no)
    page = Paginator(reviewing.waiting(), A_PAGE).get_page(request.GET.get("page"))
    for one in page:
        one.labels = reviewing.labels(one)
    context = {"page": page, "form": form, "refusal": refusal}
    return render(request, "mailroom/doubtful.html", context, status=422 if form.errors else 409 if refusal else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def review(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One of them: to be shown as it is, changed, or dropped."""
    require(request.user, "data.import")
    one = get_object_or_404(reviewing.waiting(), pk=pk)
    title, body = reviewing.without_findings(one)
    form = ReviewForm(
        request.POST if request.method == "POST" else None,
        initial={"title": title, "body": body},
        opens=bool(one.title),
    )
    refusal = ""
    if form.is_valid():
        try:
            return _decided(request, one, form)
        except Refusal as no:
            refusal = str(no)
    context = {"one": one, "form": form, "refusal": refusal, "pieces": reviewing.pieces(one)}
    return render(request, "mailroom/review.html", context, status=422 if form.errors else 409 if refusal else 200)


def _decided(request: MemberRequest, one: DoubtfulMail, form: ReviewForm) -> HttpResponse:
    outcome, text = form.cleaned_data["outcome"], {"title": one.title, "body": one.body}
    if outcome == "drop":
        reviewing.drop(doubtful=one, by=request.user)
        messages.success(request, "Dropped. It is destroyed, and does not come again.")
    else:
        if outcome == "change":
            text = {name: form.cleaned_data[name] for name in text}
        post = reviewing.approve(doubtful=one, by=request.user, **text)
        messages.success(request, f"Shown to everybody in “{post.thread}”.")
    following = reviewing.waiting().first()
    return redirect("mailroom:review", following.pk) if following else redirect("mailroom:doubtful")
