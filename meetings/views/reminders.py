"""When one is reminded of meetings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from access import MemberRequest
from meetings.forms import RemindersForm
from meetings.models import ReminderChoice


@require_http_methods(["GET", "POST"])
def reminders(request: MemberRequest) -> HttpResponse:
    """Choose how long before."""
    chosen = ReminderChoice.objects.filter(member=request.user).first()
    said = request.POST if request.method == "POST" else None  # nothing ticked is an answer, too
    form = RemindersForm(said, initial={"leads": chosen.leads if chosen else ReminderChoice.USUAL})
    if form.is_valid():
        ReminderChoice.objects.update_or_create(member=request.user, defaults=form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("meetings:index")
    return render(request, "meetings/reminders.html", {"form": form}, status=422 if form.errors else 200)
