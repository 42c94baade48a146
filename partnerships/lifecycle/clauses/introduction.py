"""Sections 1 and 2: what the policy is, and why there are partnerships."""

from __future__ import annotations

from partnerships.lifecycle.clauses.clause import Clause, Strength

INTRODUCTION = (
    Clause(
        "S1.1",
        Strength.FACT,
        (),
        "The policy sets out how IMS engages with partners; guidelines and templates belong to it.",
        held_by=("policy version in every history entry", "field documents of every record"),
        reading="In force from the day of its adoption, 2023-10-27; earlier days are judged under it and "
        "marked.",
    ),
    Clause(
        "S2.1",
        Strength.FACT,
        (),
        "The goals are out of reach without actors, local and international, who think alike.",
    ),
    Clause(
        "S2.2",
        Strength.SHOULD,
        ("R", "W"),
        "People whom the work concerns take part in it and own their agenda, from identification to "
        "transition.",
        held_by=(
            "record context_analysis.participants",
            "record stakeholder_mapping.participants",
            "record transition_plan.participants",
        ),
    ),
    Clause(
        "S2.3",
        Strength.SHOULD,
        ("D",),
        "Agenda, plans and work are in the hands of local media and local civil society first of all.",
        held_by=("report overview.localisation",),
    ),
    Clause(
        "S2.4",
        Strength.SHOULD,
        ("W", "D"),
        "A partnership with an international organisation serves local priorities and spares local actors "
        "extra load.",
        held_by=(
            "record agreement.local_priority_note",
            "report overview.requests",
        ),
    ),
)
