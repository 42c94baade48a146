"""What an entry belongs to when a population is divided, read from the history itself.

Nothing is taken from the projection, so that nobody can steer a sample by what is kept beside the history.
"""

from __future__ import annotations

from typing import Any

from partnerships.audit.judging.commands import JUDGED
from partnerships.lifecycle.vocabulary import CATEGORY_OF, EntryType, State
from partnerships.storage.rows import Stored

STRATA = ("state", "category", "country", "type", "level", "entry", "kind", "trigger", "year", "policy")
"""By what a sample can be stratified."""

NONE = "none"
"""The stratum of what has no such thing."""
SEALED = "sealed"

MOVES = frozenset({EntryType.IDENTIFICATION, EntryType.TRANSITION, EntryType.TAKEOVER, EntryType.REVERSAL})
POPULATIONS = ("decisions", "transitions", "entries")
"""What can be drawn from: every entry that a command made, the moves from state to state, or every entry."""


class Course:
    """One history's way through states, and what its partner is, entry by entry."""

    def __init__(self) -> None:
        self.state: str | None = None
        self.category: str | None = None
        self.profile: dict[str, Any] = {}

    def take(self, stored: Stored) -> None:
        """Move on past an entry."""
        chain = stored.chain
        if chain.get("to") is not None:
            self.state = chain["to"]
            self.category = self._category(chain["to"])
        if chain["entry"] in ("identification", "takeover") or chain.get("kind") == "partner_profile":
            if chain["entry"] != EntryType.WITHDRAWAL and stored.content is not None:
                self.profile = stored.content.get("body") or self.profile

    def of(self, stored: Stored, by: str) -> str:
        """Name the stratum of an entry that was just taken; what it is is not told of a sealed one (L4)."""
        chain = stored.chain
        if by in ("state", "category"):
            value = getattr(self, by)
        elif by in ("country", "type", "level"):
            value = self.profile.get(by)
        elif by == "year":
            value = chain["recorded_at"][:4]
        elif by == "policy":
            value = chain["policy"]["version"]
        elif by == "kind" and stored.concerns_crisis:
            value = SEALED
        else:
            value = chain.get(by)
        return str(value) if value is not None else NONE

    def _category(self, state: str) -> str | None:
        """An active state's own; what is on its way out keeps the one it leaves."""
        if state == State.TRANSITIONING:
            return self.category
        category = CATEGORY_OF.get(State(state)) if state in set(State) else None
        return str(category) if category else None


def belongs(stored: Stored, of: str) -> bool:
    """Tell whether an entry is of a population."""
    entry = stored.chain["entry"]
    if of == "entries":
        return True
    return entry in MOVES if of == "transitions" else entry in JUDGED
