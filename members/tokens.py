"""Links that arrive by mail: 256 random bits, bound to one purpose, of which only a hash is kept."""

import hashlib
import secrets


def new_token(purpose: str) -> tuple[str, str]:
    """A token for a link, and the hash to keep."""
    token = secrets.token_urlsafe(32)
    return token, hash_of(purpose, token)


def hash_of(purpose: str, token: str) -> str:
    return hashlib.sha256(f"{purpose}:{token}".encode()).hexdigest()
