"""A history taken entry by entry: the file as it stood before each one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from msgspec import Struct

from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.erasing import stand_in
from partnerships.lifecycle.fold import advance, count, fold, needs_refold
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.vocabulary import EntryType, RecordKind
from partnerships.storage.rows import Stored
from partnerships.storage.unreadable import UNREADABLE

Json = dict[str, Any]

HOLDS_A_BODY = frozenset({EntryType.IDENTIFICATION, EntryType.RECORD, EntryType.TAKEOVER})
"""What says nothing without its content."""

UNKNOWN = "sealed"
"""Stands for an advice that was not opened."""


class Step(Struct, gc=False):
    """One entry as it is kept and as the fold reads it.

    `is_sealed` where its content was not opened, `is_erased` where that is gone; `entry` then says what the
    chain and the erasure still say of it.
    """

    stored: Stored
    entry: Entry
    is_sealed: bool = False
    is_erased: bool = False

    @property
    def has_body(self) -> bool:
        """Tell whether there is all that the fold takes in; what was erased may have left nothing."""
        if not self.is_erased or self.entry.entry not in HOLDS_A_BODY:
            return True
        return self.entry.body is not None

    @property
    def says_nothing(self) -> bool:
        """Tell whether its content is at hand and holds no body, though such an entry has one."""
        if self.is_sealed or self.is_erased or self.entry.entry not in HOLDS_A_BODY:
            return False
        return type(self.entry.body) is not dict


class Walk:
    """One partnership's history: `partnership` is the file before the entry that comes next.

    Sealed contents that were not opened are stood in for by what the chain says of them: that a case was
    recorded, recommended on or closed, and under which id; erased ones by what their erasure kept. With
    `opens`, the history comes with sealed contents opened. `is_torn` tells whether a content was erased so
    far, `is_broken` whether an entry could not be taken in, `is_cut` whether one could not even be read.
    """

    def __init__(self, id: str, history: Iterable[Stored], *, opens: bool = False) -> None:
        self.partnership = Partnership(id)
        self.steps: list[Step] = []
        self.opens = opens
        self.is_torn = self.is_broken = self.is_cut = False
        self._history = iter(history)
        self._kept: dict[int, Entry] | None = None

    def __iter__(self) -> Iterator[Step]:
        """Give each entry; the file moves past it once the next is asked for."""
        while True:
            try:
                stored = next(self._history)
                step = Step(stored, stored.as_entry())
                if type(stored.chain) is not dict:
                    raise ValueError(stored.sequence)
                if not stored.has_content:
                    self._complete(step)
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

    def _complete(self, step: Step) -> None:
        """Put what is still known of a content in its place."""
        stored, entry = step.stored, step.entry
        if stored.is_sealed:
            step.is_sealed = True
            if entry.entry == EntryType.RECORD:
                step.entry = entry.standing_in(_outside(stored, entry))
            return
        step.is_erased = self.is_torn = True
        if self._kept is None:
            self._kept = self._look_ahead(step)
        step.entry = self._kept.get(entry.sequence, entry)

    def _look_ahead(self, step: Step) -> dict[int, Entry]:
        """Read on for the erasures, which come after what they erased, and say what they kept of it."""
        coming = list(self._history)
        self._history = iter(coming)
        entries = [*(before.entry for before in self.steps), step.entry, *map(Stored.as_entry, coming)]
        return {entry.sequence: entry for entry in stand_in(entries)[0]}

    def _take(self, step: Step) -> None:
        self.steps.append(step)
        entry = step.entry
        try:
            if needs_refold(entry):
                self.partnership = fold(self.partnership.id, self._standing())
            elif not step.is_erased or step.has_body:
                advance(self.partnership, entry)
            else:
                count(self.partnership, entry)
        except UNREADABLE:
            self.is_broken = True
            count(self.partnership, entry)

    def _standing(self) -> Iterator[Entry]:
        """The entries so far, without those of which nothing is known any more."""
        return (step.entry for step in self.steps if step.has_body)


def _outside(stored: Stored, entry: Entry) -> Json:
    """What a sealed record shows from outside."""
    body: Json = {}
    if stored.scope is not None and stored.scope.startswith("case:"):
        body["case"] = stored.scope.removeprefix("case:")
    if entry.kind == RecordKind.CRISIS_RECOMMENDATION:
        body["advice"] = UNKNOWN
    return body
