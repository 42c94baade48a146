"""Complete bodies for every record kind, and what a complete file holds before each decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

Json = dict[str, Any]

NAME = "Example Radio (fictional)"


def plus(day: str, *, days: int = 0, months: int = 0) -> str:
    """A day so many months (clamped to the month's end) and then days later."""
    start = date.fromisoformat(day)
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return (date(year, month, min(start.day, last)) + timedelta(days=days)).isoformat()


def both_accept(day: str) -> list[Json]:
    return [
        {"party": "ims", "by": "director-1", "on": day},
        {"party": "partner", "by": "partner-1", "on": day},
    ]


def agreement(day: str, category: str) -> Json:
    body: Json = {
        "reference": "a-1",
        "form": "partnership_agreement",
        "category": category,
        "collaboration": "A series on local budgets",
        "starts_on": day,
        "ends_on": plus(day, months=12, days=-1),
        "funded": True,
        "contributions": [
            {
                "kind": "funding",
                "given_by": "ims",
                "for_collaboration": True,
                "amount": "10000.00",
                "currency": "EUR",
            }
        ],
        "accepted": both_accept(day),
        "endline_acknowledged_on": day,
        "local_priority_note": "Asked for by local editors",
    }
    if category == "associate":
        body["purpose"] = "joint_action"
    return body


def _dimension(words: str) -> Json:
    return {"rating": 3, "narrative": words}


BOTH_SIDES = [{"party": "ims", "name": "pm-1"}, {"party": "partner", "name": "partner-1"}]

# A complete body for each kind, as of the day it takes effect: nothing in it is refused or draws a warning.
BODIES: dict[str, Callable[[str], Json]] = {
    "partner_profile": lambda day: {
        "name": NAME,
        "type": "media_content_production",
        "legal_form": "ngo",
        "registered": True,
        "level": "national",
        "country": "KE",
    },
    "arrangement": lambda day: {"responsible": "pm-1", "deputy": "pm-2"},
    "register_entry": lambda day: {
        "source": "a-register",
        "source_digest": "0" * 64,
        "reference": "r-1",
        "title": "A registered activity",
        "status": "running",
        "starts_on": "2020-01-01",
        "ends_on": "2020-12-31",
    },
    "context_analysis": lambda day: {
        "setting": "Nairobi",
        "country": "KE",
        "conducted_on": day,
        "occasion": "new_setting",
        "stability": "stable",
        "media_sector": "strong",
        "participants": ["An association of editors"],
        "power_analysis": "Rural listeners are not heard",
    },
    "stakeholder_mapping": lambda day: {
        "conducted_on": day,
        "candidates": [NAME],
        "participants": ["An association of editors"],
        "duplication_note": "Nobody else does this here",
    },
    "selection": lambda day: {
        "modality": "curated",
        "justification": "Reaches listeners whom others do not",
        "portfolio_as_of": day,
    },
    "assessment": lambda day: {
        "conducted_on": day,
        "relevance": "Fits the programme",
        "potential": "Has changed local reporting before",
        "portfolio_relevance": "The only rural outlet",
        "feasibility": "Can be done with the staff there is",
        "dei_agreed_on": day,
        "added_value_partner": "Training",
        "added_value_ims": "Reach",
    },
    "inclusion_commitment": lambda day: {
        "committed_on": day,
        "text": "Covers minorities and women",
        "gender_transformative": "contributes",
    },
    "strategic_importance": lambda day: {
        "basis": "ecosystem_pillar",
        "reason": "Carries the local ecosystem",
    },
    "exit_dialogue": lambda day: {
        "held_on": day,
        "participants": BOTH_SIDES,
        "endline_view": "Five years",
        "sustainability_view": "Own income grows",
    },
    "sustainability_review": lambda day: {
        "held_on": day,
        "participants": BOTH_SIDES,
        "added_value_partner": "Yes",
        "added_value_ims": "Yes",
        "goals_reached": "some",
        "income": _dimension("Two sources"),
        "governance": _dimension("A board"),
        "administration": _dimension("One bookkeeper"),
        "finances": _dimension("Audited"),
        "introductions": ["A network"],
        "conclusion": "continue",
    },
    "renewal_note": lambda day: {
        "written_on": day,
        "outcomes_meaningful": "Listeners act on what they hear",
        "value_for_money": "Cheaper than the alternative",
        "funding": {
            "status": "secured",
            "source": "grant-7",
            "confirmed_by": "finance-1",
            "confirmed_on": day,
        },
        "exit_would_close_partner": False,
    },
    "transition_plan": lambda day: {
        "kind": "exit",
        "cause": "goals_reached",
        "lead_ims": "pm-1",
        "lead_partner": "partner-1",
        "exit_would_close_partner": False,
        "steps": [
            {"what": "Hand over the archive", "owner": "ims", "due_on": day, "done_on": day},
            {"what": "Find another donor", "owner": "partner", "due_on": day, "outcome": "Found one"},
        ],
        "participants": ["The editorial board"],
    },
    "position": lambda day: {"party": "ims", "stance": "agreed", "text": "The end is understood"},
    "crisis_case": lambda day: {
        "ground": "ethics",
        "agreement_clause": "12.1",
        "sealed": {"summary": "Kept apart"},
    },
    "crisis_recommendation": lambda day: {"advice": "terminate", "recommended_on": day, "text": "Grave"},
    "crisis_closure": lambda day: {"closed_on": day, "result": "unfounded", "text": "Nothing in it"},
    "integrity_clearance": lambda day: {"cleared_on": day, "text": "Looked into again"},
    "exception": lambda day: {
        "clause": "S4.11",
        "reason": "The partners asked for an open process themselves",
    },
    "relation": lambda day: {"to": "p-other", "how": "same_consortium"},
    "comment": lambda day: {"about": 1, "text": "Seen"},
    "prompt_answer": lambda day: {"prompt": "none-such", "text": "Done"},
}
RECORDED_BY = {
    "assessment": "pm-2",
    "crisis_recommendation": "safeguarding-1",
    "integrity_clearance": "safeguarding-1",
    "crisis_closure": "director-1",
    "exception": "director-2",
}
DECIDED_BY = {"assess": "pm-1", "reidentify": "pm-1"}

# What a complete file holds before each decision: (name for overrides, kind, fields unlike the default).
NEEDED: dict[str, list[tuple[str, str, Json]]] = {
    "assess": [
        (kind, kind, {}) for kind in ("context_analysis", "stakeholder_mapping", "selection", "assessment")
    ],
    "begin_activity": [
        ("inclusion_commitment", "inclusion_commitment", {}),
        ("agreement", "agreement", {"category": "activity"}),
    ],
    "begin_associate": [
        ("inclusion_commitment", "inclusion_commitment", {}),
        ("agreement", "agreement", {"category": "associate"}),
    ],
    "begin_strategic": [
        ("inclusion_commitment", "inclusion_commitment", {}),
        ("strategic_importance", "strategic_importance", {}),
        ("exit_dialogue", "exit_dialogue", {}),
        ("agreement", "agreement", {"category": "strategic"}),
    ],
    "begin_transition": [
        ("sustainability_review", "sustainability_review", {}),
        ("transition_plan", "transition_plan", {}),
    ],
    "exit": [
        ("ims_position", "position", {"party": "ims"}),
        ("partner_position", "position", {"party": "partner"}),
    ],
    "terminate_for_crisis": [
        ("crisis_case", "crisis_case", {}),
        ("crisis_recommendation", "crisis_recommendation", {}),
    ],
    "decline": [],
    "reidentify": [],
}
