"""Sealing: AES-256-GCM under keys that are wrapped by a key outside the database (L4)."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from partnerships.errors import SealingKeyError
from partnerships.storage.files import make_secret
from partnerships.storage.octets import as_bytes

KEY_BYTES = 32
_NONCE_BYTES = 12
_FINGERPRINTS = "fingerprints"
"""The place of the wrapped key that digests commands."""


class SealingKey:
    """The key outside the database; it wraps the keys of single cases and never shows in a repr."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise SealingKeyError(f"a sealing key has {KEY_BYTES} bytes; this one has {len(secret)}")
        self._aead = AESGCM(secret)
        self._fingerprint_key = hashlib.blake2b(b"partnerships/fingerprint/1", key=secret).digest()
        self.id = hashlib.sha256(b"partnerships/key-id/1" + secret).hexdigest()[:16]

    def wrap_fingerprint_key(self, before: SealingKey) -> bytes:
        """Encrypt the key under which the key before this one digested commands, which stays in use."""
        return _encrypt(self._aead, before._fingerprint_key, _FINGERPRINTS)

    def take_fingerprint_key(self, wrapped: bytes) -> None:
        """Digest commands as the keys before this one did; raises SealingKeyError for altered bytes."""
        self._fingerprint_key = _decrypt(self._aead, wrapped, _FINGERPRINTS)

    def __repr__(self) -> str:
        return f"<SealingKey {self.id}>"

    @classmethod
    def fresh(cls) -> SealingKey:
        """Make a key that lives in memory only."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def wrap(self, data_key: bytes, place: str) -> bytes:
        """Encrypt a case's key for the place that it is kept at."""
        return _encrypt(self._aead, data_key, place)

    def unwrap(self, wrapped: bytes, place: str) -> bytes:
        """Decrypt a case's key; raises SealingKeyError for another key, place or altered bytes."""
        return _decrypt(self._aead, wrapped, place)

    def fingerprint(self, command: bytes) -> str:
        """Digest a command under this key (BLAKE2b), so that nobody guesses it from the database alone."""
        return hashlib.blake2b(command, key=self._fingerprint_key, digest_size=32).hexdigest()


def new_data_key() -> bytes:
    """Make a key for one case."""
    return secrets.token_bytes(KEY_BYTES)


def seal(data_key: bytes, content: bytes, place: str) -> bytes:
    """Encrypt a content for its place, such as `p-1/12`, so that it cannot be moved to another."""
    return _encrypt(AESGCM(data_key), content, place)


def unseal(data_key: bytes, sealed: bytes, place: str) -> bytes:
    """Decrypt a content; raises SealingKeyError for another key, place or altered bytes."""
    return _decrypt(AESGCM(data_key), sealed, place)


def _encrypt(aead: AESGCM, content: bytes, place: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + aead.encrypt(nonce, content, place.encode())


def _decrypt(aead: AESGCM, sealed: bytes, place: str) -> bytes:
    try:
        sealed = as_bytes(sealed)
        return aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
    except ValueError as error:
        raise SealingKeyError(f"sealed content does not open: {error}") from None
    except InvalidTag:
        raise SealingKeyError(
            "sealed content does not open: the key is another one, or the bytes were altered"
        ) from None


def read_key_file(path: Path) -> SealingKey:
    """Read a key file; raises SealingKeyError where it is missing, unreadable or malformed."""
    try:
        text = path.read_text("ascii").strip()
        return SealingKey(bytes.fromhex(text))
    except FileNotFoundError:
        raise SealingKeyError(
            f"the sealing key {path} is missing; put it back, or name it in PARTNERSHIPS_KEY_FILE"
        ) from None
    except (OSError, ValueError):
        raise SealingKeyError(
            f"the sealing key {path} cannot be read; check its rights and content"
        ) from None


def make_key_file(path: Path) -> SealingKey:
    """Make a key file, readable by its owner alone; an existing one is read and never replaced."""
    make_secret(path, secrets.token_hex(KEY_BYTES) + "\n")
    return read_key_file(path)
