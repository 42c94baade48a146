"""Talking about the end from the outset, reviewing, renewing and leaving well (S6)."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from partnerships.lifecycle.records.fields import Body, Day, Part, PartyName, Text


class Participant(Part):
    """Somebody who took part, and for which side."""

    party: PartyName
    name: Text


class ExitDialogue(Body):
    """An early talk about endline and sustainability (S6.22)."""

    kind: ClassVar[str] = "exit_dialogue"

    held_on: Day
    participants: list[Participant]
    endline_view: Text
    sustainability_view: Text


class Dimension(Part):
    """One dimension of sustainability: a rating of 1-5 and its story (S6.8, S6.9)."""

    rating: int = Field(ge=1, le=5)
    narrative: Text


class SustainabilityReview(Body):
    """A review of dependence, added value and goals (S6.5-S6.10)."""

    kind: ClassVar[str] = "sustainability_review"

    held_on: Day
    participants: list[Participant]
    added_value_partner: Text | None = None
    added_value_ims: Text | None = None
    goals_reached: Literal["all", "some", "none"]
    income: Dimension
    governance: Dimension
    administration: Dimension
    finances: Dimension
    introductions: list[Text]
    conclusion: Literal["continue", "renew", "transition"]


class Funding(Part):
    """Whether a renewal's funding is secured (S6.14)."""

    status: Literal["secured", "applied_for", "not_applicable"]
    source: Text | None = None
    confirmed_by: Text | None = None
    confirmed_on: Day | None = None
    reason: Text | None = None


class RenewalNote(Body):
    """The reflections that a renewal rests on (S6.12-S6.15)."""

    kind: ClassVar[str] = "renewal_note"
    authored: ClassVar[bool] = True

    written_on: Day
    outcomes_meaningful: Text | None = None
    value_for_money: Text | None = None
    funding: Funding | None = None
    exit_would_close_partner: bool


class Attempt(Part):
    """One attempt to reach the partner."""

    on: Day
    how: Text


def on_two_days(attempts: list[Attempt]) -> bool:
    """Tell whether the partner was tried on at least two different days."""
    return len({attempt.on for attempt in attempts}) >= 2


class Unreachable(Part):
    """Why the partner's side could not lead: it was tried and not reached."""

    attempts: list[Attempt]


class Step(Part):
    """One step of a transition plan, owned by one side."""

    what: Text
    owner: PartyName
    due_on: Day
    done_on: Day | None = None
    outcome: Text | None = None


class TransitionPlan(Body):
    """How the partnership is brought to its end or into a different relation (S6.19, S6.21)."""

    kind: ClassVar[str] = "transition_plan"
    authored: ClassVar[bool] = True

    # A field of the contract; the record's own kind is a class variable of the same name elsewhere.
    plan_kind: Literal["exit", "different_relation"] = Field(alias="kind")
    cause: (
        Literal[
            "goals_reached",
            "completed",
            "no_added_value",
            "funding_ended",
            "partner_choice",
            "partner_ceased",
            "other",
        ]
        | None
    ) = None
    lead_ims: Text | None = None
    lead_partner: Text | None = None
    exit_would_close_partner: bool | None = None
    steps: list[Step]
    participants: list[Text] = Field(default_factory=list)
    partner_unreachable: Unreachable | None = None


class Position(Body):
    """What one party says of the way out (S6.20)."""

    kind: ClassVar[str] = "position"
    authored: ClassVar[bool] = True

    party: PartyName
    stance: Literal["agreed", "agreed_with_reservations", "disagreed", "unreachable"]
    text: Text | None = None
    attempts: list[Attempt] = Field(default_factory=list)
