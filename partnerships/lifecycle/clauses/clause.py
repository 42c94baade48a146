"""One statement of the policy, or one house rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Strength(StrEnum):
    """How firmly a clause is stated: a MUST is refused, a SHOULD warned of, a MAY never taken away."""

    MUST = "MUST"
    MUST_NOT = "MUST-NOT"
    NORMALLY = "NORMALLY"
    SHOULD = "SHOULD"
    SHOULD_NOT = "SHOULD-NOT"
    MAY = "MAY"
    FACT = "FACT"
    HOUSE_RULE = "HOUSE-RULE"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the catalogue, in our own words.

    `software` says what software does with it: G refuses a transition, R asks for a record or a field,
    W warns, P prompts, D derives a report; empty where there is nothing to do. `held_by` names what enforces
    it besides the guards and warnings, which declare their clauses themselves. `reading` is set where the
    policy leaves room: how we read it, so that a finding of it is marked as an interpretation.
    """

    id: str
    strength: Strength
    software: tuple[str, ...]
    text: str
    held_by: tuple[str, ...] = ()
    reading: str | None = None
