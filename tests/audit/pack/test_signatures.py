"""The verifier's own Ed25519: the RFC's vectors, and the same answers as a well-known library."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from partnerships.audit.log.notes import BadNote, Verifier
from partnerships.audit.standalone.verify import Key, Trouble, is_key, is_signed
from tests.properties.profile import examples

VECTORS = [
    [bytes.fromhex(part.strip("-")) for part in line.split(" ")]
    for line in (Path(__file__).parent / "rfc8032.txt").read_text("ascii").splitlines()[1:]
]
ORDER = 2**252 + 27742317777372353535851937790883648493


def library_says(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("vector", VECTORS, ids=["1", "2", "3", "1024", "sha-abc"])
def test_the_vectors_of_rfc_8032(vector: list[bytes]) -> None:
    public, message, signature = vector
    assert is_signed(public, message, signature)


@pytest.mark.parametrize("vector", VECTORS[1:], ids=["2", "3", "1024", "sha-abc"])
def test_any_changed_part_of_a_vector_is_refused(vector: list[bytes]) -> None:
    for part in range(3):
        for at in {0, len(vector[part]) // 2, len(vector[part]) - 1}:
            changed = [bytearray(one) for one in vector]
            changed[part][at] ^= 1
            assert not is_signed(*map(bytes, changed))


def test_a_signature_has_one_form_only() -> None:
    public, message, signature = VECTORS[1]
    more = (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    assert not is_signed(public, message, signature[:32] + more)


@pytest.mark.parametrize(
    ("public", "signature"),
    [
        (b"", VECTORS[0][2]),
        (VECTORS[0][0] + b"\0", VECTORS[0][2]),
        (VECTORS[0][0], b""),
        (VECTORS[0][0], VECTORS[0][2][:63]),
        (VECTORS[0][0], VECTORS[0][2] + b"\0"),
        (b"\xff" * 32, VECTORS[0][2]),
        (b"\x02" + b"\0" * 31, VECTORS[0][2]),
    ],
    ids=["no key", "long key", "no signature", "short", "long", "beyond the field", "not on the curve"],
)
def test_what_cannot_be_a_key_or_a_signature_signs_nothing(public: bytes, signature: bytes) -> None:
    assert not is_signed(public, b"", signature)


@examples(60, 2000)
@given(secret=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200))
def test_what_the_library_signs_is_signed(secret: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    assert is_signed(key.public_key().public_bytes_raw(), message, key.sign(message))


@examples(60, 2000)
@given(
    secret=st.binary(min_size=32, max_size=32),
    message=st.binary(min_size=1, max_size=50),
    at=st.integers(0, 32 * 8 + 64 * 8 - 1),
)
def test_it_agrees_with_the_library_on_altered_ones(secret: bytes, message: bytes, at: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    both = bytearray(key.public_key().public_bytes_raw() + key.sign(message))
    both[at // 8] ^= 1 << at % 8
    public, signature = bytes(both[:32]), bytes(both[32:])
    assert is_signed(public, message, signature) == library_says(public, message, signature)


SMALL = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]
OTHERWISE = [
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


@pytest.mark.parametrize("written", SMALL + OTHERWISE)
def test_a_key_under_which_anybody_can_sign_is_none(written: str) -> None:
    """One of small order signs many texts with one signature; one written otherwise is read by some alone."""
    public, name = bytes.fromhex(written), "partnerships/0123456789abcdef"
    assert not is_key(public)
    with pytest.raises(BadNote, match="anybody can sign"):
        Verifier(name, public)
    short = hashlib.sha256(name.encode() + b"\n\x01" + public).hexdigest()[:8]
    with pytest.raises(Trouble, match="anybody can sign"):
        Key(f"{name}+{short}+{base64.b64encode(bytes([1]) + public).decode()}")


def test_it_would_have_signed_anything() -> None:
    anything = bytes.fromhex(SMALL[0]) + bytes(32)
    assert all(is_signed(bytes.fromhex(SMALL[0]), text, anything) for text in (b"one", b"another"))


@examples(60, 2000)
@given(secret=st.binary(min_size=32, max_size=32))
def test_any_other_key_is_one(secret: bytes) -> None:
    assert is_key(Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw())
