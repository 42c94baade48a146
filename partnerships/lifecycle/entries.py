"""Entries of the history, as the fold reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import Struct, structs

from partnerships.lifecycle.vocabulary import EntryType


class By(Struct, frozen=True):
    """Who made an entry: an opaque id, the side, and the roles that the host vouched for."""

    id: str = ""
    party: str = "ims"
    roles: tuple[str, ...] = ()


class Under(Struct, frozen=True):
    """Which version of the policy an entry was judged under."""

    version: str
    digest: str


class Entry(Struct, kw_only=True, rename={"by": "actor", "from_state": "from", "to_state": "to"}):
    """One step of a partnership's history with what its contents say.

    The names are the chain's, so that an entry is read from its canonical bytes at once; what the contents
    add is set behind. `target` is the sequence that a withdrawal, reversal or opening is about; `body` is a
    record's cleaned body, and for a takeover the partner profile; `record` the same, typed, where it has just
    been checked. `evidence` lists the sequences that a decision rested on, `warnings` and `findings` hold the
    codes that it drew, `settings` the digest of the house's; `granted` is false for a refused opening.
    `prompt` is what the chain says of a prompt: its id, due day, clause, step, and endline where it has one.
    An erasure names what it `erased`, whether that was `sealed`, and what it `kept` of each by sequence.
    """

    partnership: str
    sequence: int
    entry: EntryType
    on: date
    recorded_at: str
    by: By | None = None
    digest: str = ""
    kind: str | None = None
    trigger: str | None = None
    from_state: str | None = None
    to_state: str | None = None
    target: int | None = None
    since: date | None = None
    evidence: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    granted: bool = True
    policy: Under | None = None
    settings: str = ""
    reason: str | None = None
    record: Any = None
    body: Any = None
    prompt: dict[str, str] | None = None
    erased: tuple[int, ...] = ()
    sealed: bool = False
    kept: Any = None

    @property
    def actor(self) -> str:
        """Give who made it; empty where that is sealed."""
        return self.by.id if self.by is not None else ""

    @property
    def party(self) -> str:
        """Give for which side."""
        return self.by.party if self.by is not None else "ims"

    @property
    def roles(self) -> tuple[str, ...]:
        """Give in which roles."""
        return self.by.roles if self.by is not None else ()

    @property
    def effective(self) -> date:
        """Give the day from which the entry counts; a takeover's is the day its state began."""
        return self.since or self.on

    def saying(self, body: Any, by: By | None = None) -> Entry:
        """Give the same entry with another body, and by somebody else where that is given."""
        return structs.replace(self, record=None, body=body, by=by or self.by)
