"""What the pages ask for: the fields of every form, found by reading the pages of the access table."""

from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

Fields = dict[str, set[str]]  # a name, and values that a page offers for it

# What an address reads of a query, and a script sends, without a form that says so.
UNSAID = [
    "after",
    "before",
    "earlier",
    "epoch",
    "file",
    "next",
    "page",
    "post",
    "q",
    "replies",
    "seq",
    "unread",
    "wait",
]
# What no form has, for somebody to try.
SMUGGLED = ["author", "by", "deactivated_at", "email", "id", "member", "name", "pk", "role", "roles", "space", "user"]


class Forms(HTMLParser):
    """The forms of a page: where each leads, and its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Fields]] = []
        self.fields: Fields = {}  # before any form: those that name one by `form=`
        self.choosing: str | None = None

    def handle_starttag(self, tag: str, attributes: list) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.fields = defaultdict(set)
            self.found.append((given.get("action", ""), self.fields))
        elif tag in {"input", "textarea", "select", "button"} and given.get("name"):
            values = self.fields.setdefault(given["name"], set())
            values.add(given.get("value", ""))
            self.choosing = given["name"] if tag == "select" else self.choosing
        elif tag == "option" and self.choosing:
            self.fields[self.choosing].add(given.get("value", ""))


def forms_of(html: str, path: str) -> Iterator[tuple[str, Fields]]:
    """The name of the address that each form of the page leads to, and the form's fields."""
    parser = Forms()
    parser.feed(html)
    for action, fields in parser.found:
        try:
            match = resolve(urlsplit(action).path or path)
        except Resolver404:
            continue
        yield match.view_name, {name: values for name, values in fields.items() if name != "csrfmiddlewaretoken"}


def browser(cookies: SimpleCookie) -> Client:
    """A client with a copy of somebody's cookies, to which an error is an answer."""
    client = Client(raise_request_exception=False)
    client.cookies = SimpleCookie({name: cookie.value for name, cookie in cookies.items()})
    return client
