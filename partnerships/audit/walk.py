"""A history taken entry by entry: the file as it stood before each one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.fold import advance, count, fold, needs_refold
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.vocabulary import EntryType, RecordKind
from partnerships.storage.rows import Stored

Json = dict[str, Any]

HOLDS_A_BODY = frozenset({EntryType.IDENTIFICATION, EntryType.RECORD, EntryType.TAKEOVER})
"""What says nothing without its content."""

UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What an entry raises that does not say what an entry says."""

UNKNOWN = "sealed"
"""Stands for an advice that was not opened."""


@dataclass(slots=True)
class Step:
    """One entry as it is kept and as the fold reads it."""

    stored: Stored
    entry: Entry

    @property
    def is_erased(self) -> bool:
        """Tell whether the content is gone though it was not sealed."""
        return self.stored.content is None and not self.stored.is_sealed


class Walk:
    """One partnership's history: `partnership` is the file before the entry that comes next.

    Sealed contents that were not opened are stood in for by what the chain says of them: that a case was
    recorded, recommended on or closed, and under which id. With `opens`, the history comes with sealed
    contents opened. `is_torn` tells whether a content that a later decision may rest on was erased,
    `is_broken` whether an entry could not be taken in, `is_cut` whether one could not even be read.
    """

    def __init__(self, id: str, history: Iterable[Stored], *, opens: bool = False) -> None:
        self.partnership = Partnership(id)
        self.steps: list[Step] = []
        self.opens = opens
        self.is_torn = self.is_broken = self.is_cut = False
        self._history = history

    def __iter__(self) -> Iterator[Step]:
        """Give each entry; the file moves past it once the next is asked for."""
        history = iter(self._history)
        while True:
            try:
                stored = next(history)
                step = Step(stored, _entry(stored))
            except StopIteration:
                return
            except UNREADABLE:
                self.is_cut = True
                return
            yield step
            self._take(step)

    def step(self, sequence: int) -> Step | None:
        """Give the entry of an earlier sequence, or None."""
        return self.steps[sequence - 1] if 1 <= sequence <= len(self.steps) else None

    def then(self, day: date) -> Partnership | None:
        """Give the file as of a past decision's day, or None where the current file is just that."""
        newest = self.partnership.newest_on
        if newest is None or day >= newest:
            return None
        return fold(self.partnership.id, self._standing(), records_by=day)

    def is_withdrawn(self, sequence: int) -> bool:
        """Tell whether an entry was withdrawn so far."""
        return any(
            step.entry.entry == EntryType.WITHDRAWAL and step.entry.target == sequence for step in self.steps
        )

    def _take(self, step: Step) -> None:
        self.steps.append(step)
        try:
            self._move(step)
        except UNREADABLE:
            self.is_broken = True
            count(self.partnership, step.entry)

    def _move(self, step: Step) -> None:
        if step.is_erased and step.entry.entry in HOLDS_A_BODY:
            self.is_torn = True
            count(self.partnership, step.entry)
        elif needs_refold(step.entry):
            self.partnership = fold(self.partnership.id, self._standing())
        else:
            advance(self.partnership, step.entry)

    def _standing(self) -> Iterator[Entry]:
        """The entries so far, without those whose content is gone."""
        return (
            step.entry for step in self.steps if not (step.is_erased and step.entry.entry in HOLDS_A_BODY)
        )


def _entry(stored: Stored) -> Entry:
    entry = stored.as_entry()
    if stored.is_sealed and stored.content is None and entry.entry == EntryType.RECORD:
        return entry.saying(_outside(stored, entry))
    return entry


def _outside(stored: Stored, entry: Entry) -> Json:
    """What a sealed record shows from outside."""
    body: Json = {}
    if stored.scope is not None and stored.scope.startswith("case:"):
        body["case"] = stored.scope.removeprefix("case:")
    if entry.kind == RecordKind.CRISIS_RECOMMENDATION:
        body["advice"] = UNKNOWN
    return body
