"""How a partner was found and chosen (S4)."""

from __future__ import annotations

from typing import ClassVar, Literal

from partnerships.lifecycle.records.fields import Body, Country, Day, Text


class ContextAnalysis(Body):
    """The analysis of the setting (S4.1, S4.3, S4.5, S4.6)."""

    kind: ClassVar[str] = "context_analysis"

    setting: Text
    country: Country
    conducted_on: Day
    occasion: Literal["new_setting", "new_programme_phase", "emergency", "political_change", "other"]
    stability: Literal["stable", "fragile", "volatile"]
    media_sector: Literal["strong", "weak", "small", "absent"]
    participants: list[Text]
    restricted: bool | None = None
    power_analysis: Text | None = None


class StakeholderMapping(Body):
    """The mapping of stakeholders and possible partners (S4.4, S4.6, S4.7)."""

    kind: ClassVar[str] = "stakeholder_mapping"

    conducted_on: Day
    candidates: list[Text]
    participants: list[Text]
    restricted: bool | None = None
    duplication_note: Text | None = None


class Selection(Body):
    """How the partner was selected and why (S4.9-S4.14)."""

    kind: ClassVar[str] = "selection"
    authored: ClassVar[bool] = True

    modality: Literal["open_call", "closed_call", "curated", "consultative"]
    justification: Text | None = None
    portfolio_as_of: Day | None = None


class Assessment(Body):
    """The five criteria (S4.15-S4.19)."""

    kind: ClassVar[str] = "assessment"
    authored: ClassVar[bool] = True

    conducted_on: Day
    relevance: Text | None = None
    potential: Text | None = None
    portfolio_relevance: Text | None = None
    comparative_advantage: Text | None = None
    feasibility: Text | None = None
    dei_agreed_on: Day | None = None
    added_value_partner: Text | None = None
    added_value_ims: Text | None = None


class InclusionCommitment(Body):
    """The partner's commitment to inclusive coverage (S3.6, S3.7)."""

    kind: ClassVar[str] = "inclusion_commitment"

    committed_on: Day
    text: Text | None = None
    gender_transformative: Literal["contributes", "aspires", "no"] | None = None


class StrategicImportance(Body):
    """Which of the two grounds makes the partner strategically important (S5.5)."""

    kind: ClassVar[str] = "strategic_importance"

    basis: Literal["ecosystem_pillar", "key_driver"] | None = None
    reason: Text | None = None
