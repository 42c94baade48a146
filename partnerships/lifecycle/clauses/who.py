"""Section 3: who can be a partner."""

from __future__ import annotations

from partnerships.lifecycle.clauses.clause import Clause, Strength

WHO = (
    Clause(
        "S3.1",
        Strength.FACT,
        ("R",),
        "Partners lead in media or in civil society, at any level, and their strategic interests meet IMS's "
        "own.",
        held_by=("record partner_profile",),
    ),
    Clause(
        "S3.2",
        Strength.FACT,
        (),
        "A first type makes or distributes journalism in the public interest, in whatever form.",
        held_by=("type PartnerType", "record partner_profile.type"),
    ),
    Clause(
        "S3.3",
        Strength.FACT,
        (),
        "A second type works on the environment of the media: development, advocacy, law, safety, "
        "associations, research, training.",
        held_by=("type PartnerType", "record partner_profile.type"),
    ),
    Clause(
        "S3.4",
        Strength.FACT,
        (),
        "A third type is civil society whose own focus lies elsewhere but whose work serves common goals.",
        held_by=("type PartnerType", "record partner_profile.type"),
    ),
    Clause(
        "S3.5",
        Strength.FACT,
        (),
        "A fourth type is everybody else: public institutions, bodies of the United Nations, initiatives of "
        "many stakeholders.",
        held_by=("type PartnerType", "record partner_profile.type"),
    ),
    Clause(
        "S3.6",
        Strength.MUST,
        ("G",),
        "A partner commits itself to coverage that includes all genders, minorities and people at the "
        "margins.",
        held_by=("record inclusion_commitment",),
    ),
    Clause(
        "S3.7",
        Strength.SHOULD,
        ("W",),
        "A partner who changes gender relations for the better, or wishes to, is sought.",
        held_by=("record inclusion_commitment.gender_transformative",),
    ),
    Clause(
        "S3.8",
        Strength.MAY,
        (),
        "Any legal form will do: non-profit, company, loose group, public or partly public body.",
        held_by=("type LegalForm", "record partner_profile.legal_form"),
    ),
    Clause(
        "S3.9",
        Strength.SHOULD,
        ("W",),
        "A partner who is formally registered is preferred.",
        held_by=("record partner_profile.registered", "record partner_profile.registration_note"),
    ),
    Clause(
        "S3.10",
        Strength.MUST_NOT,
        ("G",),
        "Nobody is turned away for having no registration, which circumstances may rule out.",
        held_by=(
            "test tests/scenarios/test_must_nots.py::test_no_transition_refuses_an_unregistered_partner",
        ),
    ),
    Clause(
        "S3.11",
        Strength.FACT,
        (),
        "Partners work locally, nationally, across a region or internationally.",
        held_by=("type Level", "record partner_profile.level"),
    ),
)
