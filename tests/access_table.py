"""Who gets what from every address: one row or more for each, compared with the site by test_access_table.py.

A row says how to make the address from the cast, and the answer for each kind of person: an HTTP status, or SIGN_IN
where they are sent to sign in. `others` is the answer for everyone whom the row does not name. NOBODY is a visitor who
has not signed in; a deactivated person's session counts for nothing, so they get the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from uuid import UUID

from django.urls import reverse

from spaces.inbox import inbox_of

SIGN_IN = "sign in"
INSIDE = ("member", "facilitator")
OUTSIDE = ("outsider", "contact", "expert")
OVERSIGHT = ("specialist", "staff", "admin", "privacy_officer")
PEOPLE = ("nobody", "deactivated", "unsigned", "lapsed", *INSIDE, *OUTSIDE, *OVERSIGHT)
NOT_THERE = UUID(int=0)

Answer = int | str


@dataclass(frozen=True)
class Row:
    """One address, asked by one method, with some data, as each kind of person."""

    path: Callable[[SimpleNamespace], str]
    method: str = "get"
    data: dict = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)


def get(path: Callable[[SimpleNamespace], str] | str, others: Answer, **people: Answer) -> Row:
    return _row("get", path, {}, others, people)


def post(path: Callable[[SimpleNamespace], str] | str, others: Answer, *, data: dict | None = None, **people) -> Row:
    return _row("post", path, data or {}, others, people)


def these(names: tuple[str, ...], answer: Answer) -> dict[str, Answer]:
    """Several people with the same answer, to be unpacked into a row."""
    return dict.fromkeys(names, answer)


def _row(method: str, path, data: dict, others: Answer, people: dict[str, Answer]) -> Row:
    if unknown := set(people) - set(PEOPLE):
        raise ValueError(f"Not in the cast: {unknown}")
    visitor = people.get("nobody", SIGN_IN)
    answers = dict.fromkeys(PEOPLE, others) | {"nobody": visitor, "deactivated": visitor} | people
    return Row(path if callable(path) else lambda cast: path, method, data, answers)


def named(name: str, *args: object) -> Callable[[SimpleNamespace], str]:
    """The address of a name. An argument may be a function of the cast."""
    return lambda cast: reverse(name, args=[arg(cast) if callable(arg) else arg for arg in args])


def group(cast: SimpleNamespace) -> UUID:
    return cast.group.pk


def page(name: str, *args: object, others: Answer = 200, **people: Answer) -> list[Row]:
    """A page for everyone who is signed in, unless people are named."""
    return [get(named(name, *args), others, **people)]


TABLE: dict[str, list[Row]] = {
    # cop
    "home": page("home", nobody=200),
    "healthz": page("healthz", nobody=200),
    "theme": [post(named("theme"), 302, data={"theme": "dark"}, nobody=302)],
    "style": page("style", others=404, nobody=404),
    # signing in: django-allauth's pages
    "account_login": page("account_login", others=302, nobody=200),
    "account_logout": page("account_logout", nobody=302),
    "account_inactive": page("account_inactive", nobody=200),
    "account_signup": page("account_signup", others=302, nobody=200),
    "account_reauthenticate": page("account_reauthenticate", others=200),
    "account_email": page("account_email"),
    "account_email_verification_sent": page("account_email_verification_sent", nobody=200),
    "account_change_password": page("account_change_password"),
    "account_set_password": page("account_set_password", others=302),
    "account_reset_password": page("account_reset_password", nobody=200),
    "account_confirm_login_code": page("account_confirm_login_code", others=302, nobody=302),
    "account_confirm_email": page("account_confirm_email", "not-a-key", nobody=200),
    "account_reset_password_from_key_done": page("account_reset_password_from_key_done", nobody=200),
    "account_reset_password_from_key": page("account_reset_password_from_key", "0", "no-key", nobody=200),
    "account_reset_password_done": page("account_reset_password_done", nobody=200),
    "mfa_index": page("mfa_index"),
    "mfa_authenticate": page("mfa_authenticate", others=302, nobody=302),
    "mfa_reauthenticate": page("mfa_reauthenticate", others=302),
    "mfa_activate_totp": page("mfa_activate_totp", others=302),
    "mfa_deactivate_totp": page("mfa_deactivate_totp", others=404),
    "mfa_view_recovery_codes": page("mfa_view_recovery_codes", others=404),
    "mfa_generate_recovery_codes": page("mfa_generate_recovery_codes", others=302),
    "mfa_download_recovery_codes": page("mfa_download_recovery_codes", others=404),
    "usersessions_list": page("usersessions_list"),
    # spaces
    "spaces:activities": [
        get(lambda cast: f"/spaces/{cast.group.space_id}/activities/?after=0", 404, **these(INSIDE, 200)),
        get(named("spaces:activities", NOT_THERE), 404),
    ],
    "spaces:read": [
        post(lambda cast: f"/spaces/{cast.group.space_id}/read/", 404, data={"seq": 0}, **these(INSIDE, 200)),
        post(named("spaces:read", NOT_THERE), 404, data={"seq": 0}),
    ],
    # notifications
    "notifications:inbox": page("notifications:inbox"),
    "notifications:read_all": [post(named("notifications:read_all"), 302)],
    "notifications:open": [post(named("notifications:open", NOT_THERE), 404)],
}


@dataclass(frozen=True)
class Place:
    """A space, who reads it and who writes in it."""

    space: Callable[[SimpleNamespace], object]
    readers: tuple[str, ...]
    writers: tuple[str, ...]


SPACES: dict[str, Place] = {
    "group": Place(lambda cast: cast.group.space, INSIDE, INSIDE),
    "inbox": Place(lambda cast: inbox_of(cast.member), ("member",), ()),
}
