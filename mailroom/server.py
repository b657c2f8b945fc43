"""The mail server's end: SMTP or LMTP, on aiosmtpd. It says yes when the mail is in the database, never before."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import Error, close_old_connections

from mailroom import keeping

MEGABYTE = 1024 * 1024
MOST_RECIPIENTS = 20
LONGEST_LINE = 64 * 1024  # RFC 5321 says 998, and not everybody heard it
PATIENCE = 60.0  # seconds that a peer may say nothing


class Door:
    """Takes mail for addresses of ours only; it passes nothing on."""

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            known = await apart(keeping.is_known, address)
        except Error:
            return "451 4.3.0 Not now; try again later"
        if not known:
            return "550 5.1.1 There is no such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient known"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content, recipients = envelope.content, envelope.rcpt_tos
        assert isinstance(content, bytes)
        try:
            await apart(keeping.keep, content, sender=envelope.mail_from or "", recipients=recipients)
        except Error:
            answer = "451 4.3.0 Not kept; try again later"
        else:
            answer = "250 2.0.0 Kept"
        return "\r\n".join([answer] * (len(recipients) if isinstance(server, LMTP) else 1))  # RFC 2033, 4.2


class Server(SMTP):
    line_length_limit = LONGEST_LINE


class LocalServer(LMTP):
    line_length_limit = LONGEST_LINE


class Reception(Controller):
    """Listens, in a thread of its own."""

    def __init__(self, host: str, port: int, *, lmtp: bool = False) -> None:
        self.server_class = LocalServer if lmtp else Server
        most = settings.MAIL_MOST_MB * MEGABYTE
        super().__init__(Door(), host, port, data_size_limit=most, timeout=PATIENCE, ident="cop")

    def factory(self) -> SMTP:
        return self.server_class(self.handler, **self.SMTP_kwargs)


async def apart(call: Callable, *args: Any, **kwargs: Any) -> Any:
    """Ask the database in a thread, so that one slow answer holds nobody up."""

    def with_a_fresh_connection() -> Any:
        close_old_connections()
        try:
            return call(*args, **kwargs)
        finally:
            close_old_connections()

    return await asyncio.to_thread(with_a_fresh_connection)
