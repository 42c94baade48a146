"""What the story's people write: bodies of records, as short as they may be."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]
COUNTRY = "MW"


def analysis(day: str) -> Body:
    """Return a context analysis of a fragile setting."""
    return {
        "setting": "Communities along a river that floods every year",
        "country": COUNTRY,
        "conducted_on": day,
        "occasion": "new_setting",
        "stability": "fragile",
        "media_sector": "weak",
        "participants": ["a journalists' union", "two community listening clubs"],
        "power_analysis": "Fishing families and people displaced by floods are seldom heard.",
    }


def mapping(day: str, *candidates: str) -> Body:
    """Return a stakeholder mapping of `candidates`."""
    return {
        "conducted_on": day,
        "candidates": list(candidates),
        "participants": ["a journalists' union"],
        "duplication_note": "Nobody else supports local flood reporting here.",
    }


def selection(day: str) -> Body:
    """Return a curated selection with its justification."""
    return {
        "modality": "curated",
        "justification": "The union and the clubs both named it as the one people turn to.",
        "portfolio_as_of": day,
    }


def assessment(day: str, **changes: Any) -> Body:
    """Return an assessment that answers every criterion; `changes` replaces answers."""
    return {
        "conducted_on": day,
        "relevance": "Early warning and public debate are what the programme is for.",
        "potential": "Its bulletins already change what villages do before a flood.",
        "portfolio_relevance": "It adds local reporting that the portfolio lacks.",
        "comparative_advantage": "It alone reaches the islands.",
        "feasibility": "A small team with a clear plan.",
        "dei_agreed_on": day,
        "added_value_partner": "Safety training and peers in other countries.",
        "added_value_ims": "Knowledge of the river communities.",
        **changes,
    }


def commitment(day: str) -> Body:
    """Return an inclusion commitment."""
    return {
        "committed_on": day,
        "text": "Every weekly programme carries voices of women and of displaced people.",
        "gender_transformative": "aspires",
    }


def agreement(
    reference: str, category: str, starts_on: str, ends_on: str, signed_on: str, **more: Any
) -> Body:
    """Return an agreement that both sides accepted and whose endline both know."""
    return {
        "reference": reference,
        "form": "partnership_agreement",
        "category": category,
        "collaboration": "Flood bulletins on air",
        "starts_on": starts_on,
        "ends_on": ends_on,
        "funded": True,
        "contributions": [
            {
                "kind": "funding",
                "given_by": "ims",
                "for_collaboration": True,
                "amount": "40000",
                "currency": "EUR",
            }
        ],
        "accepted": [
            {"party": "ims", "by": "director-1", "on": signed_on},
            {"party": "partner", "by": "editor-1", "on": signed_on},
        ],
        "endline_acknowledged_on": signed_on,
        **more,
    }


def renewal_note(day: str, *, secured: bool) -> Body:
    """Return a renewal note, its funding secured or only applied for."""
    funding: Body = {"status": "applied_for", "source": "a regional media fund"}
    if secured:
        funding |= {"status": "secured", "confirmed_by": "finance-1", "confirmed_on": day}
    return {
        "written_on": day,
        "outcomes_meaningful": "Three districts now act on its warnings.",
        "value_for_money": "One studio serves forty villages.",
        "funding": funding,
        "exit_would_close_partner": False,
    }


def review(day: str, conclusion: str) -> Body:
    """Return a sustainability review in which both sides took part."""
    return {
        "held_on": day,
        "participants": [{"party": "ims", "name": "pm-2"}, {"party": "partner", "name": "editor-1"}],
        "added_value_partner": "Advertising income has begun to grow.",
        "added_value_ims": "Its method is used in two other countries.",
        "goals_reached": "some",
        "income": {"rating": 3, "narrative": "A third is earned locally."},
        "governance": {"rating": 4, "narrative": "A board of listeners meets."},
        "administration": {"rating": 3, "narrative": "One person keeps the office."},
        "finances": {"rating": 3, "narrative": "Books are audited yearly."},
        "introductions": ["a network of community stations"],
        "conclusion": conclusion,
    }


def plan(due_on: str, *, both: bool = True, done_on: str | None = None) -> Body:
    """Return a transition plan, of both sides or of IMS alone; with `done_on` its steps are done."""
    done: Body = {"done_on": done_on, "outcome": "done as planned"} if done_on else {}
    steps = [{"what": "Hand over the training material", "owner": "ims", "due_on": due_on, **done}]
    if both:
        steps.append({"what": "Sign up local advertisers", "owner": "partner", "due_on": due_on, **done})
    return {
        "kind": "exit",
        "cause": "funding_ended",
        "lead_ims": "pm-2",
        "lead_partner": "editor-1" if both else None,
        "exit_would_close_partner": False,
        "steps": steps,
        "participants": ["the board of listeners"] if both else ["pm-2"],
    }


def position(party: str, stance: str, text: str) -> Body:
    """Return one side's position on the exit."""
    return {"party": party, "stance": stance, "text": text}
