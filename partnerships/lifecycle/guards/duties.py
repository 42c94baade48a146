"""L1, L2, L5, L9 and L10: who decides, who may not because of what they wrote, and on which day."""

from __future__ import annotations

from collections.abc import Iterator

from partnerships.lifecycle.findings import Finding, notice
from partnerships.lifecycle.guards.base import guard
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.records import (
    Assessment,
    Position,
    RenewalNote,
    Selection,
    TransitionPlan,
)
from partnerships.lifecycle.records.fields import Body
from partnerships.lifecycle.vocabulary import BEGINNINGS, CONTINUATIONS, Role, State, Trigger

_DIRECTOR = (Role.DIRECTOR,)
_SERVICE, _AUDITOR = Role.SERVICE, Role.AUDITOR

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


def standing(matter: Matter) -> list[Finding]:
    """Whether the actor may decide or record anything at all: L10, then L2 for auditors."""
    roles, settings = matter.actor.roles, matter.settings
    if settings.l10_service and _SERVICE in roles:
        return [SERVICE_DECIDES]
    if settings.l2_duties and _AUDITOR in roles:
        return [AUDITOR_DECIDES]
    return []


def duty(matter: Matter, name: str) -> list[Finding]:
    """Whether the actor holds a role that L2 names for a trigger or a record."""
    barred = standing(matter)
    roles = matter.settings.l2_roles.get(name, ())
    if barred or not matter.settings.l2_duties or matter.actor.holds(*roles):
        return barred
    return [ROLE_MISSING.about(subject=name).for_roles(roles)]


@guard("L2", "L10")
def the_right_role_decides(matter: Matter) -> list[Finding]:
    if matter.trigger != Trigger.TERMINATE_FOR_CRISIS:
        return duty(matter, str(matter.trigger))
    if matter.actor.is_partner and not matter.settings.l3_two_people:
        return [ROLE_MISSING]
    return standing(matter)


@guard("L2", setting="l2_duties")
def no_author_decides_on_their_own_text(matter: Matter) -> Iterator[Finding]:
    rests_on = _authored_text(matter)
    if rests_on is not None:
        model, finding = rests_on
        # The latest version of a plan or note bars from its recording; an assessment is read on its day.
        barred_since = matter.then is not matter.now and model is not Assessment
        if _is_author(matter, matter.then, model) or (barred_since and _is_author(matter, matter.now, model)):
            yield finding


def _is_author(matter: Matter, partnership: Partnership, model: type[Body]) -> bool:
    filed = partnership.file.get(model)
    return filed is not None and matter.author in filed.authors


def _authored_text(matter: Matter) -> tuple[type[Body], Finding] | None:
    """Give the text that the decision rests on, with what is found where its author decides."""
    trigger = matter.trigger
    if trigger in CONTINUATIONS:
        return RenewalNote, AUTHOR_OF_NOTE
    if trigger == Trigger.BEGIN_TRANSITION:
        return TransitionPlan, AUTHOR_OF_PLAN
    if trigger == Trigger.ASSESS or (trigger in BEGINNINGS and matter.now.state == State.ASSESSED):
        return Assessment, AUTHOR_OF_ASSESSMENT
    return None


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
    for clause, excuse in matter.excuses.items():
        if matter.author in excuse.authors:
            yield DECIDER_WROTE_EXCEPTION.about(subject=clause)


@guard("L1", setting="l1_decline_reason")
def declining_has_a_reason(matter: Matter) -> Iterator[Finding]:
    if not matter.reason:
        yield REASON_MISSING


def day_has_come(matter: Matter) -> list[Finding]:
    """L9: the effective day does not lie in the future."""
    return [DAY_IN_FUTURE] if matter.settings.l9_days and matter.on > matter.today else []


@guard("L9", setting="l9_days")
def days_run_forward(matter: Matter) -> Iterator[Finding]:
    if matter.on > matter.today:
        yield DAY_IN_FUTURE
    move = matter.now.move
    if move is not None and matter.on < move.on:
        yield DAY_BEFORE_LAST
