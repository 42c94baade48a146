"""Entries as they are written and read: canonical bytes in the chain, contents beside it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from msgspec import MsgspecError, Struct, convert
from msgspec.json import Decoder

from partnerships.lifecycle.canonical import commitment, entry_digest, genesis, plain_canonical, read_json
from partnerships.lifecycle.entries import By, Entry
from partnerships.lifecycle.records.fields import Body
from partnerships.lifecycle.vocabulary import SEALED_KINDS, EntryType, Trigger
from partnerships.storage.octets import as_bytes

Json = dict[str, Any]

SALT_BYTES = 32
_read = Decoder(Entry).decode


@dataclass(slots=True, repr=False)
class Draft:
    """An entry on its way into the history: what the chain holds, what the content holds, and its scope.

    `scope` names the key that seals the content, or is None for an open one.
    """

    chain: dict[str, Any]
    content: dict[str, Any]
    scope: str | None
    record: Body | None = None


class Stored(Struct, eq=False, gc=False):
    """An entry as it is kept; `content` is None where it is sealed and was not opened, or is gone.

    One that comes of its rows has their bytes, which are read on first use: a history is mostly gone through
    for what few of its entries say. What is sealed has no body. A row that holds no bytes raises ValueError
    only then, as bytes that are no JSON do.
    """

    sequence: int
    digest: str
    _chain: Json | None
    _content: Json | None
    scope: str | None
    _canonical: bytes = b""
    _body: bytes = b""

    def __repr__(self) -> str:
        """Tell which entry it is, and nothing of what it says."""
        return f"Stored({self.sequence}, {self.digest!r})"

    @property
    def chain(self) -> Json:
        """Give what the chain holds of it; raises ValueError for bytes that are no JSON."""
        if self._chain is None:
            self._chain = read_json(as_bytes(self._canonical))
        return self._chain

    @property
    def content(self) -> Json | None:
        """Give what it says; raises ValueError for bytes that are no JSON."""
        if self._body:
            self._content, self._body = read_json(as_bytes(self._body)), b""
        return self._content

    @property
    def has_content(self) -> bool:
        """Tell whether what it says is at hand."""
        return bool(self._body) or self._content is not None

    @property
    def is_sealed(self) -> bool:
        """Tell whether the content is encrypted."""
        return self.scope is not None

    @property
    def is_erased(self) -> bool:
        """Tell whether the content is gone."""
        return self.scope is None and not self.has_content

    @property
    def concerns_crisis(self) -> bool:
        """Tell whether the content is sealed, or was before it was erased (L4)."""
        return self.scope is not None or (not self.has_content and was_sealed(self.chain))

    def as_entry(self, record: Body | None = None) -> Entry:
        """Give the entry as the fold reads it; `record` is its body typed, where it has just been checked.

        Raises ValueError for bytes that are no entry.
        """
        if self._canonical:
            entry = read_entry(self.digest, as_bytes(self._canonical), as_bytes(self._body))
        else:
            entry = _of_chain(self._chain)
            entry.digest = self.digest
        if not self._body:
            _name_actor(entry.saying(self._content))
        if record is not None:
            entry.record = record
        return entry


def read_entry(digest: str, canonical: bytes, body: bytes) -> Entry:
    """Read an entry from its bytes, an open content unread; raises ValueError for bytes that are no entry."""
    try:
        entry = _read(canonical)
    except MsgspecError as error:
        raise ValueError(f"the bytes are no entry: {error}") from None
    entry.digest, entry._unread = digest, body
    return _name_actor(entry) if entry.by is None else entry


def _name_actor(entry: Entry) -> Entry:
    """Name who made it where only the content, which is sealed, says so (L4)."""
    if entry.by is None and "actor" in entry.said:
        entry.by = convert(entry.said["actor"], By)
    return entry


def _of_chain(chain: Json | None) -> Entry:
    try:
        return convert(chain, Entry)
    except MsgspecError as error:
        raise ValueError(f"the chain says no entry: {error}") from None


@dataclass(slots=True, repr=False)
class Written:
    """The bytes of one entry, ready for its rows."""

    digest: str
    chain: dict[str, Any]
    canonical: bytes
    salt: bytes
    content: bytes


def write(draft: Draft, previous: str) -> Written:
    """Chain a draft to the digest before it and commit to its content under a fresh salt."""
    salt = secrets.token_bytes(SALT_BYTES)
    chain, content = draft.chain, plain_canonical(draft.content)
    chain["previous"] = previous or genesis(chain["partnership"])
    chain["content"] = commitment(salt, content)
    canonical = plain_canonical(chain)
    return Written(entry_digest(canonical), chain, canonical, salt, content)


def was_sealed(chain: dict[str, Any]) -> bool:
    """Tell from the chain alone whether an entry's content is, or was, sealed (L4)."""
    entry = chain.get("entry")
    if entry == EntryType.TRANSITION:
        return bool(chain.get("trigger") == Trigger.TERMINATE_FOR_CRISIS)
    return entry == EntryType.OPENING or chain.get("kind") in SEALED_KINDS or bool(chain.get("sealed"))


def read_content(content: bytes | None) -> dict[str, Any] | None:
    """Read a content's bytes, or None where there are none."""
    return None if content is None else read_json(content)
