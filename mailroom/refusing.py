"""Saying no to a person by mail, or not yet: once a day and reason, with the way out, and without a word of anybody's."""

# ruff: noqa: E501  (a sentence a line)

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from mailroom.reading import Mail
from notifications.letters import host
from worker.letters import send

DAY = 24 * 60 * 60
ON_THE_PAGE = "Or write on the page, where you are signed in."
WORDS = {
    "unknown": "We take mail from members only, from the address that they are registered with here. If you are a member, "
    "write from that address, or tell us the one that you use now, under “Sign-in and security”.",
    "sender": "It came from another address than the one that its reply address was made for. Each reply address is for one "
    f"person: write from the address that our letter came to. {ON_THE_PAGE}",
    "envelope": "Your mail program says two different senders: one in the mail, another on its envelope. That is what forged "
    f"mail looks like. {ON_THE_PAGE}",
    "forged": "Your mail provider says that it may not come from you (SPF, DKIM, DMARC). Send it through the provider of "
    f"your address. {ON_THE_PAGE}",
    "unproven": "We could not make sure that it came from you. To start a thread by mail, your mail provider must sign your "
    f"mail (DKIM, DMARC). {ON_THE_PAGE}",
    "expired": "The address that you replied to is not good any more: it was too old, or ended when you signed out everywhere "
    f"or changed how you sign in. Reply to a newer letter. {ON_THE_PAGE}",
    "rights": "You may not write there now.",
    "rule": "The site said no.",
    "held": "Something in it could identify a client.",
    "empty": "There was nothing in it besides what it quotes and a signature. Write above the quotation, and send it again.",
    "no thread": "A thread needs a subject: one line that says what it is about.",
    "gone": f"The thread that you replied to is not there any more. {ON_THE_PAGE}",
    "winmail": "It came as “winmail.dat”, in a form that only Outlook reads. Send it as HTML or as plain text: in Outlook, "
    "Options, Mail, Message format. Or attach the files on the page.",
    "encrypted": f"It was encrypted, and we have no key for it. Send it without, or write on the page: {settings.SITE_URL}",
    "command": "No program reads commands here. To choose what you hear of, or nothing: "
    f"{settings.SITE_URL}/notifications/choices/ — each of our letters has a link that stops them, too.",
    "unreadable": f"We could not read it: it is not in the form of a mail, or holds too many parts. {ON_THE_PAGE}",
}


class Refused(Exception):
    """It will not be posted. `why` is a word of WORDS; `more` are sentences for this one mail."""

    def __init__(self, why: str, *more: str) -> None:
        super().__init__(why)
        self.why, self.more = why, more


def answer(refused: Refused, mail: Mail | None, to: str) -> bool:
    """Write to its sender, unless they were told the same within a day. Whether a letter was written."""
    return _tell(to, refused.why, mail, "mail_refused", {"why": WORDS[refused.why], "more": refused.more})


def say_that_it_waits(mail: Mail, to: str, url: str) -> bool:
    """Tell its sender where what they wrote is, until a moderator has looked at it. As answer() does."""
    return _tell(to, "waits", mail, "mail_waits", {"url": url})


def _tell(to: str, why: str, mail: Mail | None, letter: str, context: dict[str, Any]) -> bool:
    told = salted_hmac("mailroom.refusing", f"{to}\n{why}", algorithm="sha256").hexdigest()
    if not cache.add(f"mail-answer:{told}", True, DAY):
        return False
    headers = {"Auto-Submitted": "auto-replied", "X-Loop": host()}
    if mail and mail.message_id:
        headers |= {"In-Reply-To": mail.message_id, "References": mail.message_id}
    send(to, letter, context, headers=headers)
    return True
