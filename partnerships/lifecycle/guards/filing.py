"""What may go on file, by whom, and what an agreement is judged by at once (L2, L3, L5, L11, S6.18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Any

from partnerships.lifecycle.cases import Case
from partnerships.lifecycle.findings import Finding, notice
from partnerships.lifecycle.guards.crisis import CASE_OPEN, partner_is_in_no_crisis_elsewhere
from partnerships.lifecycle.guards.duties import day_has_come, duty, excused_record, standing
from partnerships.lifecycle.guards.engagement import activity_support, associate_support
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.lines import Line, is_draft, later_end
from partnerships.lifecycle.records import (
    Arrangement,
    Body,
    CrisisCase,
    CrisisClosure,
    Exception_,
    Position,
    RenewalNote,
)
from partnerships.lifecycle.records.sustainability import on_two_days
from partnerships.lifecycle.vocabulary import (
    LIVE_STATES,
    PARTNER_KINDS,
    PROGRAMME,
    RECORDING_ROLES,
    Role,
    State,
)

Json = dict[str, Any]

PARTNER_SIDE_ONLY = notice(
    "L2.not_for_the_partners_side",
    "The partner's side puts positions, dialogues, reviews, comments, answers and cases of its own on file.",
    "Let IMS record it, or comment on it.",
    who=(Role.PROGRAMME_MANAGER, Role.DIRECTOR),
)
NO_RECORDING_ROLE = notice(
    "L2.no_recording_role",
    "The actor holds no role that puts records on file.",
    "Let somebody record it who does.",
    who=(Role.PROGRAMME_MANAGER, Role.DIRECTOR),
)
NOT_OWN_POSITION = notice(
    "L2.not_own_position",
    "Each side speaks for itself; the partner's side records the partner's position only.",
    "Record the position of your own side.",
)
PARTNERS_OWN_WORD = notice(
    "L2.partners_own_word",
    "The partner's own position of this transition is on file, and only that side replaces or withdraws it.",
    "Let the partner record it anew, or record it unreachable with two later attempts on different days.",
    needs="position.attempts",
    who=(Role.PARTNER_REPRESENTATIVE,),
)
SAFEGUARDING_HAS_THE_CASE = notice(
    "L2.safeguarding_has_the_case",
    "Safeguarding has taken the case up, and only safeguarding records it anew.",
    "Bring what you know to safeguarding.",
    who=(Role.SAFEGUARDING,),
)
AUTHOR_EXCUSES = notice(
    "L5.author_of_the_record",
    "An author of a record does not write the exception that excuses it.",
    "Let another director or the committee write it.",
    needs="exception",
    who=(Role.DIRECTOR, Role.COMMITTEE),
)
CASE_NOT_OPEN = notice(
    "L3.case_not_open",
    "There is no such open case to close.",
    "Check the case's id.",
    needs="crisis_closure.case",
    who=(Role.DIRECTOR,),
)
CLOSER_RAISED = notice(
    "L3.closer_raised",
    "Whoever raised a case does not close it.",
    "Let another director close it.",
    who=(Role.DIRECTOR,),
)
CLOSURE_NOT_RECOMMENDED = notice(
    "L3.closure_not_recommended",
    "No other person has recommended to close the case, or did not by that day.",
    "Let safeguarding look at the case and record its recommendation.",
    needs="crisis_recommendation",
    who=(Role.SAFEGUARDING,),
)
RENEWAL_NEEDED = notice(
    "S6.18.renewal_needed",
    "Every agreement of this category has passed its endline; going on takes a renewal.",
    "Record a renewal note first, then the agreement, then renew.",
    needs="renewal_note",
    who=PROGRAMME,
)

_ASSOCIATE = State.ACTIVE_ASSOCIATE
_RENEWED = frozenset({State.ACTIVE_ACTIVITY, State.ACTIVE_ASSOCIATE})

LOOKED_INTO = frozenset(
    model.kind for model in (Position, CrisisCase, CrisisClosure, Exception_, Arrangement)
)
"""The kinds whose typed body is looked into; an agreement is read as it is kept, all else by its kind."""

RHYTHM_WITHOUT_REASON = notice(
    "L7.reason_missing",
    "The arrangement sets a rhythm of reviews of its own without a reason, so the house's rhythm holds.",
    "Record the arrangement again with its reason.",
    needs="arrangement.reason",
    who=PROGRAMME,
)


def filing_findings(matter: Matter, kind: str, body: Body | None, said: Json) -> list[Finding]:
    """Give everything that bars a record from the file; `said` is its body as it is kept.

    The typed `body` may be None for a kind that is not looked into.
    """
    findings = day_has_come(matter) + _recording_duty(matter, kind)
    if kind == "agreement":
        findings += _agreement(matter, said)
    elif kind in LOOKED_INTO:
        findings += _looked_into(matter, body)
    return findings


def _looked_into(matter: Matter, body: Body | None) -> Iterator[Finding]:
    if isinstance(body, Position):
        if matter.settings.l2_duties:
            yield from _position(matter, body)
    elif isinstance(body, CrisisCase):
        yield from _case(matter, body)
    elif isinstance(body, CrisisClosure):
        yield from _closure(matter, body)
    elif isinstance(body, Exception_):
        yield from _exception(matter, body)


def filing_warnings(matter: Matter, kind: str, body: Body | None = None) -> Iterable[Finding]:
    """Give what a record draws a warning for."""
    if kind == "partner_profile":
        return partner_is_in_no_crisis_elsewhere.findings(matter)
    if kind == "arrangement" and isinstance(body, Arrangement) and body.review_months and not body.reason:
        return (RHYTHM_WITHOUT_REASON,)
    return ()


def _recording_duty(matter: Matter, kind: str) -> list[Finding]:
    settings, actor = matter.settings, matter.actor
    if actor.party == "partner":
        return [PARTNER_SIDE_ONLY] if settings.l2_duties and kind not in PARTNER_KINDS else []
    if kind in settings.l2_roles:
        return duty(matter, kind)
    barred = standing(matter)
    if barred or not settings.l2_duties or not RECORDING_ROLES.isdisjoint(actor.roles):
        return barred
    return [NO_RECORDING_ROLE]


def _position(matter: Matter, position: Position) -> Iterator[Finding]:
    if matter.actor.is_partner:
        if position.party != "partner":
            yield NOT_OWN_POSITION
        return
    own = partners_own_word(matter)
    if position.party == "partner" and own is not None:
        later = [attempt for attempt in position.attempts if attempt.on > own]
        if position.stance != "unreachable" or not on_two_days(later):
            yield PARTNERS_OWN_WORD


def partners_own_word(matter: Matter) -> date | None:
    """Give the day of the partner's own position of the running transition, or None where it took none."""
    now = matter.now
    if now.state != State.TRANSITIONING or now.own_word is None:
        return None
    return now.own_word[1]


