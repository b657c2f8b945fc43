"""The other end of a push: a push service on this machine, over HTTP, and browsers whose keys only the test has."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from notifications import sealing
from notifications.actions import turn_on_pushes


class Device:
    """A browser's own half: what it gives away, and how it opens what comes."""

    def __init__(self):
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), uuid4().bytes

    @property
    def said(self):
        return {
            "public_key": sealing.text64(sealing.raw(self.key)),
            "secret": sealing.text64(self.secret),
        }

    def opened(self, body):
        """RFC 8291, 3.4, from the receiver's side."""
        salt, length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        info = b"WebPush: info\0" + sealing.raw(self.key) + theirs
        both = HKDF(SHA256(), 32, self.secret, info).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(both)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(both)
        text = AESGCM(key).decrypt(nonce, sealed, None)
        assert text.rstrip(b"\0")[-1:] == b"\2"
        return json.loads(text.rstrip(b"\0")[:-1])


def turn_on(member, device=None, endpoint="", **more):
    """A pushed browser of the member's."""
    kept = {"device": "Firefox on Linux", "session_key": "", **more}
    endpoint = endpoint or f"https://fcm.googleapis.com/fcm/send/{uuid4()}"
    return turn_on_pushes(by=member, endpoint=endpoint, **(device or Device()).said, **kept)


class PushService:
    """Takes what it is brought; `answers` are (status, headers) of the next requests, `before` is called at each."""

    def __init__(self):
        self.requests, self.answers, self.before = [], [], lambda: None
        service = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.before()
                service.requests.append((self.path, dict(self.headers), body))
                status, headers = service.answers.pop(0) if service.answers else (201, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, args=[0.05], daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
