"""Signed notes and checkpoints in the public formats: C2SP signed-note and tlog-checkpoint, Ed25519.

A note is a text that ends in a line feed, a blank line, and one line for each signature.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, replace
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from partnerships.audit.standalone.verify import is_key
from partnerships.errors import BadRequest

ED25519 = b"\x01"
_HASH_BYTES, _KEY_BYTES = 4, 32
_DASH = "\N{EM DASH}"
_PRIVATE = "PRIVATE+KEY"
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class BadNote(BadRequest):
    """Raised when a note, a checkpoint or a key is not written as its format asks."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with the name that its signatures bear."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or not self.name.isprintable():
            raise BadNote(f"a key's name is without blanks and +; {self.name!r} is not")
        if len(self.public) != _KEY_BYTES:
            raise BadNote(f"an Ed25519 key has {_KEY_BYTES} bytes; this one has {len(self.public)}")
        if not is_key(self.public):
            raise BadNote(f"under the key of {self.name} anybody can sign, or nobody")

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read `NAME+HASH+KEY`; raises BadNote where the hash is not that of name and key."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise BadNote("a public key is written NAME+HASH+KEY")
        name, hash, encoded = parts
        key = _unbase64(encoded, "the public key")
        if key[:1] != ED25519:
            raise BadNote(f"the public key of {name} is not an Ed25519 key")
        verifier = cls(name, key[1:])
        if verifier.hash.hex() != hash:
            raise BadNote(f"the public key of {name} does not fit its hash {hash}")
        return verifier

    @property
    def hash(self) -> bytes:
        """Give the four bytes by which a signature names its key."""
        named = self.name.encode() + b"\n" + ED25519 + self.public
        return sha256(named).digest()[:_HASH_BYTES]

    def __str__(self) -> str:
        encoded = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{self.hash.hex()}+{encoded}"

    def has_signed(self, text: str, signature: bytes) -> bool:
        """Tell whether a signature is this key's, over this text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


class Signer:
    """A private key with its name; neither repr nor str shows it."""

    __slots__ = ("_key", "verifier")

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.verifier = Verifier(name, key.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"<Signer {self.verifier.name} {self.verifier.hash.hex()}>"

    @classmethod
    def fresh(cls, name: str) -> Signer:
        """Make a new key."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, text: str) -> Signer:
        """Read `PRIVATE+KEY+NAME+HASH+KEY`; raises BadNote, which never quotes the text."""
        parts = text.strip().split("+", 4)
        if len(parts) != 5 or "+".join(parts[:2]) != _PRIVATE:
            raise BadNote("a private key is written PRIVATE+KEY+NAME+HASH+KEY")
        name, hash, encoded = parts[2:]
        key = _unbase64(encoded, "the private key")
        if key[:1] != ED25519 or len(key) != 1 + _KEY_BYTES:
            raise BadNote("the private key is not an Ed25519 key")
        signer = cls(name, Ed25519PrivateKey.from_private_bytes(key[1:]))
        if signer.verifier.hash.hex() != hash:
            raise BadNote("the private key does not fit its name and hash")
        return signer

    def secret(self) -> str:
        """Give the private key as text, for the file that keeps it."""
        encoded = base64.b64encode(ED25519 + self._key.private_bytes_raw()).decode()
        return f"{_PRIVATE}+{self.verifier.name}+{self.verifier.hash.hex()}+{encoded}"

    def sign(self, text: str) -> Signature:
        """Sign a note's text."""
        return Signature(self.verifier.name, self.verifier.hash, self._key.sign(text.encode()))


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the signer's name, four bytes that name its key, and the signature."""

    name: str
    hash: bytes
    signature: bytes

    @classmethod
    def parse(cls, line: str) -> Signature:
        """Read a signature line; raises BadNote."""
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != _DASH or not _NAME.fullmatch(parts[1]):
            raise BadNote(f"a signature line is written {_DASH} NAME SIGNATURE")
        signed = _unbase64(parts[2], "a signature")
        if len(signed) <= _HASH_BYTES:
            raise BadNote("a signature is too short")
        return cls(parts[1], signed[:_HASH_BYTES], signed[_HASH_BYTES:])

    def __str__(self) -> str:
        return f"{_DASH} {self.name} {base64.b64encode(self.hash + self.signature).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and who signed it; the first signature is the log's own, the others are co-signers'."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.endswith("\n") or any(c < " " and c != "\n" for c in str(self)):
            raise BadNote("a note's text ends in a line feed and has no other control characters")

    @classmethod
    def parse(cls, written: str | bytes) -> Note:
        """Read a note as it is written; raises BadNote."""
        try:
            text = written.decode() if isinstance(written, bytes) else written
        except UnicodeDecodeError:
            raise BadNote("a note is UTF-8 text") from None
        body, blank, lines = text.rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise BadNote("a note is a text, a blank line and signature lines")
        signatures = tuple(map(Signature.parse, lines[:-1].split("\n")))
        return cls(body + "\n", signatures)

    def __str__(self) -> str:
        return f"{self.text}\n" + "".join(f"{signature}\n" for signature in self.signatures)

    def signed(self, signer: Signer) -> Note:
        """Give the note with one more signature."""
        return replace(self, signatures=(*self.signatures, signer.sign(self.text)))

    def is_signed_by(self, verifier: Verifier) -> bool:
        """Tell whether a key signed this text; of several lines that name it none may be wrong."""
        lines = [line for line in self.signatures if (line.name, line.hash) == (verifier.name, verifier.hash)]
        return bool(lines) and all(verifier.has_signed(self.text, line.signature) for line in lines)


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says: which log, how many leaves, and the root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read a checkpoint's text; raises BadNote."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3 or not lines[0] or not all(lines[3:]):
            raise BadNote("a checkpoint is a line each for its log, its size and its root")
        if not _SIZE.fullmatch(lines[1]):
            raise BadNote("a checkpoint's second line is its size, a whole number")
        root = _unbase64(lines[2], "a checkpoint's root")
        if len(root) != 32:
            raise BadNote(f"a checkpoint's root has 32 bytes; this one has {len(root)}")
        return cls(lines[0], int(lines[1]), root, tuple(lines[3:]))

    def __str__(self) -> str:
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def _unbase64(text: str, what: str) -> bytes:
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote(f"{what} is not base64") from None
    if base64.b64encode(decoded).decode() != text:
        raise BadNote(f"{what} is base64 with stray bits")
    return decoded
