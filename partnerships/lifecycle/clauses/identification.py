"""Section 4: how partners are identified and selected."""

from __future__ import annotations

from partnerships.lifecycle.clauses.clause import Clause, Strength

IDENTIFICATION = (
    Clause(
        "S4.1",
        Strength.FACT,
        ("R",),
        "Looking for partners mostly starts with a new setting, a new phase, an emergency or a political "
        "upheaval.",
        held_by=("record context_analysis.occasion",),
    ),
    Clause(
        "S4.2",
        Strength.FACT,
        (),
        "How it goes depends on what is known already, on contacts, on access and on the change aimed for.",
        held_by=("record context_analysis.setting",),
    ),
    Clause(
        "S4.3",
        Strength.MUST,
        ("G", "W"),
        "A context analysis comes first, whatever the case; for a local or national partner, of its own "
        "country.",
        held_by=("record context_analysis",),
    ),
    Clause(
        "S4.4",
        Strength.MUST,
        ("G", "W"),
        "Stakeholders are mapped, whatever the case, and those who could become partners are named.",
        held_by=("record stakeholder_mapping",),
    ),
    Clause(
        "S4.5",
        Strength.SHOULD,
        ("W",),
        "The analysis looks at power as well: who is marginalised, who is reached too little.",
        held_by=("record context_analysis.power_analysis",),
    ),
    Clause(
        "S4.6",
        Strength.SHOULD,
        ("W",),
        "Those who work in media or for free expression take part in analysing and mapping.",
        held_by=("record context_analysis.participants", "record stakeholder_mapping.participants"),
    ),
    Clause(
        "S4.7",
        Strength.SHOULD,
        ("R", "W"),
        "Work that others do already is not done again.",
        held_by=("record stakeholder_mapping.duplication_note",),
    ),
    Clause(
        "S4.8",
        Strength.FACT,
        ("D",),
        "The portfolio mostly mixes partners, categories, levels and sectors, those who owe rights and "
        "those who hold them.",
        held_by=("report overview.mix",),
    ),
    Clause(
        "S4.9",
        Strength.MAY,
        (),
        "An open call can be chosen, so that all can see how partners are found.",
        held_by=("record selection.modality",),
    ),
    Clause(
        "S4.10",
        Strength.SHOULD,
        ("W",),
        "Where conflict, distrust or a frail sector mark the context, partners are curated or called in "
        "private.",
        held_by=("record selection.modality",),
    ),
    Clause(
        "S4.11",
        Strength.NORMALLY,
        ("G",),
        "There an open call is no sensible choice: it can put reputations, safety and lives at risk.",
        held_by=("record exception",),
        reading="Stated as frequent, not as a ban: read as a refusal that a second person may lift with a "
        "reason.",
    ),
    Clause(
        "S4.12",
        Strength.SHOULD,
        ("W",),
        "Where the context is calm but the sector weak, small or absent, consultation suits better than an "
        "open call.",
        held_by=("record selection.modality",),
    ),
    Clause(
        "S4.13",
        Strength.MUST,
        ("G",),
        "Analysis and reflection come before any suggestion of a partner, however the partner was found.",
        held_by=("edge identified -> assessed",),
    ),
    Clause(
        "S4.14",
        Strength.MUST,
        ("R", "G"),
        "The reflections are on file and say why this partner was chosen.",
        held_by=("record selection.justification",),
    ),
    Clause(
        "S4.15",
        Strength.MUST,
        ("R", "G"),
        "Assessed: how the partner matters strategically where the programme works.",
        held_by=("record assessment.relevance",),
    ),
    Clause(
        "S4.16",
        Strength.MUST,
        ("R", "G"),
        "Assessed: whether the partner can bring, or could come to bring, results and change that lasts.",
        held_by=("record assessment.potential",),
    ),
    Clause(
        "S4.17",
        Strength.MUST,
        ("R", "G"),
        "Assessed: how the partner fits among all the others, as the portfolio stood on a day.",
        held_by=("record assessment.portfolio_relevance", "record selection.portfolio_as_of"),
    ),
    Clause(
        "S4.17a",
        Strength.MUST,
        ("G",),
        "Assessed where several could be chosen: what this one has over the rest.",
        held_by=("record assessment.comparative_advantage",),
    ),
    Clause(
        "S4.18",
        Strength.MUST,
        ("R", "G"),
        "Assessed: whether the partnership is sound and doable, and the day the partner agreed to "
        "diversity, equity and inclusion.",
        held_by=("record assessment.feasibility", "record assessment.dei_agreed_on"),
    ),
    Clause(
        "S4.19",
        Strength.MUST,
        ("R", "G"),
        "Assessed: what the partnership adds for the partner, and what it adds for IMS.",
        held_by=("record assessment.added_value_partner", "record assessment.added_value_ims"),
    ),
    Clause(
        "S4.20",
        Strength.FACT,
        (),
        "Together the criteria aim interventions at where IMS adds something and money is spent well.",
    ),
)
