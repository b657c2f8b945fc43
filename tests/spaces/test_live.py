"""Socket = reload, for every kind of activity there is."""

import pytest

from spaces.kinds import all_kinds
from tests.spaces.live import apply, find, ids_in, play
from tests.spaces.scenarios import SCENARIOS

KINDS = {kind.name: kind for kind in all_kinds() if not kind.name.startswith("note.")}
SHOWN = [one for one in SCENARIOS if any(KINDS[kind].op in {"append", "replace"} for kind in one.kinds)]


def name_of(scenario) -> str:
    return scenario.name


def test_every_kind_has_a_scenario():
    assert {kind for scenario in SCENARIOS for kind in scenario.kinds} == set(KINDS)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_what_the_socket_shows_is_what_a_reload_shows(cast, scenario):
    items, page, reloaded = play(cast, scenario)
    assert tuple(item["kind"] for item in items) == scenario.kinds
    assert [item["op"] for item in items if item["html"]] == [KINDS[item["kind"]].op for item in items if item["html"]]
    once = str(page)
    for item in items:
        apply(page, item)
    assert str(page) == once, "applying the frames again changes something"
    for item in items:
        _, shown = find(page, item["target"])
        _, loaded = find(reloaded, item["target"])
        assert str(shown) == str(loaded), item
        if item["into"] and loaded:
            assert ids_in(find(page, item["into"])[1]) == ids_in(find(reloaded, item["into"])[1])
    if scenario in SHOWN:
        assert any(find(reloaded, item["target"])[1] for item in items), "nothing of it is on the page"


@pytest.mark.parametrize("name", ["a post", "an edit", "somebody who leaves", "a notice"])
def test_without_the_frames_the_page_is_behind(cast, name):
    """That the proof can fail: an open page to which nothing is applied is not what a reload shows."""
    (scenario,) = [one for one in SCENARIOS if one.name == name]
    items, page, reloaded = play(cast, scenario, connected=False)
    assert any(str(find(page, item["target"])[1]) != str(find(reloaded, item["target"])[1]) for item in items)
