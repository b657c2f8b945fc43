"""The one page of finding; a room's own search is the same, within its space."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from access.requests import MemberRequest
from finding.forms import SearchForm
from finding.search import search as look_for
from spaces.access import readable_spaces
from spaces.kinds import space_kind
from spaces.models import Space


@require_GET
def search(request: MemberRequest) -> HttpResponse:
    """All that the member may read, by words."""
    return render(request, "finding/search.html", looked_up(request, readable_spaces(request.user)))


def looked_up(request: HttpRequest, spaces: list[Space], within: Space | None = None) -> dict[str, Any]:
    """The context of `finding/_found.html`. `spaces`, and `within`, are what the member may read now."""
    titles = sorted(((one.pk, space_kind(one.kind).title(one)) for one in spaces), key=lambda one: one[1].casefold())
    form = SearchForm(request.GET, spaces=titles)
    only = form.narrowing()
    chosen = [UUID(only["space"])] if "space" in only else [one.pk for one in spaces]
    if within:
        only, chosen = {**only, "space": within.pk}, [within.pk]
    results = look_for(
        request.user,
        form.value("q"),
        spaces=chosen,
        only=only,
        kind=form.value("kind"),
        page=form.value("page") or 1,
    )
    return {"form": form, "results": results, "narrowed": bool(form.narrowing()), "within": within}
