"""Import with a preview, and export."""

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from access import Refusal, require
from access.answers import csv_file
from access.requests import MemberRequest
from members import exchange
from members.actions.exchange import export_organisations, import_organisations
from members.forms.staff import ImportForm

SALT = "members.import"
AN_HOUR = 3600


def import_file(request: MemberRequest) -> HttpResponse:
    """Upload a file; the preview shows each row with what it would change. Nothing is written here."""
    require(request.user, "data.import")
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _preview(request, exchange.decode(form.cleaned_data["file"].read()))
        except exchange.Unreadable as error:
            form.add_error("file", str(error))
    context = {"form": form, "columns": exchange.COLUMNS}
    return render(request, "members/staff/import.html", context, status=422 if form.errors else 200)


@require_POST
def import_confirm(request: MemberRequest) -> HttpResponse:
    """Do what the preview showed, all of it or nothing."""
    require(request.user, "data.import")
    try:
        shown = signing.loads(request.POST.get("file", ""), salt=SALT, max_age=AN_HOUR)
    except signing.BadSignature:
        messages.error(request, "The preview is older than an hour. Upload the file again.")
        return redirect("members:import")
    try:
        done = import_organisations(text=shown["text"], fingerprint=shown["fingerprint"], by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _preview(request, shown["text"])
    counts = done.counts
    messages.success(request, f"Imported: {counts['created']} rows added something, {counts['changed']} changed some.")
    return redirect("members:organisations")


@require_POST
def export(request: MemberRequest) -> HttpResponse:
    """All organisations as CSV."""
    require(request.user, "data.export")
    text = export_organisations(by=request.user)
    return csv_file(text, f"organisations-{timezone.localdate():%Y-%m-%d}.csv")


def _preview(request: MemberRequest, text: str) -> HttpResponse:
    planned = exchange.plan(exchange.read(text))
    signed = signing.dumps({"text": text, "fingerprint": planned.fingerprint}, salt=SALT, compress=True)
    return render(request, "members/staff/import_preview.html", {"plan": planned, "file": signed})
