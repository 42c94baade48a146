"""The words of the policy and of the contract: states, triggers, categories, roles, kinds."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """The eight states; three are active, one for each category (S5.3), in no order of worth (S5.14)."""

    IDENTIFIED = "identified"
    ASSESSED = "assessed"
    ACTIVE_ACTIVITY = "active_activity"
    ACTIVE_ASSOCIATE = "active_associate"
    STRATEGIC = "strategic"
    TRANSITIONING = "transitioning"
    EXITED = "exited"
    TERMINATED_FOR_CRISIS = "terminated_for_crisis"


class Category(StrEnum):
    """The policy's three categories (S5.3)."""

    ACTIVITY = "activity"
    ASSOCIATE = "associate"
    STRATEGIC = "strategic"


class Trigger(StrEnum):
    """What moves a partnership."""

    IDENTIFY = "identify"
    ASSESS = "assess"
    BEGIN_ACTIVITY = "begin_activity"
    BEGIN_ASSOCIATE = "begin_associate"
    BEGIN_STRATEGIC = "begin_strategic"
    RENEW = "renew"
    BEGIN_TRANSITION = "begin_transition"
    EXTEND = "extend"
    EXIT = "exit"
    DECLINE = "decline"
    TERMINATE_FOR_CRISIS = "terminate_for_crisis"
    REIDENTIFY = "reidentify"


class Role(StrEnum):
    """What an actor may hold; all but the last belong to IMS."""

    PROGRAMME_MANAGER = "programme_manager"
    DIRECTOR = "director"
    COMMITTEE = "committee"
    SAFEGUARDING = "safeguarding"
    FINANCE = "finance"
    AUDITOR = "auditor"
    SERVICE = "service"
    PARTNER_REPRESENTATIVE = "partner_representative"


class RecordKind(StrEnum):
    """What people put on a partnership's file."""

    PARTNER_PROFILE = "partner_profile"
    ARRANGEMENT = "arrangement"
    REGISTER_ENTRY = "register_entry"
    CONTEXT_ANALYSIS = "context_analysis"
    STAKEHOLDER_MAPPING = "stakeholder_mapping"
    SELECTION = "selection"
    ASSESSMENT = "assessment"
    INCLUSION_COMMITMENT = "inclusion_commitment"
    STRATEGIC_IMPORTANCE = "strategic_importance"
    AGREEMENT = "agreement"
    EXIT_DIALOGUE = "exit_dialogue"
    SUSTAINABILITY_REVIEW = "sustainability_review"
    RENEWAL_NOTE = "renewal_note"
    TRANSITION_PLAN = "transition_plan"
    POSITION = "position"
    CRISIS_CASE = "crisis_case"
    CRISIS_RECOMMENDATION = "crisis_recommendation"
    CRISIS_CLOSURE = "crisis_closure"
    INTEGRITY_CLEARANCE = "integrity_clearance"
    EXCEPTION = "exception"
    RELATION = "relation"
    COMMENT = "comment"
    PROMPT_ANSWER = "prompt_answer"


class PromptKind(StrEnum):
    """What people are asked for when its day comes (L7)."""

    SUSTAINABILITY_REVIEW = "sustainability_review"
    EXIT_DIALOGUE = "exit_dialogue"
    ENDLINE_NOTICE = "endline_notice"
    ENDLINE_PASSED = "endline_passed"
    GOALS_REACHED = "goals_reached"
    NO_ADDED_VALUE = "no_added_value"
    PLAN_STEP = "plan_step"
    TRANSITION_CHECK_IN = "transition_check_in"
    AGREEMENT_ENDING = "agreement_ending"
    NO_LONGER_MEETS = "no_longer_meets"
    REVIEW_STALE = "review_stale"
    EXIT_FOLLOW_UP = "exit_follow_up"


class PromptStatus(StrEnum):
    """What became of a prompt."""

    OPEN = "open"
    ANSWERED = "answered"
    ESCALATED = "escalated"
    MISSED = "missed"


class EntryType(StrEnum):
    """What an entry of the history is."""

    IDENTIFICATION = "identification"
    RECORD = "record"
    TRANSITION = "transition"
    PROMPT = "prompt"
    OPENING = "opening"
    WITHDRAWAL = "withdrawal"
    REVERSAL = "reversal"
    TAKEOVER = "takeover"
    ERASURE = "erasure"


ACTIVE_STATE: dict[Category, State] = {
    Category.ACTIVITY: State.ACTIVE_ACTIVITY,
    Category.ASSOCIATE: State.ACTIVE_ASSOCIATE,
    Category.STRATEGIC: State.STRATEGIC,
}
CATEGORY_OF: dict[State, Category] = {state: category for category, state in ACTIVE_STATE.items()}
ACTIVE_STATES = frozenset(CATEGORY_OF)
LIVE_STATES = ACTIVE_STATES | {State.TRANSITIONING}
ENDED_STATES = frozenset({State.EXITED, State.TERMINATED_FOR_CRISIS})
BEGINNINGS: dict[Trigger, Category] = {
    Trigger.BEGIN_ACTIVITY: Category.ACTIVITY,
    Trigger.BEGIN_ASSOCIATE: Category.ASSOCIATE,
    Trigger.BEGIN_STRATEGIC: Category.STRATEGIC,
}
CONTINUATIONS = frozenset({Trigger.RENEW, Trigger.EXTEND})
ENTRIES = frozenset(BEGINNINGS) | CONTINUATIONS

PROGRAMME = (Role.PROGRAMME_MANAGER, Role.DIRECTOR)
RECORDING_ROLES = frozenset(
    {Role.PROGRAMME_MANAGER, Role.DIRECTOR, Role.COMMITTEE, Role.SAFEGUARDING, Role.FINANCE}
)

CRISIS_KINDS = frozenset(
    {RecordKind.CRISIS_CASE, RecordKind.CRISIS_RECOMMENDATION, RecordKind.CRISIS_CLOSURE}
)
SEALED_KINDS = CRISIS_KINDS | {RecordKind.INTEGRITY_CLEARANCE}
HELD_KINDS = frozenset({RecordKind.EXIT_DIALOGUE, RecordKind.SUSTAINABILITY_REVIEW})
"""What both sides hold again and again: the one held last counts, whenever it was recorded."""
PARTNER_KINDS = frozenset(
    {
        RecordKind.POSITION,
        RecordKind.EXIT_DIALOGUE,
        RecordKind.SUSTAINABILITY_REVIEW,
        RecordKind.COMMENT,
        RecordKind.PROMPT_ANSWER,
        RecordKind.CRISIS_CASE,
    }
)
