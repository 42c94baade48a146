"""Every kind of record as a typed model."""

from __future__ import annotations

from partnerships.lifecycle.records.agreement import Agreement
from partnerships.lifecycle.records.crisis import (
    CrisisCase,
    CrisisClosure,
    CrisisRecommendation,
    IntegrityClearance,
)
from partnerships.lifecycle.records.fields import Body
from partnerships.lifecycle.records.identification import (
    Assessment,
    ContextAnalysis,
    InclusionCommitment,
    Selection,
    StakeholderMapping,
    StrategicImportance,
)
from partnerships.lifecycle.records.partner import Arrangement, PartnerProfile, RegisterEntry, Relation
from partnerships.lifecycle.records.remarks import Comment, Exception_, PromptAnswer
from partnerships.lifecycle.records.sustainability import (
    ExitDialogue,
    Position,
    RenewalNote,
    SustainabilityReview,
    TransitionPlan,
)

BODIES: dict[str, type[Body]] = {
    model.kind: model
    for model in (
        PartnerProfile,
        Arrangement,
        RegisterEntry,
        ContextAnalysis,
        StakeholderMapping,
        Selection,
        Assessment,
        InclusionCommitment,
        StrategicImportance,
        Agreement,
        ExitDialogue,
        SustainabilityReview,
        RenewalNote,
        TransitionPlan,
        Position,
        CrisisCase,
        CrisisRecommendation,
        CrisisClosure,
        IntegrityClearance,
        Exception_,
        Relation,
        Comment,
        PromptAnswer,
    )
}
"""Each record kind's model, by its name in the contract."""

AUTHORED = frozenset(kind for kind, model in BODIES.items() if model.authored)
"""The kinds that have authors (L2)."""

__all__ = [
    "AUTHORED",
    "BODIES",
    "Agreement",
    "Arrangement",
    "Assessment",
    "Body",
    "Comment",
    "ContextAnalysis",
    "CrisisCase",
    "CrisisClosure",
    "CrisisRecommendation",
    "Exception_",
    "ExitDialogue",
    "InclusionCommitment",
    "IntegrityClearance",
    "PartnerProfile",
    "Position",
    "PromptAnswer",
    "RegisterEntry",
    "Relation",
    "RenewalNote",
    "Selection",
    "StakeholderMapping",
    "StrategicImportance",
    "SustainabilityReview",
    "TransitionPlan",
]
