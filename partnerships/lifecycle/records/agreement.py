"""The written agreement on one specific collaboration (S5.16)."""

from __future__ import annotations

from typing import ClassVar, Literal

from partnerships.lifecycle.records.fields import (
    Amount,
    Body,
    Currency,
    Day,
    Part,
    PartyName,
    Text,
    amount_without_currency,
    ends_before_it_starts,
)


class Contribution(Part):
    """What one side gives under an agreement (S5.6, S5.9, S5.12)."""

    kind: Literal["funding", "core_support", "capacity_development", "networking", "equipment", "other"]
    given_by: PartyName
    for_collaboration: bool
    amount: Amount | None = None
    currency: Currency | None = None


class Acceptance(Part):
    """One party's acceptance of the agreement's text."""

    party: PartyName
    by: Text
    on: Day


class Agreement(Body):
    """A partnership agreement or MoU for one collaboration; without both acceptances it is a draft."""

    kind: ClassVar[str] = "agreement"

    reference: Text
    form: Literal["partnership_agreement", "mou"]
    category: Literal["activity", "associate", "strategic"]
    collaboration: Text | None = None
    purpose: Literal["joint_action", "consortium", "coordinated_collaboration"] | None = None
    starts_on: Day
    ends_on: Day | None = None
    no_endline_reason: Text | None = None
    funded: bool
    contributions: list[Contribution]
    accepted: list[Acceptance]
    endline_acknowledged_on: Day | None = None
    local_priority_note: Text | None = None
    continues: Text | None = None
    concluded_on: Day | None = None
    concluded_how: Literal["completed", "ended_early", "replaced"] | None = None

    @property
    def is_draft(self) -> bool:
        """Tell whether a side has not accepted yet, so that it counts for nothing."""
        return {acceptance.party for acceptance in self.accepted} != {"ims", "partner"}

    def contradictions(self) -> list[tuple[str, str]]:
        """Name a period that ends before it starts, and amounts without currency."""
        problems = ends_before_it_starts(self.starts_on, self.ends_on)
        for index, contribution in enumerate(self.contributions):
            problems += amount_without_currency(contribution, f"contributions.{index}.")
        return problems
