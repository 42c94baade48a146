"""Entries as they are written and read: canonical bytes in the chain, contents beside it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from partnerships.lifecycle.canonical import commitment, entry_digest, genesis, plain_canonical, read_json
from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.records.fields import Body
from partnerships.lifecycle.vocabulary import SEALED_KINDS, EntryType, Trigger

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry on its way into the history: what the chain holds, what the content holds, and its scope.

    `scope` names the key that seals the content, or is None for an open one.
    """

    chain: dict[str, Any]
    content: dict[str, Any]
    scope: str | None
    record: Body | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as it is kept; `content` is None where it is sealed and was not opened, or is gone."""

    sequence: int
    digest: str
    chain: dict[str, Any]
    content: dict[str, Any] | None
    scope: str | None

    @property
    def is_sealed(self) -> bool:
        """Tell whether the content is encrypted."""
        return self.scope is not None

    @property
    def is_erased(self) -> bool:
        """Tell whether the content is gone."""
        return self.content is None and self.scope is None

    @property
    def concerns_crisis(self) -> bool:
        """Tell whether the content is sealed, or was before it was erased (L4)."""
        return self.scope is not None or (self.content is None and was_sealed(self.chain))

    def as_entry(self, record: Body | None = None) -> Entry:
        """Give the entry as the fold reads it; `record` is its body typed, where it has just been checked."""
        chain, content = self.chain, self.content or {}
        actor = chain["actor"] or content.get("actor") or {"id": "", "party": "ims", "roles": []}
        since = chain.get("since")
        return Entry(
            partnership=chain["partnership"],
            sequence=self.sequence,
            entry=EntryType(chain["entry"]),
            on=date.fromisoformat(chain["on"]),
            recorded_at=chain["recorded_at"],
            actor=actor["id"],
            party=actor["party"],
            roles=tuple(actor["roles"]),
            digest=self.digest,
            kind=chain.get("kind"),
            trigger=chain.get("trigger"),
            from_state=chain.get("from"),
            to_state=chain.get("to"),
            target=chain.get("target"),
            since=date.fromisoformat(since) if since else None,
            evidence=tuple(chain.get("evidence", ())),
            record=record,
            body=content.get("body"),
            prompt=chain.get("prompt"),
            erased=tuple(chain.get("erased", ())),
            sealed=chain.get("sealed", False),
            kept=content.get("kept"),
        )


@dataclass(frozen=True, slots=True)
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
    content = plain_canonical(draft.content)
    chain = {
        **draft.chain,
        "previous": previous or genesis(draft.chain["partnership"]),
        "content": commitment(salt, content),
    }
    canonical = plain_canonical(chain)
    return Written(entry_digest(canonical), chain, canonical, salt, content)


def was_sealed(chain: dict[str, Any]) -> bool:
    """Tell from the chain alone whether an entry's content is, or was, sealed (L4)."""
    entry = chain["entry"]
    if entry == EntryType.TRANSITION:
        return bool(chain.get("trigger") == Trigger.TERMINATE_FOR_CRISIS)
    return entry == EntryType.OPENING or chain.get("kind") in SEALED_KINDS or bool(chain.get("sealed"))


def read_content(content: bytes | None) -> dict[str, Any] | None:
    """Read a content's bytes, or None where there are none."""
    return None if content is None else read_json(content)