def _case(matter: Matter, body: CrisisCase) -> Iterator[Finding]:
    case = matter.now.open_case(body.case)
    if case and case.safeguarded and not matter.actor.holds(Role.SAFEGUARDING):
        yield SAFEGUARDING_HAS_THE_CASE


def _closure(matter: Matter, body: CrisisClosure) -> Iterator[Finding]:
    if not matter.settings.l3_two_people:
        return
    case: Case | None = matter.now.open_case(body.case)
    if case is None:
        yield CASE_NOT_OPEN
        return
    if matter.actor.id in case.raisers:
        yield CLOSER_RAISED
    to_close = takewhile(lambda advice: advice.advice == "close", reversed(case.advice))
    if all(advice.by == matter.actor.id or advice.on > matter.on for advice in to_close):
        yield CLOSURE_NOT_RECOMMENDED


def _exception(matter: Matter, body: Exception_) -> Iterator[Finding]:
    model, of = excused_record(body.clause)
    record = matter.now.file.get(model, of)
    if matter.settings.l5_exceptions and record and matter.author in record.authors:
        yield AUTHOR_EXCUSES.about(subject=body.clause)


def _agreement(matter: Matter, said: Json) -> Iterator[Finding]:
    if is_draft(said) or "concluded_on" in said:
        return
    now, settings = matter.now, matter.settings
    state = now.state
    if state in LIVE_STATES:
        if said["category"] == "activity":
            yield from activity_support(said)
        if said["category"] == "associate" or state == _ASSOCIATE:
            yield from associate_support(said)
    if not is_new_agreement(matter, said):
        return
    if settings.l11_open_case and now.open_cases:
        yield CASE_OPEN
    if state in _RENEWED and said["category"] == now.category:
        if _all_passed(matter) and not matter.versions(RenewalNote, after=now.since):
            yield RENEWAL_NEEDED.about(subject=said["reference"])


def is_new_agreement(matter: Matter, said: Json) -> bool:
    """Tell whether an agreement is new (S6.18, L11): a new reference, a later end, or more from IMS."""
    line = matter.now.file.agreements.get(said["reference"])
    # A version that concludes is none to go on from: what takes it back is measured against the one before.
    going = line.going if line is not None else None
    if going is None:
        return True
    before = going.raw
    if _gives_more(_given_by_ims(before), _given_by_ims(said)):
        return True
    # Days written out come in the order of their text.
    return later_end(before.get("ends_on"), said.get("ends_on"))


def _given_by_ims(said: Json) -> list[Json]:
    """What IMS gives, the largest amounts first."""
    given = [item for item in said["contributions"] if item["given_by"] == "ims"]
    return sorted(given, key=_amount, reverse=True)


def _gives_more(before: list[Json], after: list[Json]) -> bool:
    """Tell whether a contribution was added or raised; less of one, or its amount retyped, is no more."""
    left = list(before)
    for item in after:
        match = next((other for other in left if _covers(other, item)), None)
        if match is None:
            return True
        left.remove(match)
    return False


def _covers(one: Json, other: Json) -> bool:
    same = ("kind", "for_collaboration", "currency")
    if any(one.get(name) != other.get(name) for name in same) or ("amount" in one) != ("amount" in other):
        return False
    return _amount(other) <= _amount(one)


def _amount(item: Json) -> Decimal:
    return Decimal(item.get("amount", 0))


def _all_passed(matter: Matter) -> bool:
    lines: list[Line] = [
        line for line in matter.now.file.agreements.values() if line.counts_in == matter.now.category
    ]
    return bool(lines) and all(line.past_endline(matter.on) or line.concluded(matter.on) for line in lines)
