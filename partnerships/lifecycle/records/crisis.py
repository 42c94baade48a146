"""Crisis management: cases, recommendations, closures and clearances, all sealed (S6.24-S6.27, L3, L4)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from partnerships.lifecycle.records.fields import Body, Day, Id, Text

DEFAULT_CASE = "1"


class CrisisCase(Body):
    """An allegation on one of the policy's grounds (S6.25)."""

    kind: ClassVar[str] = "crisis_case"

    case: Id = DEFAULT_CASE
    ground: Literal["ethics", "anti_corruption", "pseah", "other"] | None = None
    ground_text: Text | None = None
    agreement_clause: Text | None = None
    sealed: dict[str, Any] | None = None


class CrisisRecommendation(Body):
    """Safeguarding's advice on a case (L3)."""

    kind: ClassVar[str] = "crisis_recommendation"

    case: Id = DEFAULT_CASE
    advice: Literal["terminate", "close"]
    recommended_on: Day
    text: Text | None = None


class CrisisClosure(Body):
    """A director's end of a case without termination (L3)."""

    kind: ClassVar[str] = "crisis_closure"

    case: Id = DEFAULT_CASE
    closed_on: Day
    result: Literal["unfounded", "resolved"]
    text: Text | None = None


class IntegrityClearance(Body):
    """What re-entry after a crisis also needs (L6)."""

    kind: ClassVar[str] = "integrity_clearance"

    cleared_on: Day
    text: Text | None = None
