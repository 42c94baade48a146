"""S2.2, S6.7, S6.19-S6.21 and L12: a transition that both sides plan, own and agree on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from partnerships.lifecycle.days import is_older
from partnerships.lifecycle.filed import Filed
from partnerships.lifecycle.findings import Finding, notice
from partnerships.lifecycle.guards.base import guard, warning
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.records import Position, SustainabilityReview, TransitionPlan
from partnerships.lifecycle.records.sustainability import on_two_days
from partnerships.lifecycle.vocabulary import PROGRAMME, Role

_EITHER_SIDE = (*PROGRAMME, Role.PARTNER_REPRESENTATIVE)
_PARTNER = (Role.PARTNER_REPRESENTATIVE,)

PLAN_MISSING = notice(
    "S6.21.plan_missing",
    "No transition plan has been recorded since the partnership was entered or last renewed.",
    "Make a plan with the partner and record it.",
    needs="transition_plan",
    who=PROGRAMME,
)
LEAD_IMS_MISSING = notice(
    "S6.21.lead_ims_missing",
    "The transition plan names nobody who leads for IMS.",
    "Name the lead in the plan.",
    needs="transition_plan.lead_ims",
    who=PROGRAMME,
)
LEAD_PARTNER_MISSING = notice(
    "S6.21.lead_partner_missing",
    "The transition plan names nobody who leads for the partner.",
    "Name the partner's lead, or record two attempts on different days to reach it, or an exception where it"
    " declines to lead.",
    needs=("transition_plan.lead_partner", "transition_plan.partner_unreachable", "exception"),
    who=PROGRAMME,
    interpretation=True,
)
STEP_IMS_MISSING = notice(
    "S6.21.step_ims_missing",
    "No step of the transition plan is owned by IMS.",
    "Add a step that IMS owns.",
    needs="transition_plan.steps",
    who=PROGRAMME,
    interpretation=True,
)
STEP_PARTNER_MISSING = notice(
    "S6.21.step_partner_missing",
    "No step of the transition plan is owned by the partner.",
    "Add a step of the partner's, or record two attempts on different days to reach it, or an exception.",
    needs=("transition_plan.steps", "transition_plan.partner_unreachable", "exception"),
    who=PROGRAMME,
    interpretation=True,
)
CLOSURE_ANSWER_MISSING = notice(
    "L12.closure_answer_missing",
    "The transition plan does not say whether exit would close the partner.",
    "Answer it in the plan.",
    needs="transition_plan.exit_would_close_partner",
    who=PROGRAMME,
)
IMS_POSITION_MISSING = notice(
    "S6.20.ims_position_missing",
    "The position of IMS on the way out has not been recorded since the transition began.",
    "Record it.",
    needs="position",
    who=PROGRAMME,
)
IMS_NOT_AGREED = notice(
    "S6.20.ims_not_agreed",
    "IMS itself does not agree on the way out.",
    "Record the position of IMS again once it agrees, with or without reservations.",
    needs="position.stance",
    who=PROGRAMME,
)
PARTNER_POSITION_MISSING = notice(
    "S6.20.partner_position_missing",
    "The partner's position on the way out has not been recorded since the transition began.",
    "Let the partner record it, or record two attempts on different days to reach it.",
    needs="position",
    who=_PARTNER,
)
PARTNER_NOT_REACHED = notice(
    "S6.20.partner_not_reached",
    "The partner is said to be unreachable without two attempts on different days.",
    "Try again, and record the attempts.",
    needs="position.attempts",
    who=PROGRAMME,
    interpretation=True,
)
PARTNER_DISAGREES = notice(
    "S6.20.partner_disagrees",
    "The partner disagrees with the way out.",
    "Come to an understanding, or let a second person record an exception with its reason.",
    needs=("position.stance", "exception"),
    who=(*_PARTNER, Role.DIRECTOR, Role.COMMITTEE),
    interpretation=True,
)
NOBODY_AFFECTED_TOOK_PART = notice(
    "S2.2.no_participants",
    "Nobody from the context took part in planning the transition.",
    "Involve them, and name in the plan who took part.",
    needs="transition_plan.participants",
    who=PROGRAMME,
)
REVIEW_STALE = notice(
    "S6.7.review_stale",
    "No sustainability review was held within the last 12 months.",
    "Hold one with the partner and record it (the length is house rule L7).",
    needs="sustainability_review",
    who=_EITHER_SIDE,
)
REVIEW_WITHOUT_PARTNER = notice(
    "S6.7.review_without_partner",
    "Nobody of the partner's side took part in the sustainability review.",
    "Review together with the partner.",
    needs="sustainability_review.participants",
    who=_EITHER_SIDE,
)
CAUSE_MISSING = notice(
    "S6.19.cause_missing",
    "The transition plan does not say what the exit comes from.",
    "Record the plan again with its cause.",
    needs="transition_plan.cause",
    who=PROGRAMME,
)
SPOKEN_FOR = notice(
    "S6.20.spoken_for",
    "IMS put the partner's position on file in its place.",
    "Let the partner record its own position where it can be reached.",
    needs="position",
    who=_PARTNER,
)
STEP_LEFT_OPEN = notice(
    "S6.21.step_left_open",
    "A step of the transition plan is neither done nor given an outcome.",
    "Record the plan again with what became of the step.",
    needs="transition_plan.steps",
    who=PROGRAMME,
)


@guard("S6.21")
def transition_is_planned_by_both_sides(matter: Matter) -> Iterator[Finding]:
    plans = matter.versions(TransitionPlan, after=matter.now.since)
    if not plans:
        yield PLAN_MISSING
    seen: set[str] = set()
    for plan in plans:
        for finding in _shared(matter, plan):
            if finding.code not in seen:
                seen.add(finding.code)
                yield finding


def _shared(matter: Matter, filed: Filed[TransitionPlan]) -> Iterator[Finding]:
    plan, settings = filed.body, matter.settings
    unreachable = plan.partner_unreachable is not None and on_two_days(plan.partner_unreachable.attempts)
    one_sided = settings.reading_s6_21 and unreachable
    owners = {step.owner for step in plan.steps} if settings.reading_s6_21 else {"ims", "partner"}
    lacks_partner = not plan.lead_partner or "partner" not in owners
    excused = (
        lacks_partner and not one_sided and matter.exception("S6.21", filed, matter.now.since) is not None
    )
    if not plan.lead_ims:
        yield LEAD_IMS_MISSING
    if not plan.lead_partner and not one_sided and not excused:
        yield LEAD_PARTNER_MISSING
    if "ims" not in owners:
        yield STEP_IMS_MISSING
    if "partner" not in owners and not one_sided and not excused:
        yield STEP_PARTNER_MISSING


@guard("L12", setting="l12_closure_answer")
def plan_says_whether_exit_would_close_the_partner(matter: Matter) -> Iterator[Finding]:
    plans = matter.versions(TransitionPlan, after=matter.now.since)
    if any(plan.body.exit_would_close_partner is None for plan in plans):
        yield CLOSURE_ANSWER_MISSING


@guard("S6.20")
def both_sides_agree_on_the_way_out(matter: Matter) -> Iterator[Finding]:
    began = matter.now.transition_began
    ours = matter.versions(Position, "ims", after=began)
    if not ours:
        yield IMS_POSITION_MISSING
    elif any(filed.body.stance not in ("agreed", "agreed_with_reservations") for filed in ours):
        yield IMS_NOT_AGREED
    theirs = matter.versions(Position, "partner", after=began)
    if not theirs:
        yield PARTNER_POSITION_MISSING
    for filed in theirs:
        yield from _partner_stance(matter, filed)


def _partner_stance(matter: Matter, filed: Filed[Position]) -> Iterator[Finding]:
    position = filed.body
    if position.stance == "unreachable" and not on_two_days(position.attempts):
        yield PARTNER_NOT_REACHED
    elif position.stance == "disagreed":
        excused = matter.settings.reading_s6_20 and matter.exception(
            "S6.20", filed, matter.now.transition_began
        )
        if not excused:
            yield PARTNER_DISAGREES


@warning("S2.2")
def those_affected_take_part(matter: Matter) -> Iterator[Finding]:
    plan = matter.body(TransitionPlan)
    if plan and not plan.participants:
        yield NOBODY_AFFECTED_TOOK_PART


@warning("S6.7")
def sustainability_is_reviewed(matter: Matter) -> Iterator[Finding]:
    # Read from the kept JSON: a review has twenty fields more, and every renewal asks for these two.
    filed = matter.filed(SustainabilityReview)
    months = matter.settings.stale_months(matter.category)
    if months and (filed is None or is_older(date.fromisoformat(filed.raw["held_on"]), months, matter.on)):
        yield REVIEW_STALE
    elif filed and not any(participant["party"] == "partner" for participant in filed.raw["participants"]):
        yield REVIEW_WITHOUT_PARTNER


@warning("S6.19")
def exit_has_a_cause(matter: Matter) -> Iterator[Finding]:
    plan = matter.body(TransitionPlan)
    if plan and plan.cause is None:
        yield CAUSE_MISSING


@warning("S6.20")
def partner_speaks_for_itself(matter: Matter) -> Iterator[Finding]:
    position = matter.filed(Position, "partner")
    if position and position.party == "ims":
        yield SPOKEN_FOR


@warning("S6.21")
def plan_is_carried_out(matter: Matter) -> Iterator[Finding]:
    plan = matter.body(TransitionPlan)
    for number, step in enumerate(plan.steps if plan else (), 1):
        if step.done_on is None and not step.outcome:
            yield STEP_LEFT_OPEN.about(subject=f"step {number}")
