"""Who the partner is, who looks after the partnership, and what other registers say of it (S3)."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from partnerships.lifecycle.records.fields import (
    Amount,
    Body,
    Country,
    Currency,
    Day,
    Id,
    Part,
    Text,
    TimeZone,
    amount_without_currency,
    ends_before_it_starts,
)

PartnerType = Literal["media_content_production", "media_ecosystem", "civil_society", "other"]
LegalForm = Literal[
    "non_profit",
    "ngo",
    "cso",
    "private_company",
    "unregistered_group",
    "public_institution",
    "semi_public_institution",
    "un_agency",
    "multi_stakeholder_initiative",
]
Level = Literal["local", "national", "regional", "international"]


class Identifier(Part):
    """An organisation's number in a scheme that others know."""

    scheme: Text
    value: Text


class PartnerProfile(Body):
    """Who the partner is (S3.1-S3.11); what is unknown stays absent."""

    kind: ClassVar[str] = "partner_profile"

    name: Text
    type: PartnerType | None = None
    legal_form: LegalForm | None = None
    registered: bool | None = None
    registration_note: Text | None = None
    level: Level | None = None
    country: Country | None = None
    works_in: list[Country] = Field(default_factory=list)
    identifiers: list[Identifier] = Field(default_factory=list)


class Arrangement(Body):
    """Who looks after the partnership, where, and how often it is reviewed (L7)."""

    kind: ClassVar[str] = "arrangement"

    responsible: Id | None = None
    deputy: Id | None = None
    office: Text | None = None
    time_zone: TimeZone | None = None
    review_months: int | None = Field(default=None, ge=1, le=120)
    reason: Text | None = None


class RegisterEntry(Body):
    """What another register says of one activity or grant; never an agreement."""

    kind: ClassVar[str] = "register_entry"

    source: Text
    source_digest: Text
    reference: Text
    title: Text
    status: Literal["planned", "running", "ended", "cancelled", "unknown"] | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    amount: Amount | None = None
    currency: Currency | None = None

    def contradictions(self) -> list[tuple[str, str]]:
        """Name a period that ends before it starts, and an amount without currency."""
        return ends_before_it_starts(self.starts_on, self.ends_on) + amount_without_currency(self)


class Relation(Body):
    """How this partnership relates to another; it moves nothing."""

    kind: ClassVar[str] = "relation"

    to: Id
    how: Literal["same_partner", "merged_into", "split_from", "successor_of", "same_consortium"]
