"""The site, with one page more that fails with something secret in its hands."""

from django.urls import path

from access import open_to_all
from cop.urls import handler400, handler403, handler404, handler500
from cop.urls import urlpatterns as ours

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@open_to_all
def broken(request):
    raise ValueError(request.GET["q"])


urlpatterns = [*ours, path("broken/", broken)]
