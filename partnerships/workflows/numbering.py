"""Numbers as an actor sees them: the partner's side counts only the entries it may see (L4)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from partnerships.lifecycle.cases import Hidden
from partnerships.lifecycle.commands import Actor
from partnerships.lifecycle.entries import Entry

OWN_CASES_FROM = 900_000_000
"""Entries of a partner's own sealed case are numbered apart, so that they leave no gap in its view."""


class Numbering:
    """Translates between the history's sequences and those of one actor's view."""

    def __init__(self, actor: Actor | None, hidden: Sequence[Hidden]) -> None:
        self._hidden: list[int] = []
        self._own: dict[int, int] = {}
        if actor is not None and actor.is_partner:
            self._hidden = sorted(item.sequence for item in hidden)
            own = sorted(item.sequence for item in hidden if item.by == actor.id)
            self._own = {sequence: OWN_CASES_FROM + number for number, sequence in enumerate(own, 1)}

    def hides(self, sequence: int) -> bool:
        """Tell whether this actor does not see the entry."""
        return sequence in self._hidden

    def visible(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Give the entries that the actor sees."""
        return (entry for entry in entries if not self.hides(entry.sequence))

    def seen(self, sequence: int) -> int | None:
        """Give the number under which the actor sees an entry, or None for one it does not see."""
        if sequence in self._hidden:
            return self._own.get(sequence)
        return sequence - bisect_left(self._hidden, sequence)

    def head(self, sequence: int) -> int:
        """Give the number of the newest entry that the actor sees."""
        return sequence - bisect_right(self._hidden, sequence)

    def real(self, number: int) -> int | None:
        """Give the history's sequence for a number of the view, or None for one of a hidden entry."""
        if number > OWN_CASES_FROM:
            return next((sequence for sequence, own in self._own.items() if own == number), None)
        sequence = number
        for hidden in self._hidden:
            if hidden <= sequence:
                sequence += 1
        return sequence
