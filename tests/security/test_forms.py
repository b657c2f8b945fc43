"""Every address, asked with what no page of ours would send: an answer below 500, and nothing of others is touched."""

import logging
from collections import defaultdict
from http.cookies import SimpleCookie
from types import SimpleNamespace
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse
from hypothesis import given
from hypothesis import strategies as st

from discussions.actions import write_post
from files import actions as files
from groups.models import Group
from members.models import Member, RoleGrant
from spaces.models import Space
from tests.access_table import NOT_THERE, TABLE, chat, said
from tests.people import make_cast, make_group, make_member, make_organisation, sign_in
from tests.security.forms import SMUGGLED, UNSAID, browser, forms_of

pytestmark = pytest.mark.django_db
# Everyone who may send something to somebody.
SENDERS = ("nobody", "outsider", "lapsed", "contact", "member", "facilitator", "staff", "admin", "privacy_officer")
# Of these, nobody has anything to do in the rooms of strangers.
NOT_OF_THE_HOUSE = ("nobody", "outsider", "lapsed", "contact", "member", "facilitator")
ODD = [
    "",
    " ",
    "\0",
    "a\0b",
    "'\"><script>alert(1)</script>",
    "{{ 7|add:7 }}{% debug %}",
    "'; DROP TABLE members_member; --",
    "%00%0d%0aSet-Cookie: a=b",
    "line\r\nBcc: someone@example.org",
    "../../../../etc/passwd",
    "\u202egnp.exe\u2066",
    "\ufeff\u200b",
    "e\u0301" * 50,
    "𝔘𝔫𝔦" * 30,
    "x" * 20_000,
    "-1",
    "0",
    "1e999",
    "NaN",
    "٣",
    "9" * 18,
    "9" * 400,
    "9223372036854775808",
    "true",
    "null",
    "[]",
    "{}",
    "[" * 5_000,
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "24:61",
    "Mars/Olympus",
    str(NOT_THERE),
    "00000000",
]
BODIES = [
    ("application/json", b'{"body": "x"}'),
    ("application/json", b"\xff\xfe["),
    ("text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    ("application/x-www-form-urlencoded", b"body=%ff%fe%00&client_id=%ed%a0%80"),
    ("application/x-www-form-urlencoded; charset=utf-7", b"body=x"),
    ("application/x-www-form-urlencoded; charset=no-such-thing", b"body=x"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(2_000))),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=body\r\n\r\nhalf"),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="\0"; filename="\0"\r\n\r\n\0\r\n--b--',
    ),
    ("multipart/form-data", b"--b"),
    ("multipart/form-data; boundary=" + "b" * 300, b"--b"),
]
HEADERS = [
    {},
    {"HTTP_ACCEPT": "application/json"},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://[", "HTTP_HX_TARGET": "\u00e9"},
    {"HTTP_SEC_FETCH_MODE": "cors", "HTTP_X_FORWARDED_FOR": "not, an, address", "HTTP_USER_AGENT": "x" * 5_000},
    {"HTTP_ACCEPT": ";;;,*/", "HTTP_ACCEPT_LANGUAGE": "x" * 600, "HTTP_REFERER": "javascript:alert(1)"},
]
METHODS = ["post"] * 6 + ["get"] * 3 + ["put", "delete", "options", "trace"]


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The cast, strangers with a room of their own, everybody's cookies and every form. Nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        strangers = make_strangers()
        cookies = {person: cookies_of(cast, person) for person in SENDERS}
        yield SimpleNamespace(
            cast=cast,
            cookies=cookies,
            strangers=strangers,
            forms=every_form(cast, cookies),
            ids=[str(pk) for pk in ids_of(cast, strangers)],
        )
        transaction.set_rollback(True)


def make_strangers() -> list[models.Model]:
    """The rows of a room that nobody of the cast belongs to, and of the people in it."""
    home = make_organisation("Desert Springs Clinic", state="AZ")
    lead = make_member("Lea Lead", home, RoleGrant.Role.FACILITATOR)
    guest = make_member("Gus Guest", home)
    group = make_group("Children", participants=[guest], facilitators=[lead])
    thread = group.space.threads.get()
    root = write_post(thread=thread, by=guest, body="Ours alone", client_id=uuid4())
    write_post(thread=thread, by=lead, body="An answer", client_id=uuid4(), reply_to=root.pk)
    upload = SimpleUploadedFile("agenda.txt", b"An agenda.")
    file = files.receive(space=group.space, upload=upload, by=guest, client_id=uuid4())
    files.attach(files=[file.pk], space=group.space, by=guest)
    rows: list[models.Model] = [group, group.space, home, lead, guest]
    people, spaces = [lead.pk, guest.pk], [group.space_id]
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            kin = {Member: people, Space: spaces, Group: [group.pk]}.get(field.related_model)
            if kin and field.is_relation:
                rows += model._base_manager.filter(**{f"{field.name}__in": kin})
    return rows


def as_stored(rows: list[models.Model]) -> dict:
    """What the database says of these rows now, but for what tells only that somebody asked to join."""
    of_model = defaultdict(list)
    for row in rows:
        of_model[type(row)].append(row.pk)
    return {
        (model.__name__, values["pk"]): values
        for model, pks in of_model.items()
        for values in model._base_manager.filter(pk__in=pks).values(
            "pk", *(f.attname for f in model._meta.concrete_fields)
        )
    }


def ids_of(cast, strangers) -> list:
    own = [
        cast.group.pk,
        cast.group.space_id,
        chat(cast).pk,
        said(cast),
        cast.home.pk,
        cast.staff.pk,
        cast.colleague.pk,
    ]
    memberships = cast.group.space.memberships.values_list("pk", flat=True)
    return [*own, *memberships, *dict.fromkeys(row.pk for row in strangers if isinstance(row.pk, UUID))]


