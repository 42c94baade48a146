"""The table of triggers: from where to where, and what each must satisfy."""

from __future__ import annotations

from dataclasses import dataclass

from partnerships.lifecycle.guards import (
    agreements,
    crisis,
    duties,
    engagement,
    identification,
    leaving,
    renewal,
)
from partnerships.lifecycle.guards.base import Guard
from partnerships.lifecycle.vocabulary import ACTIVE_STATES, CONTINUATIONS, ENDED_STATES, State, Trigger

NOTHING = "nothing"
"""Where a partnership is before it is identified; not one of the eight states."""


@dataclass(frozen=True, slots=True)
class Row:
    """One trigger: the states it leaves, the state it enters (None: the same), and its guards in order.

    `returns` marks `extend`, which enters the active state that the transition left.
    """

    trigger: Trigger
    sources: tuple[str, ...]
    target: State | None
    guards: tuple[Guard, ...]
    returns: bool = False

    def guards_into(self, target: State) -> tuple[Guard, ...]:
        """Give the guards for one target: a continuation asks the category's own clauses again."""
        if self.trigger in CONTINUATIONS:
            return (*CATEGORY_GUARDS.get(target, ()), *self.guards)
        return self.guards

    @property
    def targets(self) -> tuple[State, ...]:
        """Give every state that the trigger can enter."""
        if self.target is not None:
            return (self.target,)
        if self.returns:
            return tuple(sorted(ACTIVE_STATES))
        return tuple(State(source) for source in self.sources)


_ACTIVE = tuple(sorted(ACTIVE_STATES))
_DUTIES = (
    duties.the_right_role_decides,
    duties.no_author_decides_on_their_own_text,
    duties.no_decider_excuses_themselves,
    duties.days_run_forward,
)

ACTIVITY = (
    engagement.activity_is_named,
    engagement.support_is_for_the_activity,
    agreements.endline_is_defined,
    agreements.both_sides_know_the_endline,
)
ASSOCIATE = (
    engagement.associate_is_international,
    engagement.associate_work_is_named,
    engagement.no_capacity_development_between_associates,
    agreements.endline_is_defined,
    agreements.both_sides_know_the_endline,
)
STRATEGIC = (engagement.partner_type_is_strategic, engagement.partner_is_strategically_important)
CATEGORY_GUARDS: dict[str, tuple[Guard, ...]] = {
    State.ACTIVE_ACTIVITY: ACTIVITY,
    State.ACTIVE_ASSOCIATE: ASSOCIATE,
    State.STRATEGIC: STRATEGIC,
}
"""What each category asks for itself, at its beginning and at every renewal and extension."""

_BEGINNING = (
    engagement.inclusion_is_committed,
    engagement.gender_change_is_aimed_for,
    agreements.written_agreement_covers_the_collaboration,
    crisis.no_crisis_case_is_open,
)
_CONTINUING = (
    agreements.written_agreement_covers_the_collaboration,
    renewal.renewal_is_reflected_upon,
    leaving.sustainability_is_reviewed,
    crisis.no_crisis_case_is_open,
)

TRIGGERS: tuple[Row, ...] = (
    Row(
        Trigger.IDENTIFY,
        (NOTHING,),
        State.IDENTIFIED,
        (duties.the_right_role_decides, duties.days_run_forward, crisis.partner_is_in_no_crisis_elsewhere),
    ),
    Row(
        Trigger.ASSESS,
        (State.IDENTIFIED,),
        State.ASSESSED,
        (
            identification.profile_is_complete,
            identification.context_is_analysed,
            identification.stakeholders_are_mapped,
            identification.no_open_call_in_volatile_context,
            identification.partner_is_assessed,
            identification.selection_is_justified,
            identification.five_criteria_are_answered,
            identification.registration_is_preferred,
            identification.analysis_is_of_the_partners_setting,
            identification.partner_is_among_the_candidates,
            identification.power_is_analysed,
            identification.sector_is_involved,
            identification.duplication_is_considered,
            identification.modality_fits_the_context,
            identification.weak_sector_is_consulted,
            identification.portfolio_is_dated,
            *_DUTIES,
        ),
    ),
    Row(
        Trigger.BEGIN_ACTIVITY,
        (State.ASSESSED, State.TRANSITIONING),
        State.ACTIVE_ACTIVITY,
        (*_BEGINNING, *ACTIVITY, engagement.activity_is_mid_term, *_DUTIES),
    ),
    Row(
        Trigger.BEGIN_ASSOCIATE,
        (State.ASSESSED, State.TRANSITIONING),
        State.ACTIVE_ASSOCIATE,
        (*_BEGINNING, *ASSOCIATE, engagement.local_priorities_are_respected, *_DUTIES),
    ),
    Row(
        Trigger.BEGIN_STRATEGIC,
        (State.ASSESSED, State.ACTIVE_ACTIVITY, State.TRANSITIONING),
        State.STRATEGIC,
        (
            *_BEGINNING,
            *STRATEGIC,
            engagement.importance_is_local,
            engagement.exit_is_talked_about_from_the_outset,
            *_DUTIES,
        ),
    ),
    Row(Trigger.RENEW, _ACTIVE, None, (*_CONTINUING, *_DUTIES)),
    Row(
        Trigger.BEGIN_TRANSITION,
        _ACTIVE,
        State.TRANSITIONING,
        (
            leaving.transition_is_planned_by_both_sides,
            leaving.plan_says_whether_exit_would_close_the_partner,
            leaving.those_affected_take_part,
            leaving.sustainability_is_reviewed,
            *_DUTIES,
        ),
    ),
    Row(Trigger.EXTEND, (State.TRANSITIONING,), None, (*_CONTINUING, *_DUTIES), returns=True),
    Row(
        Trigger.EXIT,
        (State.TRANSITIONING,),
        State.EXITED,
        (
            leaving.both_sides_agree_on_the_way_out,
            leaving.transition_is_planned_by_both_sides,
            leaving.exit_has_a_cause,
            leaving.partner_speaks_for_itself,
            leaving.plan_is_carried_out,
            *_DUTIES,
        ),
    ),
    Row(
        Trigger.DECLINE,
        (State.IDENTIFIED, State.ASSESSED),
        State.EXITED,
        (duties.declining_has_a_reason, duties.the_right_role_decides, duties.days_run_forward),
    ),
    Row(
        Trigger.TERMINATE_FOR_CRISIS,
        (*_ACTIVE, State.TRANSITIONING),
        State.TERMINATED_FOR_CRISIS,
        (
            crisis.a_case_stands_and_two_people_decide,
            crisis.case_names_the_agreements_clause,
            duties.the_right_role_decides,
            duties.days_run_forward,
        ),
    ),
    Row(
        Trigger.REIDENTIFY,
        tuple(sorted(ENDED_STATES)),
        State.IDENTIFIED,
        (
            crisis.integrity_is_cleared_after_a_crisis,
            duties.the_right_role_decides,
            duties.days_run_forward,
        ),
    ),
)
