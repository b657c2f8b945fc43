"""Mails in the shapes that real programs make, by invented people: what is said in each, and that it is all.

In `corpus/replies/` and `threads/` the text that is posted stands beside each mail. `automatic/` holds what no person
wrote.
"""

import sys
from pathlib import Path

import pytest

from discussions.models import Post
from mailroom.automatic import what_it_is
from mailroom.models import Incoming
from mailroom.reading import Mail
from notifications.models import Letter
from tests.mailroom.conftest import DOMAIN

pytestmark = pytest.mark.django_db
CORPUS = Path(__file__).parent / "corpus"
FORUM = f"commons@{DOMAIN}"


@pytest.fixture(autouse=True)
def unhurried(settings):
    settings.WRITES_A_MINUTE = 1000
    settings.EMAIL_BACKEND = "notifications.outbox.OutboxBackend"


def mails(folder):
    found = sorted((CORPUS / folder).glob("*.eml"))
    assert found
    return found


def test_replies_are_in_the_right_thread_clean(cast, post_office, capsys):
    strayed, unclean = [], []
    for path in mails("replies"):
        row = post_office.settle(path.read_bytes())
        if row.fate != "posted" or row.post.thread_id != post_office.thread.pk:
            strayed.append(f"{path.stem}: {row.fate} {row.reason}")
        elif row.post.body != path.with_suffix(".txt").read_text().strip():
            unclean.append(f"{path.stem}: {row.post.body!r}")
    number = len(mails("replies"))
    with capsys.disabled():
        said = f"{number - len(strayed)} in their thread, {number - len(strayed + unclean)} clean"
        sys.stdout.write(f"\n{number} replies: {said}\n")
    assert (strayed, unclean) == ([], [])
    with_files = Post.objects.filter(author=cast.colleague).exclude(files=None)
    assert [[file.name for file in post.files.all()] for post in with_files] == [["room.png"]]


def test_threads_are_started(cast, post_office):
    for path in mails("threads"):
        row = post_office.settle(path.read_bytes(), to=FORUM)
        assert row.reason == "thread", path.stem
        assert f"{row.post.thread.title}\n\n{row.post.body}\n" == path.with_suffix(".txt").read_text()


@pytest.mark.parametrize("place", ["reply", FORUM])
@pytest.mark.parametrize("envelope", ["cole.colleague@example.org", ""])
def test_what_no_person_wrote_is_neither_posted_nor_answered(cast, post_office, place, envelope):
    posted = []
    for path in mails("automatic"):
        row = post_office.settle(
            path.read_bytes(), to=post_office.reply if place == "reply" else place, sender=envelope
        )
        if row.fate != "let go":
            posted.append(f"{path.stem}: {row.fate} {row.reason}")
    assert posted == []
    assert not Letter.objects.exists()
    assert Incoming.objects.count() == len(mails("automatic"))


def test_no_person_is_taken_for_a_program(post_office):
    """The negative control: none of the replies would be let go."""
    taken = [
        path.stem for path in mails("replies") if what_it_is(Mail(path.read_bytes()), "cole.colleague@example.org")
    ]
    assert taken == []
