"""What only one browser can open: the example of RFC 8291, and what a push service asks of who sends."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from notifications import sealing
from notifications.sealing import bytes64


def test_the_example_of_rfc_8291():
    own = ec.derive_private_key(
        int.from_bytes(bytes64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), sealing.CURVE
    )
    body = sealing.sealed(
        b"When I grow up, I want to be a watermelon",
        bytes64("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        bytes64("BTBZMqHH6r4Tts7J_aSIgg"),
        own=own,
        salt=bytes64("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert sealing.text64(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_who_sends_is_signed_for_one_push_service(settings):
    header = sealing.authorization("https://push.example.net")
    token, key = (part.split("=", 1)[1] for part in header.removeprefix("vapid ").split(", "))
    head, claims, signature = token.split(".")
    r, s = (int.from_bytes(half, "big") for half in (bytes64(signature)[:32], bytes64(signature)[32:]))
    der, signed = encode_dss_signature(r, s), f"{head}.{claims}".encode()
    sealing.public_key(bytes64(key)).verify(der, signed, ec.ECDSA(SHA256()))  # raises where it is not ours
    assert json.loads(bytes64(head))["alg"] == "ES256"
    found = json.loads(bytes64(claims))
    assert (found["aud"], found["sub"]) == ("https://push.example.net", f"mailto:{settings.CONTACT_ADDRESS}")


@pytest.mark.parametrize("key", ["", "short", "A" * 43, "not base64!" * 4])
def test_what_is_no_key_is_no_key(settings, key):
    settings.VAPID_KEY = key
    with pytest.raises(ValueError):  # noqa: PT011
        sealing.own_key()


def test_all_pushes_are_of_one_length():
    browser = ec.generate_private_key(sealing.CURVE)
    lengths = {
        len(sealing.sealed(sealing.padded(text), sealing.raw(browser), bytes(16)))
        for text in (b"{}", b"{" + b" " * 900)
    }
    assert len(lengths) == 1
