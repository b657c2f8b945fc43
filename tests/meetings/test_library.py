"""The library's own pages reach nobody."""

from django.apps import apps
from django.urls import get_resolver
from django.urls.resolvers import URLResolver


def callbacks(resolver):
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from callbacks(one)
        else:
            yield one.callback


def modules(resolver):
    return {getattr(one, "view_class", one).__module__.partition(".")[0] for one in callbacks(resolver)}


def test_no_address_leads_to_a_page_of_the_library():
    ours = modules(get_resolver())
    assert {"members", "groups"} <= ours
    assert "schedule" not in ours
    assert "schedule" in modules(get_resolver("schedule.urls")), "the walk would find them"


def test_nor_has_it_an_admin():
    assert apps.is_installed("schedule")
    assert not apps.is_installed("django.contrib.admin"), "then look that the library is not registered there"
