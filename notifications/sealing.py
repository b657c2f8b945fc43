"""What a push service needs of us: a text that only one browser can open (RFC 8291), and who we are (VAPID, RFC 8292).

Every step is one of `cryptography`; only the order of the bytes is ours, and held to the example of RFC 8291.
"""

import base64
import json
import os
import time

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

SIZE = 1024  # bytes of every sealed text, so that its length says nothing
RECORD = 4096
GOOD_FOR = 12 * 3600  # seconds; RFC 8292, 2: no more than 24 hours
CURVE = ec.SECP256R1()


def sealed(
    text: bytes, public: bytes, secret: bytes, *, own: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """A text as the body of a push, for the browser with these keys. `own` and `salt` are new each time.

    Raises ValueError where `public` is no point of the curve, or the text is too long.
    """
    own, salt = own or ec.generate_private_key(CURVE), salt or os.urandom(16)
    shared = own.exchange(ec.ECDH(), public_key(public))
    ours = raw(own)
    both = _derived(shared, secret, b"WebPush: info\0" + public + ours, 32)
    key = _derived(both, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(both, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours  # RFC 8188, 2.1
    return head + AESGCM(key).encrypt(nonce, text + b"\2", None)


def padded(text: bytes) -> bytes:
    """JSON, made as long as every other by spaces at its end."""
    if len(text) > SIZE:
        raise ValueError("The text of a push is too long.")
    return text.ljust(SIZE)


def authorization(origin: str) -> str:
    """The header that says to the push service at this origin who sends, and that nobody else does."""
    key = own_key()
    claims = {"aud": origin, "exp": int(time.time()) + GOOD_FOR, "sub": f"mailto:{settings.CONTACT_ADDRESS}"}
    token = ".".join(text64(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(key.sign(token.encode(), ec.ECDSA(SHA256())))
    signature = text64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={token}.{signature}, k={own_public_key()}"


def own_key() -> ec.EllipticCurvePrivateKey:
    """The site's key, as VAPID_KEY has it: 32 bytes. Raises ValueError where it is none."""
    found = bytes64(settings.VAPID_KEY)
    if len(found) != 32:
        raise ValueError("VAPID_KEY is not 32 bytes.")
    return ec.derive_private_key(int.from_bytes(found, "big"), CURVE)


def own_public_key() -> str:
    """What a browser is told of the site's key when it subscribes."""
    return text64(raw(own_key()))


def public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)


def raw(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Its public half: 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def text64(found: bytes) -> str:
    return base64.urlsafe_b64encode(found).decode().rstrip("=")


def bytes64(text: str) -> bytes:
    """Raises ValueError where it is no base64url."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _derived(found: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(found)
