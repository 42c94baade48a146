"""Section 5: the three categories, and written agreements."""

from __future__ import annotations

from partnerships.lifecycle.clauses.clause import Clause, Strength

ENGAGEMENT = (
    Clause(
        "S5.1",
        Strength.SHOULD,
        ("D",),
        "Partnerships live on trust, integrity, solidarity, dialogue and accounts that both sides give each "
        "other.",
        held_by=("the partner's own view of its partnership",),
    ),
    Clause(
        "S5.2",
        Strength.FACT,
        (),
        "Power is unevenly spread between the two sides, and no partnership is like another.",
        held_by=("record comment",),
    ),
    Clause(
        "S5.3",
        Strength.MUST,
        ("G",),
        "There are three categories and no fourth: strategic, activity, associate.",
        held_by=("type Category",),
    ),
    Clause(
        "S5.4",
        Strength.MUST,
        ("G",),
        "Strategic partners are media content producers or actors of the media ecosystem, no others.",
        held_by=("record partner_profile.type", "prompt no_longer_meets"),
    ),
    Clause(
        "S5.5",
        Strength.MUST,
        ("R", "G", "W"),
        "A strategic partner is a pillar of its media ecosystem, or drives media development or free "
        "expression where it is at home.",
        held_by=("record strategic_importance",),
    ),
    Clause(
        "S5.6",
        Strength.MAY,
        (),
        "A strategic partnership looks to viability and impact over years; contributions vary with the "
        "partner's needs.",
        held_by=("record agreement.contributions",),
    ),
    Clause(
        "S5.7",
        Strength.MAY,
        (),
        "An activity partnership is open to every type of partner.",
        held_by=("edge assessed -> active_activity",),
    ),
    Clause(
        "S5.8",
        Strength.MUST,
        ("R", "W"),
        "An activity partnership is about one activity, where the partner is at home, of short or middle "
        "length.",
        held_by=("record agreement.collaboration", "record agreement.starts_on"),
        reading="Middle length is not defined; L8 reads it as 36 months at most.",
    ),
    Clause(
        "S5.9",
        Strength.MUST,
        ("G",),
        "What IMS gives under an activity partnership goes to that very activity.",
        held_by=("record agreement.contributions",),
    ),
    Clause(
        "S5.10",
        Strength.MUST,
        ("G",),
        "An associate partner is an international organisation, joined for common action, a consortium or a "
        "strategy carried out in concert.",
        held_by=("record partner_profile.level", "record agreement.purpose"),
    ),
    Clause(
        "S5.11",
        Strength.MUST,
        ("R",),
        "An associate engagement is bound to a named activity, project or grant and its time.",
        held_by=("record agreement.collaboration",),
    ),
    Clause(
        "S5.12",
        Strength.MUST,
        ("G",),
        "Associates give each other no capacity development, in neither direction.",
        held_by=("record agreement.contributions",),
    ),
    Clause(
        "S5.13",
        Strength.FACT,
        (),
        "Associate activities frequently take place elsewhere than where the partner is at home.",
    ),
    Clause(
        "S5.14",
        Strength.MUST_NOT,
        ("D",),
        "Categories describe; no partner is worth more for being in one of them.",
        held_by=("test tests/scenarios/test_must_nots.py::test_no_category_outranks_another",),
    ),
    Clause(
        "S5.15",
        Strength.FACT,
        ("D",),
        "Effort differs by category, and long support for strategic partners has priority.",
        held_by=("report overview.effort",),
    ),
    Clause(
        "S5.16",
        Strength.MUST,
        ("G",),
        "Every collaboration rests on a written agreement that is clear, in force, and accepted on both "
        "sides.",
        held_by=(
            "record agreement.accepted",
            "prompt agreement_ending",
            "prompt endline_passed",
        ),
    ),
)
