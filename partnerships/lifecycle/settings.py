"""House rules L1-L13 and the readings of the policy, as settings with their defaults."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from partnerships.errors import DefinitionError
from partnerships.lifecycle.canonical import digest_of
from partnerships.lifecycle.vocabulary import Role, Trigger

_PROGRAMME = (Role.PROGRAMME_MANAGER, Role.DIRECTOR)
_DIRECTOR = (Role.DIRECTOR,)

DUTIES: Mapping[str, tuple[Role, ...]] = {
    Trigger.IDENTIFY: _PROGRAMME,
    Trigger.REIDENTIFY: _PROGRAMME,
    Trigger.ASSESS: _PROGRAMME,
    Trigger.BEGIN_TRANSITION: _PROGRAMME,
    Trigger.BEGIN_ACTIVITY: _DIRECTOR,
    Trigger.BEGIN_ASSOCIATE: _DIRECTOR,
    Trigger.RENEW: _DIRECTOR,
    Trigger.EXTEND: _DIRECTOR,
    Trigger.EXIT: _DIRECTOR,
    Trigger.DECLINE: _DIRECTOR,
    Trigger.BEGIN_STRATEGIC: (Role.COMMITTEE, Role.DIRECTOR),
    "exception": (Role.DIRECTOR, Role.COMMITTEE),
    "crisis_recommendation": (Role.SAFEGUARDING,),
    "integrity_clearance": (Role.SAFEGUARDING,),
    "crisis_closure": _DIRECTOR,
}
"""Who takes which trigger and puts which record on file (L2)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The house rules and readings; the prefix names the rule.

    `l*` are house rules (True: on). Lengths are in months or days as their names say; `l8_mid_term_months`
    None turns L8 off. `take_over_until` is the day before which running portfolios may be taken over (None:
    never). `reading_*` turn our readings of the policy on; without one the plainer wording holds.
    """

    l1_decline_reason: bool = True
    l2_duties: bool = True
    l2_roles: Mapping[str, tuple[Role, ...]] = field(default_factory=lambda: dict(DUTIES))
    l3_two_people: bool = True
    l4_sealed: bool = True
    l5_exceptions: bool = True
    l6_reentry: bool = True
    l7_review_months: int = 6
    l7_endline_notice_days: tuple[int, ...] = (90, 30, 7)
    l7_check_in_months: int = 1
    l7_follow_up_months: int = 6
    l7_stale_months: int = 12
    l7_escalation_days: int = 14
    l8_mid_term_months: int | None = 36
    l9_days: bool = True
    l9_backdating_days: int = 30
    l10_service: bool = True
    l11_open_case: bool = True
    l12_closure_answer: bool = True
    l13_profile: bool = True
    reading_s4_11: bool = True
    reading_s6_12: bool = True
    reading_s6_14: bool = True
    reading_s6_17: bool = True
    reading_s6_20: bool = True
    reading_s6_21: bool = True
    take_over_until: date | None = None
    office_time_zone: str = "UTC"

    def as_json(self) -> dict[str, Any]:
        """Give the settings as JSON, days as ISO text."""
        value = asdict(self)
        value["l2_roles"] = {
            str(duty): [str(role) for role in roles] for duty, roles in self.l2_roles.items()
        }
        value["l7_endline_notice_days"] = list(self.l7_endline_notice_days)
        value["take_over_until"] = self.take_over_until.isoformat() if self.take_over_until else None
        return value

    @classmethod
    def from_json(cls, value: Any) -> Settings:
        """Read settings from JSON, such as `as_json` gave; what is left out keeps its default.

        Raises DefinitionError with every problem and its field.
        """
        known = {item.name for item in fields(cls)}
        if not isinstance(value, dict):
            raise DefinitionError("settings are one JSON object")
        problems = [f"{name}: is not a setting" for name in sorted(set(value) - known)]
        try:
            settings = TypeAdapter(cls).validate_json(json.dumps(value))
        except ValidationError as error:
            problems += [
                f"{'.'.join(str(step) for step in item['loc'])}: {item['msg']}" for item in error.errors()
            ]
        if problems:
            raise DefinitionError("; ".join(problems))
        return settings

    @property
    def digest(self) -> str:
        """Give the digest that every entry names."""
        return digest_of(self.as_json())

    @property
    def turned_off(self) -> list[str]:
        """List the house rules and readings that this host turned off."""
        return [item.name for item in fields(self) if item.default is True and not getattr(self, item.name)]
