"""Pages travel small, and compression tells nothing."""

import gzip

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from files import actions as files

pytestmark = pytest.mark.django_db
GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture
def room(client, cast):
    client.force_login(cast.member)
    return reverse("groups:room", args=[cast.group.pk])


def test_a_page_is_compressed_and_padded_at_random(client, room):
    answers = [client.get(room, headers=GZIP) for _ in range(8)]
    assert {answer["Content-Encoding"] for answer in answers} == {"gzip"}
    assert b"Clinical Treatment" in gzip.decompress(answers[0].content)
    assert len({len(answer.content) for answer in answers}) > 1
    assert len(answers[0].content) * 2 < len(client.get(room).content)


def test_not_beside_words_that_an_address_brings(client, room):
    assert "Content-Encoding" not in client.get(f"{room}search/?q=sleep", headers=GZIP)


def test_a_file_goes_out_as_it_is(client, cast, room):
    text = b"An agenda.\n" * 100
    upload, space = SimpleUploadedFile("agenda.txt", text), cast.group.space
    file = files.receive(space=space, upload=upload, by=cast.member, client_id=cast.group.pk)
    answer = client.get(reverse("files:file", args=[file.pk]), headers=GZIP)
    assert b"".join(answer.streaming_content) == text
    assert "Content-Encoding" not in answer
