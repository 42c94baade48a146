"""How much of what runs is with local and national partners (S2.3)."""

from __future__ import annotations

from typing import Any, get_args

from partnerships.lifecycle.records.partner import Level
from partnerships.lifecycle.vocabulary import Category
from partnerships.workflows.overview.look import Look
from partnerships.workflows.overview.tally import Tally, share

LOCAL = ("local", "national")
"""The levels of a partner that is at home where it works."""


class Localisation:
    """Running partnerships by the partner's level, in all and in each category."""

    def __init__(self) -> None:
        self._all = Tally(get_args(Level))
        self._by = {category: Tally(get_args(Level)) for category in Category}

    def add(self, look: Look) -> None:
        """Count one partnership in."""
        if look.category is not None:
            self._all.add(look.level)
            self._by[look.category].add(look.level)

    def as_json(self) -> dict[str, Any]:
        """Give the share of local and national partners, the levels, and the same by category."""
        by = {str(category): _told(tally) for category, tally in self._by.items()}
        return {**_told(self._all), "categories": by}


def _told(tally: Tally) -> dict[str, Any]:
    local = sum(tally[level] for level in LOCAL)
    return {
        "partnerships": tally.whole,
        "local_and_national": local,
        "share": share(local, tally.whole),
        "levels": tally.as_json(),
    }
