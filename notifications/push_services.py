"""The push services that members' browsers name, and one request to one of them.

The address of a push comes from a browser, so from anybody: it is asked only where PUSH_HOSTS names its host, over
https, at a public address; no redirect is followed, and no more is read than an answer needs.
"""

import re
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPSConnection
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.utils.timezone import now

PATIENCE = 10  # seconds for each step
READ = 1000  # bytes of an answer
LONGEST_WAIT = timedelta(hours=1)  # however long a push service wants to be left alone
# No user, no fragment, nothing that two programs could read in two ways.
ENDPOINT = re.compile(r"(https?)://((?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63})(?::([0-9]{1,5}))?(/[!\"$-~]*)")
PUBLIC = ssl.create_default_context()


@dataclass(frozen=True)
class Place:
    """Where a push is brought."""

    scheme: str
    host: str
    port: int
    path: str
    origin: str
    trusted: bool  # named with its scheme and port by whoever runs this


@dataclass(frozen=True)
class Answer:
    """An HTTP status, and how long the push service asked to be left alone, if it did."""

    status: int
    wait: timedelta | None = None


def place_of(endpoint: str) -> Place | None:
    """Where it is; None where we bring nothing."""
    found = ENDPOINT.fullmatch(endpoint)
    if found is None:
        return None
    scheme, host, port, path = found.groups()
    origin = f"{scheme}://{host}" + (f":{port}" if port else "")
    trusted = origin in settings.PUSH_HOSTS
    if not trusted and not (scheme == "https" and port in (None, "443") and _is_named(host)):
        return None
    return Place(scheme, host, int(port or (443 if scheme == "https" else 80)), path, origin, trusted)


def bring(place: Place, headers: dict[str, str], body: bytes) -> Answer:
    """Post it. Raises OSError or HTTPException where there is no answer."""
    connection = _connection(place)
    try:
        connection.request("POST", place.path, body, headers)
        response = connection.getresponse()
        response.read(READ)
        return Answer(response.status, _wait(response.getheader("Retry-After", "")))
    finally:
        connection.close()


class PublicConnection(HTTPSConnection):
    """Connects to a public address of its host only, whatever the name leads to at this moment."""

    def connect(self) -> None:
        self.sock = PUBLIC.wrap_socket(_connect(self.host, self.port), server_hostname=self.host)


def _connection(place: Place) -> HTTPConnection:
    if not place.trusted:
        return PublicConnection(place.host, place.port, timeout=PATIENCE)
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    return kind(place.host, place.port, timeout=PATIENCE)


def _connect(host: str, port: int) -> socket.socket:
    trouble = OSError("It has no public address.")
    for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not _is_public(str(address[0])):
            continue
        try:
            return socket.create_connection((str(address[0]), port), PATIENCE)
        except OSError as error:
            trouble = error
    raise trouble


def _is_public(text: str) -> bool:
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast


def _is_named(host: str) -> bool:
    return any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in settings.PUSH_HOSTS)


def _wait(header: str) -> timedelta | None:
    """RFC 9110, 10.2.3: seconds, or a date."""
    if re.fullmatch("[0-9]{1,9}", header):
        wait = timedelta(seconds=int(header))
    else:
        try:
            at = parsedate_to_datetime(header)
        except ValueError:
            return None
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now()
    return max(timedelta(), min(wait, LONGEST_WAIT))
