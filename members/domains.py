"""Whose work address this is. The answer suggests an organisation to an applicant; it opens nothing."""

import re

from members.models import Domain, Organisation

# Anybody can have one of these: they say nothing about where somebody works.
FREE_MAIL = {
    "aol.com", "att.net", "comcast.net", "fastmail.com", "gmail.com", "gmx.com", "googlemail.com", "hotmail.com",
    "icloud.com", "live.com", "mac.com", "mail.com", "me.com", "msn.com", "outlook.com", "pm.me", "proton.me",
    "protonmail.com", "tutanota.com", "verizon.net", "yahoo.com", "ymail.com", "zoho.com",
}  # fmt: skip
NAME = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")


def organisation_of_address(email: str) -> Organisation | None:
    """The organisation with exactly this domain.

    No suffixes, no subdomains, no tagged addresses, and no letters that only look like Latin ones.
    """
    local, _, domain = email.strip().lower().rpartition("@")
    if not local or not local.isascii() or "+" in local or "@" in local or not is_domain(domain):
        return None
    found = Domain.objects.filter(name=domain).select_related("organisation").first()
    return found.organisation if found else None


def is_domain(name: str) -> bool:
    """A plain domain of letters, digits and hyphens; encoded names (xn--) stand for other scripts and are refused."""
    return bool(NAME.match(name)) and "xn--" not in name and name not in FREE_MAIL
