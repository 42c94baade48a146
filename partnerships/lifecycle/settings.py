"""House rules L1-L13 and the readings of the policy, as settings with their defaults."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, ClassVar, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, TypeAdapter, ValidationError

from partnerships.errors import DefinitionError
from partnerships.lifecycle.canonical import digest_of
from partnerships.lifecycle.vocabulary import Category, PromptKind, RecordKind, Role, Trigger

T = TypeVar("T")

MOST_MONTHS = 1200
MOST_DAYS = 36_500

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
class CategoryRhythms:
    """What L7 is in one category where it differs; None: as in general, 0 or an empty list: never.

    Lengths are in months or days as their names say.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    review_months: int | None = None
    endline_notice_days: tuple[int, ...] | None = None
    check_in_months: int | None = None
    follow_up_months: int | None = None
    stale_months: int | None = None
    escalation_days: int | None = None


class Rhythms(NamedTuple):
    """What L7 is in one category, with what holds in general; 0 or an empty list: never."""

    review_months: int
    endline_notice_days: tuple[int, ...]
    check_in_months: int
    follow_up_months: int
    stale_months: int
    escalation_days: int


@dataclass(frozen=True, slots=True)
class Settings:
    """The house rules and readings; the prefix names the rule.

    `l*` are house rules (True: on). Lengths are in months or days as their names say; `l8_mid_term_months`
    None turns L8 off, and 0 turns a length of L7 off. `l7_review_months` is for strategic partnerships; in
    other categories a review has a rhythm only by `l7_by_category`. `l7_not_asked` names prompts that are
    never made. `take_over_until` is the day before which running portfolios may be taken over (None: never).
    `reading_*` turn our readings of the policy on; without one the plainer wording holds. `retention_*` say
    after how many months contents are due for erasure (0 or absent: never); nothing is erased by itself.

    Raises DefinitionError with every length, kind or time zone that cannot be.
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
    l7_by_category: Mapping[Category, CategoryRhythms] = field(default_factory=dict)
    l7_not_asked: tuple[PromptKind, ...] = ()
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
    retention_ended_months: int = 0
    retention_months: Mapping[RecordKind, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise DefinitionError("; ".join(problems))

    def stale_months(self, category: str | None) -> int:
        """Give how many months a review counts in a category; 0: for good."""
        return _first(self._own(category).stale_months, self.l7_stale_months)

    def escalation_days(self, category: str | None) -> int:
        """Give after how many days an unanswered prompt goes to the director in a category; 0: never."""
        return _first(self._own(category).escalation_days, self.l7_escalation_days)

    def _own(self, category: str | None) -> CategoryRhythms:
        if category is None or not self.l7_by_category:
            return _GENERAL
        return self.l7_by_category.get(Category(category), _GENERAL)

    def rhythms(self, category: str | None) -> Rhythms:
        """Give L7 as it is in a category."""
        own = self._own(category)
        general = self.l7_review_months if category == Category.STRATEGIC else 0
        return Rhythms(
            _first(own.review_months, general),
            _first(own.endline_notice_days, self.l7_endline_notice_days),
            _first(own.check_in_months, self.l7_check_in_months),
            _first(own.follow_up_months, self.l7_follow_up_months),
            _first(own.stale_months, self.l7_stale_months),
            _first(own.escalation_days, self.l7_escalation_days),
        )

    def as_json(self) -> dict[str, Any]:
        """Give the settings as JSON, days as ISO text; what L7 and retention leave as it is are left out."""
        value = asdict(self)
        for name in ("l7_by_category", "l7_not_asked", "retention_ended_months", "retention_months"):
            del value[name]
        if self.l7_by_category:
            value["l7_by_category"] = {
                str(category): {name: _plain(item) for name, item in asdict(own).items() if item is not None}
                for category, own in self.l7_by_category.items()
            }
        if self.l7_not_asked:
            value["l7_not_asked"] = [str(kind) for kind in self.l7_not_asked]
        if self.retention_ended_months:
            value["retention_ended_months"] = self.retention_ended_months
        if self.retention_months:
            value["retention_months"] = {str(kind): n for kind, n in self.retention_months.items()}
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
        except DefinitionError as error:
            problems.append(str(error))
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
        off = [item.name for item in fields(self) if item.default is True and not getattr(self, item.name)]
        off += [name for name in (*_L7_LENGTHS, "l7_endline_notice_days") if not getattr(self, name)]
        return off + [f"prompt {kind}" for kind in self.l7_not_asked]


_GENERAL = CategoryRhythms()
_L7_LENGTHS = (
    "l7_review_months",
    "l7_check_in_months",
    "l7_follow_up_months",
    "l7_stale_months",
    "l7_escalation_days",
)


def _first(own: T | None, general: T) -> T:
    return general if own is None else own


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _problems(settings: Settings) -> Iterator[str]:
    for name in (*_L7_LENGTHS, "l9_backdating_days"):
        yield from _length(name, getattr(settings, name))
    if settings.l8_mid_term_months is not None:
        yield from _length("l8_mid_term_months", settings.l8_mid_term_months)
    yield from _days("l7_endline_notice_days", settings.l7_endline_notice_days)
    for category, own in settings.l7_by_category.items():
        path = f"l7_by_category.{category}"
        if category not in set(Category) or not isinstance(own, CategoryRhythms):
            yield f"{path}: must be CategoryRhythms under one of {', '.join(Category)}"
            continue
        for item in fields(own):
            value = getattr(own, item.name)
            if value is not None:
                check = _days if item.name == "endline_notice_days" else _length
                yield from check(f"{path}.{item.name}", value)
    yield from _length("retention_ended_months", settings.retention_ended_months)
    for kind, months in settings.retention_months.items():
        if kind not in set(RecordKind):
            yield f"retention_months.{kind}: is no kind of record"
        yield from _length(f"retention_months.{kind}", months)
    unknown = sorted(set(settings.l7_not_asked) - set(PromptKind))
    if unknown:
        yield f"l7_not_asked: there is no prompt {', '.join(unknown)}"
    try:
        ZoneInfo(settings.office_time_zone)
    except (KeyError, ValueError, OSError):
        yield f"office_time_zone: {settings.office_time_zone} is not an IANA time zone"


def _length(name: str, value: Any) -> Iterator[str]:
    most = MOST_DAYS if name.endswith("_days") else MOST_MONTHS
    if type(value) is not int or not 0 <= value <= most:
        yield f"{name}: must be a whole number from 0 to {most}"


def _days(name: str, value: Any) -> Iterator[str]:
    if not isinstance(value, tuple | list) or any(list(_length(name, item)) for item in value):
        yield f"{name}: must be a list of whole numbers from 0 to {MOST_DAYS}"
