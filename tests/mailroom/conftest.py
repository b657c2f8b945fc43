"""A thread with a letter about it, and a mail server's end to send to."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from discussions import actions
from mailroom import keeping, sorting
from mailroom.models import Incoming
from notifications import addresses

DOMAIN = "lists.example.org"


@pytest.fixture
def post_office(cast, settings):
    """The member asked; the colleague has a reply address there. `arrive` brings a mail, `settle` what became of it."""
    settings.MAIL_DOMAIN = DOMAIN
    settings.SITE_URL = "https://cop.example.org"
    thread = make_thread(cast)
    reply = addresses.reply_address(cast.colleague, thread)

    def arrive(content, *, to=reply, sender=cast.colleague.email):
        content = content if isinstance(content, bytes) else content.encode()
        return keeping.keep(content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), sender=sender, recipients=[to])

    def settle(content, **envelope):
        assert arrive(content, **envelope) == 1
        newest = Incoming.objects.order_by("-received_at").first()
        sorting.sort()
        newest.refresh_from_db()
        return newest

    return SimpleNamespace(thread=thread, reply=reply, arrive=arrive, settle=settle)


def make_thread(cast):
    return actions.start_thread(
        space=cast.commons.space,
        by=cast.member,
        kind="question",
        title="Who waits with them?",
        body="Before the interview.",
        client_id=uuid4(),
    )


def written(text="I would wait.", *, sender="Cole Colleague <cole.colleague@example.org>", **headers):
    """A plain mail. Headers are named with _ for -; None takes one away."""
    named = {
        "From": sender,
        "To": "Commons",
        "Subject": "Re: [Commons] Who waits with them?",
        "Message_ID": f"<{uuid4()}@mail.example.org>",
    }
    named |= headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items() if value is not None]
    return "\n".join([*lines, "", text]) + "\n"
