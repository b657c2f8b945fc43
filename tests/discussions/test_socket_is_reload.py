"""What the socket brings leaves a page as a reload would show it: every kind of this room, by the page's own rule."""

import json
import re
from html.parser import HTMLParser

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from discussions import activities  # noqa: F401
from spaces.frames import read_log
from spaces.kinds import all_kinds
from spaces.models import Activity, Space
from tests.people import sign_in
from tests.spaces.scenarios import SCENARIOS

VOID = {"input", "img", "br", "hr", "meta", "link", "use", "path", "circle", "rect"}
OURS = {"discussions.activities"}


class Page(HTMLParser):
    """The elements of a page that have an id: {id: (its HTML, the ids directly in it in order)}."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.html, self.whole, self.inside = html, {}, {}
        self.open: list[tuple[str, str, int]] = []
        self.lines = [0]
        for line in html.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.feed(html)
        self.close()

    def at(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag, attributes):
        name = dict(attributes).get("id") or ""
        parent = self.open[-1][1] if self.open else ""
        if name and parent:
            self.inside.setdefault(parent, []).append(name)
        if tag not in VOID:
            self.open.append((tag, name, self.at()))

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        opened, name, start = self.open.pop()
        assert opened == tag, (opened, tag, self.getpos())
        if name:
            self.whole[name] = plain(self.html[start : self.html.index(">", self.at()) + 1])
            self.inside.setdefault(name, [])


def plain(html: str) -> str:
    """Without how close a post stands to the one before, and how a time is put in words: the browser sets both."""
    html = re.sub(r'(<time datetime="[^"]*")[^>]*>[^<]*</time>', r"\1></time>", html)
    return re.sub(r"\s+", " ", html.replace(" continues", "")).strip()


def by_rule(page: Page, item: dict) -> None:
    """static/js/live-space.js: replace what is there; else an append goes to the end of its list, if that is there."""
    target, html = item["target"], plain(item["html"])
    if item["op"] == "remove":
        page.whole.pop(target, None)
        for names in page.inside.values():
            names[:] = [name for name in names if name != target]
    elif target in page.whole:
        before, page.whole[target] = page.whole[target], html
        for name, whole in page.whole.items():
            if name != target:
                page.whole[name] = whole.replace(before, html)
        for name, part in Page(item["html"]).whole.items():
            page.whole[name] = part
    elif item["op"] == "append" and item["into"] in page.whole:
        page.inside[item["into"]].append(target)
        page.whole |= Page(item["html"]).whole


@pytest.fixture
def load(cast):
    client = Client()
    sign_in(client, get_user_model().objects.get(pk=cast.member.pk))

    def load(address):
        answer = client.get(address)
        assert answer.status_code == 200
        return Page(answer.content.decode())

    return load


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_what_comes_live_is_what_a_reload_shows(cast, load, scenario):
    made = scenario.before(cast)
    address = scenario.page(cast, made)
    page = load(address)
    seq = Space.objects.get(pk=cast.group.space_id).last_seq
    scenario.play(cast, made)
    assert tuple(Activity.objects.filter(seq__gt=seq).order_by("seq").values_list("kind", flat=True)) == scenario.kinds
    for item in read_items(cast.group.space, seq):
        by_rule(page, item)
    again = load(address)
    watched = [name for name in again.whole if re.match("(post|root|reactions|replies-of|pins|thread-state)-", name)]
    assert watched
    assert {name: page.whole.get(name) for name in watched} == {name: again.whole[name] for name in watched}
    lists = [name for name in again.whole if re.match("(posts|replies)-[0-9a-f]", name)]
    assert {name: rows(page, name) for name in lists} == {name: rows(again, name) for name in lists}


def rows(page: Page, name: str) -> list[str]:
    """Without the line above what is new, which only a visit knows."""
    return [row for row in page.inside[name] if row != "new"]


def test_every_kind_of_this_room_is_played():
    ours = {kind.name for kind in all_kinds() if kind.load.__module__ in OURS}
    assert ours - {name for scenario in SCENARIOS for name in scenario.kinds} == set()


def read_items(space, seq):
    return json.loads(read_log({space.pk: seq})[space.pk].text)["items"]
