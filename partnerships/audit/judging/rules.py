"""The rules by which an auditor is told of exceptions, each with its severity."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a row weighs: `high` is looked at one by one, `low` is for information."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of exception; `clause` is None where each row names its own, or none does."""

    code: str
    severity: Severity
    clause: str | None
    meaning: str


def _rules(*rules: Rule) -> dict[str, Rule]:
    return {rule.code: rule for rule in rules}


_HIGH, _MEDIUM, _LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW

RULES = _rules(
    Rule("exception_recorded", _HIGH, None, "An exception to a clause was put on file."),
    Rule("exception_used", _HIGH, None, "A decision rests on an exception to a clause."),
    Rule(
        "no_endline", _MEDIUM, "S6.16", "An agreement that both accepted has a reason in place of an endline."
    ),
    Rule(
        "back_dated", _MEDIUM, "L9", "The day lies further before its recording than the house allows unsaid."
    ),
    Rule(
        "recorded_after_endline",
        _HIGH,
        "L9",
        "An agreement or a transition takes effect on or before an endline and was recorded after it.",
    ),
    Rule("late_renewal", _HIGH, "S6.18", "A renewal or an extension takes effect after an agreement lapsed."),
    Rule(
        "added_without_renewal",
        _MEDIUM,
        "S6.18",
        "An agreement was added in an active state without renewal.",
    ),
    Rule("lapsed_agreement", _HIGH, None, "An agreement is past its endline, not concluded nor continued."),
    Rule(
        "register_past_end", _LOW, "S6.18", "Work that runs by another register is past its end, undecided."
    ),
    Rule(
        "no_longer_meets",
        _MEDIUM,
        "S5.4",
        "A strategic partner is of no type that such partnerships are for.",
    ),
    Rule("spoken_for", _MEDIUM, "S6.20", "IMS put the partner's position on file in its place."),
    Rule("two_roles", _MEDIUM, "L2", "One person acted in two roles in one partnership."),
    Rule(
        "own_evidence", _MEDIUM, "L2", "Whoever began, went on or ended had put on file what that rests on."
    ),
    Rule("crisis", _HIGH, "S6.25", "A sealed entry of a crisis; that it is one is all that is told."),
    Rule("crisis_termination", _HIGH, "S6.25", "The partnership was terminated for crisis."),
    Rule("crisis_elsewhere", _HIGH, "L6", "The partner was in a crisis in another partnership."),
    Rule("withdrawn", _MEDIUM, None, "A record was withdrawn."),
    Rule("evidence_withdrawn", _HIGH, "L2", "A decision rests on a record that was withdrawn since."),
    Rule("reverted", _HIGH, None, "A transition was reverted."),
    Rule(
        "taken_over",
        _MEDIUM,
        "S4.13",
        "The partnership ran before this service and was never judged into it.",
    ),
    Rule("imported", _MEDIUM, None, "Entries were taken over from a past history, with instants as claimed."),
    Rule("before_policy", _LOW, None, "Entries take effect on days before the policy's first version."),
    Rule("erased", _MEDIUM, None, "Contents were erased, by two people and on a legal basis."),
    Rule("missed_prompt", _MEDIUM, None, "A prompt was never asked in time, or a later one took its place."),
    Rule("escalated_prompt", _LOW, None, "A prompt went unanswered for so long that the director was asked."),
    Rule("unreadable", _HIGH, None, "An entry does not say what such an entry says."),
    Rule(
        "other_policy",
        _HIGH,
        None,
        "Entries were judged under a version of the policy that was not in force on their day.",
    ),
    Rule("setting_off", _MEDIUM, None, "Entries were judged while a house rule or a reading was turned off."),
    Rule(
        "settings_unknown",
        _MEDIUM,
        None,
        "Entries name settings that are not at hand, so none can be told off.",
    ),
    Rule("refused_attempt", _LOW, None, "Something was tried and refused."),
    Rule("refused_authority", _MEDIUM, None, "Somebody tried what was not theirs to do (L2, L3, L4 or L10)."),
)
"""Every rule by its code, in the order in which the reference lists them."""
