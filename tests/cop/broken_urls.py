"""The site, and a page that fails."""

from django.urls import path

from access import open_to_all
from cop.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401


@open_to_all
def broken(request):
    raise ValueError("canary-5b1e")


urlpatterns = [*urlpatterns, path("broken/", broken)]