def cookies_of(cast, person: str) -> SimpleCookie:
    client = Client()
    if person != "nobody":
        sign_in(client, Member.objects.get(pk=getattr(cast, person).pk))
    return client.cookies


def every_form(cast, cookies) -> dict[str, dict[str, set[str]]]:
    """By the name of an address, the fields that pages send there, with values that they offer."""
    forms: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, rows in TABLE.items():
        for row in rows:
            for field, value in row.data().items():
                forms[name][field].add(value if isinstance(value, str) else "")
            seers = [person for person in SENDERS if row.method == "get" and row.answers[person] == 200]
            for person in seers[-1:]:
                with transaction.atomic():
                    path = row.path(cast)
                    page = browser(cookies[person]).get(path)
                    if page.streaming:
                        list(page)
                    elif page.headers["Content-Type"].startswith("text/html"):
                        for target, fields in forms_of(page.content.decode(), path):
                            for field, values in fields.items():
                                forms[target][field] |= values
                    transaction.set_rollback(True)
    return forms


@st.composite
def requests(draw, stage, name: str) -> dict:
    """A request to this address: mostly what a page sends, with some of it turned odd."""
    fields = stage.forms[name]
    odd = st.sampled_from(ODD) | st.sampled_from(stage.ids) | st.text(max_size=40)
    sent: dict = {field: draw(st.sampled_from(sorted(offered) or [""]) | odd) for field, offered in fields.items()}
    for field in draw(st.lists(st.sampled_from(sorted({*fields, *UNSAID, *SMUGGLED})), max_size=4)):
        sent[field] = draw(odd | st.lists(odd, max_size=3) | st.just(None))
    encodable = {field.encode("utf-8", "replace").decode(): value for field, value in sent.items() if value is not None}
    return {
        "method": draw(st.sampled_from(METHODS)),
        "sent": encodable,
        "file": draw(st.sampled_from([None, None, None, *FILES])),
        "body": draw(st.sampled_from([None] * 6 + BODIES)),
        "headers": draw(st.sampled_from(HEADERS)),
        "person": draw(st.sampled_from(SENDERS)),
        "row": draw(st.sampled_from(TABLE[name])),
        "other_ids": draw(st.booleans()),
        "id": draw(st.sampled_from(stage.ids)),
        "number": draw(st.sampled_from([0, 1, 2, 2**31, 2**63, 10**40])),
        "word": draw(st.sampled_from([word for word in ODD if word and "/" not in word and len(word) < 1_000])),
    }


FILES = [
    ("../../evil\0.txt", b"text"),
    ("\u202egpj.exe", b"MZ"),
    ("a.png", b"\x89PNG\r\n\x1a\n"),
    ("a" * 900 + ".csv", b"\xff\xfe\0"),
    ("people.csv", b'email,name\n"=cmd()",\0\n"' + b"x" * 1000),
    ("a.docx", b"PK\x03\x04"),
]


def path_of(asked: dict, cast) -> str:
    path = asked["row"].path(cast)
    if not asked["other_ids"]:
        return path
    match = resolve(path.partition("?")[0])
    others = {UUID: asked["id"], int: asked["number"], str: asked["word"]}
    try:
        return reverse(
            match.view_name, kwargs={key: others[type(value)] for key, value in match.captured_kwargs.items()}
        )
    except NoReverseMatch:  # a word that cannot stand in an address
        return path


def ask(client: Client, asked: dict, path: str):
    send = getattr(client, asked["method"])
    sent = {key: text_only(value) for key, value in asked["sent"].items()}
    if asked["method"] == "get":
        return send(path.partition("?")[0] + "?" + urlencode(sent, doseq=True, errors="replace"), **asked["headers"])
    if asked["method"] == "post" and asked["body"] is None:
        if asked["file"]:
            upload = SimpleUploadedFile("x", asked["file"][1])
            upload._name = asked["file"][0]  # Django's own test helper cleans it; a sender need not
            sent |= dict.fromkeys(["file", "photo"], upload)
        return send(path, sent, **asked["headers"])
    if asked["method"] == "trace":
        return send(path, **asked["headers"])
    content_type, body = asked["body"] or (
        "application/x-www-form-urlencoded",
        urlencode(sent, doseq=True, errors="replace").encode(),
    )
    return client.generic(asked["method"].upper(), path, body, content_type, **asked["headers"])


def text_only(value):
    """Half a character cannot be sent."""
    if isinstance(value, list):
        return [text_only(one) for one in value]
    return value.encode("utf-8", "replace").decode()


def noting(changes: list[str]):
    """Note each statement that changes rows which were there."""

    def note(execute, sql, params, many, context):
        if sql.startswith(("UPDATE", "DELETE")):
            changes.append(sql)
        return execute(sql, params, many, context)

    return note


@pytest.mark.parametrize("name", TABLE)
def test_no_form_breaks_the_site_or_touches_what_is_not_the_senders(stage, shaken, caplog, name):
    caplog.set_level(logging.ERROR)

    @shaken
    @given(st.data())
    def shake(data):
        asked = data.draw(requests(stage, name))
        caplog.clear()
        changes: list[str] = []
        with transaction.atomic(), connection.execute_wrapper(noting(changes)):
            response = ask(browser(stage.cookies[asked["person"]]), asked, path_of(asked, stage.cast))
            if response.streaming:
                list(response)
            assert response.status_code < 500, asked
            if asked["person"] in NOT_OF_THE_HOUSE and changes:
                assert as_stored(stage.strangers) == before, asked
            transaction.set_rollback(True)
        assert [record.getMessage() for record in caplog.records if getattr(record, "status_code", 500) >= 500] == []

    before = as_stored(stage.strangers)
    shake()
