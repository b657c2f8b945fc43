"""Socket = reload: a page that was open applies the frames, another is loaded afresh, and they must be the same.

A scenario of each kind of activity (tests/spaces/scenarios.py) says what happens and on which page it shows. The page
is loaded before, the frames of what happened meanwhile are applied to it by the rule of static/js/live-space.js, and
each element that they name is compared with the page as it loads after.
"""

import json
import re
from types import SimpleNamespace

from django.test import Client
from django.test.html import Element, parse_html

from spaces.frames import Reset, read_log
from spaces.models import Space
from tests.people import sign_in
from tests.spaces.scenarios import Scenario

SCRIPT = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
# Classes that only a page knows: how close a row stands to the one before it (room/rows.js sets it), and how its reader
# stands to a thread (thread-list.js).
OF_ITS_PLACE = {"continues", "unread", "muted"}


def play(cast: SimpleNamespace, scenario: Scenario, *, connected: bool = True) -> tuple[list[dict], Element, Element]:
    """The items of what happened, the open page (after applying them, if connected), and the page as it loads now."""
    made = scenario.before(cast)
    space = scenario.space(cast)
    client = Client()
    sign_in(client, getattr(cast, scenario.reader))
    address = scenario.page(cast, made)
    after = Space.objects.get(pk=space.pk).last_seq
    page = load(client, address)
    scenario.play(cast, made)
    items = news(space, after)
    for item in items if connected else ():
        apply(page, item)
    return items, page, load(client, address)


def load(client: Client, address: str) -> Element:
    response = client.get(address, follow=True)
    assert response.status_code == 200, (address, response.status_code)
    return parse(response.content.decode())


def news(space: Space, after: int) -> list[dict]:
    frame = read_log({space.pk: after})[space.pk]
    assert not isinstance(frame, Reset)
    return json.loads(frame.text)["items"]


def apply(page: Element, item: dict) -> None:
    """As <live-space> does: append, replace and remove by id."""
    parent, old = find(page, item["target"])
    if item["op"] == "remove" and old:
        parent.children.remove(old)
    elif item["op"] in {"append", "replace"} and old:
        fresh = parse(item["html"])
        parent.children[parent.children.index(old)] = fresh
        if order_of(fresh) != order_of(old) and "data-live-list" in dict(parent.attributes):
            parent.children.remove(fresh)
            put(parent, fresh)
    elif item["op"] == "append":
        _, into = find(page, item["into"])
        if into:
            put(into, parse(item["html"]))


def put(into: Element, fresh: Element) -> None:
    """In the order of data-order where there is one, else of seq."""
    others = [order_of(child) for child in into.children if isinstance(child, Element)]
    order = order_of(fresh)
    into.children.insert(sum(one <= order for one in others) if order else len(into.children), fresh)


def order_of(element: Element) -> str:
    given = dict(element.attributes)
    return given.get("data-order") or given.get("data-seq", "").zfill(20)


def parse(html: str) -> Element:
    page = parse_html(SCRIPT.sub("", html).replace("<!doctype html>", "").strip())
    _normalise(page)
    return page


def find(page: Element, pk: str) -> tuple[Element | None, Element | None]:
    """The element with that id, and its parent."""
    for child in page.children:
        if isinstance(child, Element):
            if ("id", pk) in child.attributes:
                return page, child
            parent, found = find(child, pk)
            if found:
                return parent, found
    return None, None


def ids_in(element: Element) -> list[str]:
    """The ids of the children, in order, without the line above what is new, which only a visit knows."""
    children = [child for child in element.children if isinstance(child, Element)]
    return [value for child in children for name, value in child.attributes if name == "id" and value != "new"]


def _normalise(element: Element) -> None:
    # A time is said in the reader's zone on a page, and put into it by times.js where it came in a frame.
    if element.name == "time":
        element.attributes = [(name, value) for name, value in element.attributes if name == "datetime"]
        element.children = []
    element.attributes = [
        (name, " ".join(word for word in value.split() if word not in OF_ITS_PLACE) if name == "class" else value)
        for name, value in element.attributes
    ]
    for child in element.children:
        if isinstance(child, Element):
            _normalise(child)
