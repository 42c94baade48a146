"""L1, L2, L5, L9 and L10: who decides, who may not because of what they wrote, and on which day."""

from __future__ import annotations

from collections.abc import Iterator

from partnerships.lifecycle.findings import Finding, notice
from partnerships.lifecycle.guards.base import guard
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.records import (
    Assessment,
    Exception_,
    Position,
    RenewalNote,
    Selection,
    TransitionPlan,
)
from partnerships.lifecycle.records.fields import Body
from partnerships.lifecycle.vocabulary import BEGINNINGS, CONTINUATIONS, Role, State, Trigger

_DIRECTOR = (Role.DIRECTOR,)

REASON_MISSING = notice(
    "L1.reason_missing",
    "Declining a partner needs a reason.",
    "Give the reason with the command.",
    who=_DIRECTOR,
)
ROLE_MISSING = notice(
    "L2.role_missing", "The actor's roles do not cover this step.", "Let another role take it."
)
AUDITOR_DECIDES = notice(
    "L2.auditor_decides",
    "Who audits records and decides nothing, whatever else they hold.",
    "Let somebody decide who does not audit.",
)
FOREIGN_PARTNERSHIP = notice(
    "L2.not_own_partnership",
    "The partner's side acts within its own partnerships.",
    "Ask for access to the partnership, or check its id.",
)
AUTHOR_OF_ASSESSMENT = notice(
    "L2.author_of_assessment",
    "An author of the assessment does not take this decision.",
    "Let somebody else decide.",
)
AUTHOR_OF_NOTE = notice(
    "L2.author_of_renewal_note",
    "An author of the renewal note does not take this decision.",
    "Let another director decide.",
    who=_DIRECTOR,
)
AUTHOR_OF_PLAN = notice(
    "L2.author_of_transition_plan",
    "An author of the transition plan does not take this decision.",
    "Let somebody else decide.",
)
SERVICE_DECIDES = notice(
    "L10.service_account",
    "A service account prompts and finds; it puts nothing on file and decides nothing.",
    "Let a person act.",
)
DECIDER_WROTE_EXCEPTION = notice(
    "L5.decider_wrote_exception",
    "Whoever wrote an exception does not take the decision that rests on it.",
    "Let somebody else decide.",
)
DAY_IN_FUTURE = notice(
    "L9.day_in_future",
    "The effective day lies in the future.",
    "Act on the day, or name a day that has come.",
)
DAY_BEFORE_LAST = notice(
    "L9.day_before_last_transition",
    "The effective day lies before that of the transition before it.",
    "Name a day on or after it.",
)


def standing(matter: Matter) -> Iterator[Finding]:
    """Whether the actor may decide or record anything at all: L10, then L2 for auditors."""
    if matter.settings.l10_service and matter.actor.holds(Role.SERVICE):
        yield SERVICE_DECIDES
    elif matter.settings.l2_duties and matter.actor.holds(Role.AUDITOR):
        yield AUDITOR_DECIDES


def duty(matter: Matter, name: str) -> Iterator[Finding]:
    """Whether the actor holds a role that L2 names for a trigger or a record."""
    barred = list(standing(matter))
    yield from barred
    roles = matter.settings.l2_roles.get(name, ())
    if matter.settings.l2_duties and not barred and not matter.actor.holds(*roles):
        yield ROLE_MISSING.about(subject=name).for_roles(roles)


@guard("L2", "L10")
def the_right_role_decides(matter: Matter) -> Iterator[Finding]:
    if matter.trigger == Trigger.TERMINATE_FOR_CRISIS:
        yield from standing(matter)
        if matter.actor.is_partner and not matter.settings.l3_two_people:
            yield ROLE_MISSING
    else:
        yield from duty(matter, str(matter.trigger))


_AUTHORED: tuple[tuple[type[Body], Finding], ...] = (
    (Assessment, AUTHOR_OF_ASSESSMENT),
    (RenewalNote, AUTHOR_OF_NOTE),
    (TransitionPlan, AUTHOR_OF_PLAN),
)


@guard("L2", setting="l2_duties")
def no_author_decides_on_their_own_text(matter: Matter) -> Iterator[Finding]:
    for model, finding in _AUTHORED:
        if not _rests_on(matter, model):
            continue
        filed = matter.then.file.get(model)
        if filed is not None and matter.actor.id in filed.authors:
            yield finding


def _rests_on(matter: Matter, model: type[Body]) -> bool:
    if model is Assessment:
        from_assessed = matter.trigger in BEGINNINGS and matter.now.state == State.ASSESSED
        return matter.trigger == Trigger.ASSESS or from_assessed
    if model is RenewalNote:
        return matter.trigger in CONTINUATIONS
    return matter.trigger == Trigger.BEGIN_TRANSITION


_EXCUSABLE: tuple[tuple[str, type[Body], str | None], ...] = (
    ("S4.11", Selection, None),
    ("S6.20", Position, "partner"),
    ("S6.21", TransitionPlan, None),
)


def excused_record(clause: str) -> tuple[type[Body], str | None]:
    """Give the record that an exception to a clause excuses, and whose."""
    return next((model, of) for excused, model, of in _EXCUSABLE if excused == clause)


@guard("L5", setting="l5_exceptions")
def no_decider_excuses_themselves(matter: Matter) -> Iterator[Finding]:
    for clause, _, _ in _EXCUSABLE:
        excuse = matter.then.file.get(Exception_, clause)
        if excuse and excuse.sequence in matter.evidence and matter.actor.id in excuse.authors:
            yield DECIDER_WROTE_EXCEPTION.about(subject=clause)


@guard("L1", setting="l1_decline_reason")
def declining_has_a_reason(matter: Matter) -> Iterator[Finding]:
    if not matter.reason:
        yield REASON_MISSING


def day_has_come(matter: Matter) -> Iterator[Finding]:
    """L9: the effective day does not lie in the future."""
    if matter.settings.l9_days and matter.on > matter.today:
        yield DAY_IN_FUTURE


@guard("L9", setting="l9_days")
def days_run_forward(matter: Matter) -> Iterator[Finding]:
    yield from day_has_come(matter)
    move = matter.now.move
    if move is not None and matter.on < move.on:
        yield DAY_BEFORE_LAST
