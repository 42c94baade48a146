"""Entries of the history, as the fold reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from partnerships.lifecycle.records.fields import Body
from partnerships.lifecycle.vocabulary import EntryType


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of a partnership's history with what its contents say.

    `target` is the sequence that a withdrawal, reversal or opening is about; `body` is a record's cleaned
    body, and for a takeover the partner profile; `record` the same, typed, where it has just been checked.
    `evidence` lists the sequences that a decision rested on.
    `prompt` is what the chain says of a prompt: its id, due day, clause, step, and endline where it has one.
    An erasure names what it `erased`, whether that was `sealed`, and what it `kept` of each by sequence.
    """

    partnership: str
    sequence: int
    entry: EntryType
    on: date
    recorded_at: str
    actor: str
    party: str
    roles: tuple[str, ...]
    digest: str = ""
    kind: str | None = None
    trigger: str | None = None
    from_state: str | None = None
    to_state: str | None = None
    target: int | None = None
    since: date | None = None
    evidence: tuple[int, ...] = ()
    record: Body | None = None
    body: dict[str, Any] | None = None
    prompt: dict[str, str] | None = None
    erased: tuple[int, ...] = ()
    sealed: bool = False
    kept: dict[str, Any] | None = None

    @property
    def effective(self) -> date:
        """Give the day from which the entry counts; a takeover's is the day its state began."""
        return self.since or self.on
