"""Which key signs the log, and from which leaf on: the first is kept in `meta`, later ones are leaves."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from partnerships.audit.log.leaves import LeafKind, statement_digest
from partnerships.audit.log.notes import BadNote, Note, Signer, Verifier
from partnerships.audit.log.sequencer import begin, grow, origin_of
from partnerships.audit.log.signing import SigningKeyError
from partnerships.storage.log import Log

_FIRST_KEY = "log_key"
_WORD = "key"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a log in the order in which they came into force, each from a size on."""

    origin: str
    since: tuple[int, ...]
    verifiers: tuple[Verifier, ...]

    def at(self, size: int) -> Verifier | None:
        """Give the key that signs a checkpoint of a size, or None before the first."""
        number = bisect_left(self.since, size) - 1
        return self.verifiers[max(number, 0)] if self.verifiers else None

    def as_json(self) -> dict[str, Any]:
        """Give the log's name, and each key with the size from which on it signs."""
        pairs = zip(self.since, self.verifiers, strict=True)
        return {"origin": self.origin, "keys": [{"since": since, "key": str(key)} for since, key in pairs]}

    @property
    def current(self) -> Verifier | None:
        """Give the key in force."""
        return self.verifiers[-1] if self.verifiers else None


def keys_of(log: Log) -> Keys:
    """Give the keys that the log itself names; raises BadNote where a statement is not one.

    What they are worth is for `verify` to say: whoever may write the tables may write these.
    """
    origin, first = origin_of(log), log.meta(_FIRST_KEY)
    if origin is None or first is None:
        return Keys(origin or "", (), ())
    since, verifiers = [0], [Verifier.parse(first)]
    for position, statement in log.key_statements():
        since.append(position)
        verifiers.append(read_statement(statement)[2])
    return Keys(origin, tuple(since), tuple(verifiers))


def fit(log: Log, signer: Signer) -> None:
    """Let a key sign: the log's first one is kept as such. Within a lock.

    Raises SigningKeyError where another key is in force, or the key was made for another log.
    """
    origin = begin(log)
    if signer.verifier.name != origin:
        raise SigningKeyError(f"the signing key is {signer.verifier.name}'s, and this log is {origin}")
    current = keys_of(log).current
    if current is None:
        log.keep_meta(_FIRST_KEY, str(signer.verifier))
    elif current != signer.verifier:
        raise SigningKeyError(
            f"the log is signed by key {current.hash.hex()}, not by {signer.verifier.hash.hex()};"
            " `partnerships audit keys --rotate` puts another in force"
        )


def rotate(log: Log, old: Signer, new: Signer) -> None:
    """Put a new key in force by a leaf that both keys sign. Within a lock.

    Raises SigningKeyError where the old one is not in force, or the new one is not made for this log.
    """
    fit(log, old)
    if new.verifier.name != old.verifier.name or new.verifier == old.verifier:
        raise SigningKeyError("the new signing key is made for this log, and another than the old one")
    origin = old.verifier.name
    text = f"{origin}\n{_WORD}\n{old.verifier}\n{new.verifier}\n"
    statement = str(Note(text).signed(old).signed(new))
    leaf = {"kind": LeafKind.KEY, "digest": statement_digest(statement), "note": statement}
    grow(log, [leaf])


def read_statement(written: str) -> tuple[Note, Verifier, Verifier]:
    """Read a statement: the note, the old key and the new one; raises BadNote."""
    note = Note.parse(written)
    lines = note.text.split("\n")
    if len(lines) != 5 or lines[1] != _WORD:
        raise BadNote("a key's statement is a line each for its log, the word key, the old key and the new")
    return note, Verifier.parse(lines[2]), Verifier.parse(lines[3])
