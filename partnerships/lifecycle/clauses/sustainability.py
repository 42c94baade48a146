"""Section 6: renewal, sustainability, transition and exit."""

from __future__ import annotations

from partnerships.lifecycle.clauses.clause import Clause, Strength

SUSTAINABILITY = (
    Clause(
        "S6.1",
        Strength.FACT,
        ("P",),
        "No partnership is meant to last for ever or to stand still.",
        held_by=("prompt sustainability_review",),
    ),
    Clause(
        "S6.2",
        Strength.MAY,
        (),
        "Two sides can start with an activity to learn to trust each other and grow into a strategic "
        "partnership.",
        held_by=("edge active_activity -> strategic",),
    ),
    Clause(
        "S6.3",
        Strength.MAY,
        (),
        "A partnership can be strategic from its first day.",
        held_by=("edge assessed -> strategic",),
        reading="The policy nowhere says so; it nowhere asks for an activity first either.",
    ),
    Clause(
        "S6.4",
        Strength.MAY,
        (),
        "Money may be part of it at times, and at times a memorandum and common goals are all there is.",
        held_by=("record agreement.funded", "record agreement.form"),
    ),
    Clause(
        "S6.5",
        Strength.SHOULD,
        ("P",),
        "In every category, IMS steps back once what both wanted is achieved.",
        held_by=(
            "record sustainability_review.goals_reached",
            "prompt goals_reached",
        ),
    ),
    Clause(
        "S6.6",
        Strength.SHOULD,
        ("P",),
        "IMS steps back, too, once one side's part in it brings nothing any more.",
        held_by=(
            "record sustainability_review.added_value_partner",
            "record sustainability_review.added_value_ims",
            "prompt no_added_value",
        ),
    ),
    Clause(
        "S6.7",
        Strength.SHOULD,
        ("R", "P", "W"),
        "Both sides work at depending on each other less with time, and look at it together.",
        held_by=(
            "record sustainability_review",
            "prompt sustainability_review",
            "prompt review_stale",
        ),
    ),
    Clause(
        "S6.8",
        Strength.SHOULD,
        (),
        "A review looks at income from more than one source.",
        held_by=("record sustainability_review.income",),
    ),
    Clause(
        "S6.9",
        Strength.SHOULD,
        (),
        "A review looks at how firm governance, administration and finances are, each on its own.",
        held_by=(
            "record sustainability_review.governance",
            "record sustainability_review.administration",
            "record sustainability_review.finances",
        ),
    ),
    Clause(
        "S6.10",
        Strength.SHOULD,
        ("R", "D"),
        "IMS opens doors for partners: to business, to networks abroad, to platforms.",
        held_by=(
            "record sustainability_review.introductions",
            "report overview.introductions",
        ),
    ),
    Clause(
        "S6.11",
        Strength.FACT,
        (),
        "At times an exit means the end of the partner itself.",
        held_by=("record transition_plan.exit_would_close_partner",),
    ),
    Clause(
        "S6.12",
        Strength.MAY,
        ("G",),
        "IMS can then go on, while what comes of it still means something where the partner works.",
        held_by=("record renewal_note.outcomes_meaningful",),
        reading="Asked at every renewal and extension, not only where an exit would close the partner.",
    ),
    Clause(
        "S6.13",
        Strength.MUST,
        ("G",),
        "Going on is weighed against what it costs.",
        held_by=("record renewal_note.value_for_money",),
        reading="Asked at every renewal and extension, not only where an exit would close the partner.",
    ),
    Clause(
        "S6.14",
        Strength.MUST,
        ("G",),
        "Going on needs money that is certain, or an agreement that needs none.",
        held_by=("record renewal_note.funding",),
        reading="Asked at every renewal and extension; money counts as secured once somebody confirmed its "
        "source, never while it is applied for.",
    ),
    Clause(
        "S6.15",
        Strength.MUST,
        ("G",),
        "These considerations are written down in a renewal note.",
        held_by=("record renewal_note",),
        reading="The policy ties notes to the case where an exit would close the partner; we ask for one at "
        "every renewal and extension.",
    ),
    Clause(
        "S6.16",
        Strength.NORMALLY,
        ("G",),
        "An activity or associate agreement names its end from the start, or says why there is none.",
        held_by=("record agreement.ends_on", "record agreement.no_endline_reason"),
    ),
    Clause(
        "S6.17",
        Strength.MUST,
        ("R",),
        "Both sides know when it ends.",
        held_by=("record agreement.endline_acknowledged_on",),
        reading="Read as a day of its own on which the partner acknowledged the end, beside accepting the "
        "agreement.",
    ),
    Clause(
        "S6.18",
        Strength.MUST,
        ("G", "P", "D"),
        "What an activity or associate agreement covered goes on after its end only through a renewal.",
        held_by=(
            "overdue list of the portfolio",
            "prompt endline_notice",
            "prompt endline_passed",
        ),
    ),
    Clause(
        "S6.19",
        Strength.FACT,
        (),
        "Exits and transitions take different forms in different categories.",
        held_by=("record transition_plan.kind", "record transition_plan.cause"),
    ),
    Clause(
        "S6.20",
        Strength.MUST,
        ("G",),
        "Before an exit both sides share one view of where the partnership goes, and agree to it.",
        held_by=("record position", "record exception"),
        reading="Where the partner disagrees, a second person's exception is needed; where it cannot be "
        "reached, two attempts stand in for its word.",
    ),
    Clause(
        "S6.21",
        Strength.MUST,
        ("G",),
        "The way out, or into another relation, is planned and carried out by all sides, with each of them "
        "leading.",
        held_by=(
            "record transition_plan",
            "record exception",
            "prompt plan_step",
            "prompt transition_check_in",
        ),
        reading="Read as a lead and a step owned on each side; where the partner cannot be reached, two "
        "attempts stand in for its part.",
    ),
    Clause(
        "S6.22",
        Strength.SHOULD,
        ("W", "P"),
        "Strategic partners talk about the end and about sustainability from early on.",
        held_by=("record exit_dialogue", "prompt exit_dialogue"),
    ),
    Clause(
        "S6.23",
        Strength.SHOULD,
        ("P", "D"),
        "They come back to it regularly and get ready, step by step, for an end or for something else.",
        held_by=(
            "prompt sustainability_review",
            "prompt plan_step",
            "prompt transition_check_in",
            "report overview.exit_dialogues",
        ),
    ),
    Clause(
        "S6.24",
        Strength.FACT,
        (),
        "Managing a crisis can be a way out as well.",
        held_by=("type State", "edge terminate_for_crisis"),
    ),
    Clause(
        "S6.25",
        Strength.MUST,
        ("G",),
        "A crisis termination names its ground: ethics, corruption, sexual exploitation, abuse or "
        "harassment, or another one in words.",
        held_by=("record crisis_case.ground", "record crisis_case.ground_text"),
    ),
    Clause(
        "S6.26",
        Strength.MAY,
        (),
        "IMS is bound by those principles itself; a breach can end a partnership and need not.",
        held_by=("edge terminate_for_crisis", "record crisis_closure"),
    ),
    Clause(
        "S6.27",
        Strength.FACT,
        ("W",),
        "The partnership agreement holds the detail of it.",
        held_by=("record crisis_case.agreement_clause",),
    ),
    Clause(
        "S6.28",
        Strength.FACT,
        (),
        "A guide on responsible exits is announced; nothing here guesses at it.",
    ),
)
