"""The one way to send mail. What is sent waits in the outbox, in the same transaction as what it tells of."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template, render_to_string


def send(
    to: str | Sequence[str],
    template: str,
    context: dict,
    *,
    headers: dict[str, str] | None = None,
    calendar: tuple[str, bytes] | None = None,
) -> None:
    """Send templates/letters/<template>.txt and .html, one mail an address. The text's first line is the subject.

    `calendar` is a method of iTIP and an iCalendar text: mail programs put it into the reader's calendar (RFC 6047).
    """
    context = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
    subject, _, text = as_text(template, context).strip().partition("\n")
    html = render_to_string(f"letters/{template}.html", {**context, "subject": subject})
    for address in [to] if isinstance(to, str) else to:
        mail = EmailMultiAlternatives(
            subject.strip(),
            text.strip() + "\n",
            to=[address],
            headers={"Auto-Submitted": "auto-generated", **(headers or {})},
        )
        mail.attach_alternative(html, "text/html")
        if calendar:
            method, events = calendar
            mail.attach_alternative(events.decode(), f"text/calendar; method={method}")
        mail.send()


def as_text(template: str, context: dict) -> str:
    """templates/letters/<template>.txt with nothing escaped: a letter in plain text says 1 < 2, and O'Hara."""
    text: Any = get_template(f"letters/{template}.txt")
    return text.template.render(Context(context, autoescape=False))
