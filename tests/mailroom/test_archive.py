"""A forum as a file: what is in it, what never is, and that taking it is written down."""

import json
import mailbox
from contextlib import closing
from uuid import uuid4

import pytest

from audit.models import Entry
from discussions import actions
from discussions.models import Thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(client, cast, tmp_path):
    """What staff get, as bytes, of a forum where all kinds of things were said."""
    space = cast.commons.space

    def ask(title, **more):
        more = {"by": cast.member, "kind": "question", "body": "Words."} | more
        return actions.start_thread(space=space, title=title, client_id=uuid4(), **more)

    thread = ask("Who waits?", body="From the start:\n>From there\nGrüße")
    actions.write_post(thread=thread, by=cast.outsider, body="A volunteer.", client_id=uuid4())
    gone = actions.write_post(thread=thread, by=cast.colleague, body="Blackbird", client_id=uuid4())
    actions.remove_post(post=gone, by=cast.colleague)
    ask("Without", unnamed=True)
    client.force_login(cast.staff)

    def take(form):
        return client.post(f"/staff/archives/commons/{form}/").content

    return take


def test_an_mbox_reads_back_as_it_was_said(cast, taken, tmp_path):
    (tmp_path / "commons.mbox").write_bytes(taken("mbox"))
    with closing(mailbox.mbox(tmp_path / "commons.mbox")) as box:
        opening, reply, unnamed = box
    said = opening.get_payload(decode=True).decode()
    assert [line.removeprefix(">") for line in said.splitlines()] == ["From the start:", ">From there", "Grüße"]
    assert (reply["In-Reply-To"], reply["Subject"]) == (opening["Message-ID"], "Re: Who waits?")
    assert opening["From"].startswith("Mara Member <")
    assert unnamed["From"].startswith("A member <")


def test_no_file_holds_what_readers_cannot_read(cast, taken):
    for form in ("mbox", "json"):
        whole = taken(form).decode()
        for secret in ("Blackbird", cast.member.email, cast.outsider.email, str(cast.member.pk)):
            assert secret not in whole
    threads = json.loads(taken("json"))["threads"]
    assert [[post["by"] for post in thread["posts"]] for thread in threads] == [
        ["Mara Member", "Olive Outsider"],
        ["A member"],
    ]


def put_poll(by, **more):
    thread = Thread.objects.get(title="Who waits?")
    return actions.put_poll(thread=thread, by=by, question="Which time?", answers=["Mornings", "Evenings"], **more)


@pytest.mark.parametrize("anonymous", [False, True])
def test_a_poll_is_there_and_its_counts_once_everybody_sees_them(cast, taken, anonymous):
    thread = put_poll(cast.member, anonymous=anonymous).thread
    actions.vote(thread=thread, by=cast.contact, answers=[1])

    def polls():
        return [one["poll"] for one in json.loads(taken("json"))["threads"]]

    poll, none = polls()
    assert none is None
    assert (poll["question"], poll["anonymous"], poll["voters"]) == ("Which time?", anonymous, 1)
    assert poll["answers"] == [{"text": "Mornings"}, {"text": "Evenings"}]
    said = taken("mbox").decode()
    assert said.count("[Poll: Which time?]\n- Mornings\n- Evenings\n[Voted: 1]\n") == 1
    actions.close_poll(thread=thread, by=cast.member)
    assert polls()[0]["answers"] == [{"text": "Mornings", "count": 0}, {"text": "Evenings", "count": 1}]
    assert "- Mornings: 0\n- Evenings: 1\n" in taken("mbox").decode()
    for form in ("json", "mbox"):
        assert cast.contact.name not in taken(form).decode()


def test_who_took_it_is_in_the_trail(cast, taken):
    taken("json")
    entry = Entry.objects.get(verb="forum.exported")
    assert (entry.actor, entry.facts) == (cast.staff.pk, {"forum": "commons", "form": "json"})
