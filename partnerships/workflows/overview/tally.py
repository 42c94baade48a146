"""Counting by a word, and shares of a whole."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

NOT_SAID = "not_said"
"""Where no record says it."""

_PLACES = Decimal("0.0001")


def share(part: int, whole: int) -> str | None:
    """Give a share as decimal text from 0 to 1, to four places; None where there is nothing to share."""
    if not whole:
        return None
    return format((Decimal(part) / Decimal(whole)).quantize(_PLACES, ROUND_HALF_EVEN), "f")


class Tally:
    """How many partnerships each word stands for, in the order of the words, absent ones at the end."""

    def __init__(self, words: Iterable[str]) -> None:
        self._known: dict[str, int] = dict.fromkeys(map(str, words), 0)
        self._not_said = 0

    def add(self, word: str | None) -> None:
        """Count one partnership in."""
        if word is None:
            self._not_said += 1
        else:
            self._known[word] = self._known.get(word, 0) + 1

    def __getitem__(self, word: str) -> int:
        return self._known[word]

    @property
    def whole(self) -> int:
        """Give how many were counted."""
        return sum(self._known.values()) + self._not_said

    def as_json(self) -> dict[str, Any]:
        """Give the number and the share of each word, zeros too."""
        whole = self.whole
        return {
            word: {"partnerships": number, "share": share(number, whole)}
            for word, number in {**self._known, NOT_SAID: self._not_said}.items()
        }
