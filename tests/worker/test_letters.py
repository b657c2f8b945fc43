"""The one way to send a letter."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils.timezone import now

from worker.letters import send

LETTERS = settings.BASE_DIR / "templates" / "letters"


@pytest.mark.django_db
def test_a_letter_in_plain_text_writes_names_as_they_are_and_html_escapes_them(mailoutbox):
    someone = SimpleNamespace(name="Rory O'Hara <& sons>")
    send(
        "rory@example.org",
        "meeting_ahead",
        {"member": someone, "title": "Q & A", "starts_at": now(), "url": "https://x"},
    )
    (letter,) = mailoutbox
    assert letter.subject.startswith("Q & A, ")
    assert "Rory O'Hara <& sons>" in letter.body
    html = letter.alternatives[0].content
    assert "Rory O&#x27;Hara &lt;&amp; sons&gt;" in html


def test_how_letters_are_escaped_is_said_in_one_place():
    texts = [path for path in LETTERS.glob("*.txt") if "autoescape" in path.read_text()]
    assert texts == []
