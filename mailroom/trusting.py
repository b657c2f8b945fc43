"""Whether the mail server that we trust found a mail to be from whom it says: its Authentication-Results (RFC 8601)."""

from typing import Literal

import authres
from django.conf import settings

from mailroom.reading import Mail

Verdict = Literal["pass", "fail", "none"]
FEATURES = authres.all_features()


def verdict(mail: Mail) -> Verdict:
    """What our own mail server says of the sender's domain; "none" where it says nothing, or is not named.

    Only the topmost header of its name counts: it adds its own above all others, and takes away those that pretend to
    be its (RFC 8601, section 5). What anybody else says is not looked at.
    """
    for value in mail.headers("Authentication-Results"):
        try:
            found = FEATURES.parse(f"Authentication-Results: {value}")
        except (authres.core.AuthResError, ValueError, IndexError):
            continue
        if settings.MAIL_TRUSTS and str(found.authserv_id).lower() == settings.MAIL_TRUSTS:
            return _weighed(found.results, mail)
    return "none"


def _weighed(results: list, mail: Mail) -> Verdict:
    """DMARC where it was asked; else a signature or an envelope of the sender's own domain."""
    domain = mail.senders[0].rpartition("@")[2] if mail.senders else ""
    said = [(one.method, (one.result or "").lower(), one) for one in results]
    for method, result, one in said:
        if method == "dmarc" and result in ("pass", "fail"):
            named = str(getattr(one, "header_from", "") or domain)
            return result if named.lower() == domain else "fail"  # type: ignore[return-value]
    for method, result, one in said:
        signer = {"dkim": "header_d", "spf": "smtp_mailfrom"}.get(method)
        if signer and result == "pass" and aligned(str(getattr(one, signer, "") or "").rpartition("@")[2], domain):
            return "pass"
    return "fail" if any(method == "spf" and result == "fail" for method, result, _ in said) else "none"


def aligned(one: str, other: str) -> bool:
    """The same domain, or one under the other: as near as one comes without a list of public suffixes."""
    one, other = one.lower(), other.lower()
    return "." in one and "." in other and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))
