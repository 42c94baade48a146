"""House rules: where the policy is silent. Each is a setting of the policy object with its default."""

from __future__ import annotations

from partnerships.lifecycle.clauses.clause import Clause, Strength

HOUSE_RULES = (
    Clause(
        "L1",
        Strength.HOUSE_RULE,
        ("G",),
        "Declining a partner that was identified or assessed needs a reason.",
    ),
    Clause(
        "L2",
        Strength.HOUSE_RULE,
        ("G",),
        "Each decision and each record belongs to certain roles, and whoever wrote what a decision rests on "
        "leaves that decision to somebody else; an auditor decides nothing.",
    ),
    Clause(
        "L3",
        Strength.HOUSE_RULE,
        ("G",),
        "A crisis termination or closure takes two people: safeguarding recommends it for this case, and a "
        "director who neither recommended it nor raised the case decides.",
        held_by=("check of doctor: at least two directors",),
    ),
    Clause(
        "L4",
        Strength.HOUSE_RULE,
        ("G",),
        "Crisis evidence is sealed; safeguarding and the decider of the case alone open it, and every "
        "attempt to open it is logged.",
    ),
    Clause(
        "L5",
        Strength.HOUSE_RULE,
        ("G",),
        "An exception excuses one version of a record, and its author neither wrote that version nor takes "
        "the decision that rests on it.",
    ),
    Clause(
        "L6",
        Strength.HOUSE_RULE,
        ("G", "W"),
        "A partner that comes back starts a new cycle with a new file; after a crisis it also needs an "
        "integrity clearance, and under another partnership it is flagged.",
        held_by=("record integrity_clearance",),
    ),
    Clause(
        "L7",
        Strength.HOUSE_RULE,
        ("P",),
        "Reviews, notices, check-ins and follow-ups keep a rhythm: every 6 months a review of a strategic "
        "partner; 90, 30 and 7 days ahead a notice of an endline; monthly check-ins in transition; 6 months "
        "after exit a follow-up; an answer within 14 days.",
        held_by=(
            "prompt sustainability_review",
            "prompt endline_notice",
            "prompt transition_check_in",
            "prompt exit_follow_up",
            "prompt review_stale",
        ),
    ),
    Clause(
        "L8",
        Strength.HOUSE_RULE,
        ("W",),
        "An activity planned for more than 36 months is longer than middle length and is warned of under "
        "S5.8.",
    ),
    Clause(
        "L9",
        Strength.HOUSE_RULE,
        ("G", "D"),
        "Nothing takes effect in the future, and no transition before the one it follows; what is dated "
        "back far, or across an endline, is listed among the exceptions.",
        held_by=("report exceptions",),
    ),
    Clause(
        "L10",
        Strength.HOUSE_RULE,
        ("G",),
        "A service account prompts and finds; it decides nothing.",
    ),
    Clause(
        "L11",
        Strength.HOUSE_RULE,
        ("G",),
        "While a crisis case is open, nothing begins, is renewed or extended, and no agreement is added.",
    ),
    Clause(
        "L12",
        Strength.HOUSE_RULE,
        ("G",),
        "A transition plan says whether the exit would close the partner.",
        held_by=("record transition_plan.exit_would_close_partner",),
    ),
    Clause(
        "L13",
        Strength.HOUSE_RULE,
        ("G",),
        "A partner's profile is complete before the partner is assessed.",
        held_by=("record partner_profile",),
    ),
)
