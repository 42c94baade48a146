"""Explaining: every trigger from here, allowed or not, and what is missing for the next step, by clause."""

from __future__ import annotations

from typing import Any

from partnerships.errors import BadRequest
from partnerships.lifecycle.commands import Actor
from partnerships.lifecycle.decide import Explanation, explain
from partnerships.lifecycle.vocabulary import Role, Trigger
from partnerships.scheduler.context import Context
from partnerships.storage.ledger import Ledger
from partnerships.storage.unreadable import folded
from partnerships.workflows.arguments import Day, read_day
from partnerships.workflows.reading import load
from partnerships.workflows.viewer import Viewer

#: Holds every IMS role but auditor and service, and wrote nothing: its id is none that a person can have.
_ANYBODY = Actor.model_construct(
    id="",
    party="ims",
    roles=[
        str(role) for role in Role if role not in (Role.AUDITOR, Role.SERVICE, Role.PARTNER_REPRESENTATIVE)
    ],
    partnerships=None,
)


def why(
    ledger: Ledger, context: Context, id: str, viewer: Viewer, trigger: str | None = None, on: Day = None
) -> dict[str, Any]:
    """Give every trigger from here in the contract's shape; the same judgement as taking it."""
    partnership = load(ledger, id, viewer)
    named = _trigger(trigger)
    today = context.today(partnership)
    day = read_day(on, "on") or today
    newest = partnership.newest_on
    then = folded(id, ledger.entries(id), records_by=day) if newest is not None and day < newest else None
    explanations = explain(
        partnership,
        context.policy(day)[0],
        viewer.actor or _ANYBODY,
        day,
        today,
        trigger=named,
        then=then,
    )
    return {
        "id": id,
        "state": str(partnership.state),
        "on": day.isoformat(),
        "triggers": [_shown(explanation) for explanation in explanations],
    }


def checklist(
    ledger: Ledger, context: Context, id: str, viewer: Viewer, on: Day = None
) -> list[dict[str, Any]]:
    """Give what is missing for each next step, gathered by clause."""
    explained = why(ledger, context, id, viewer, on=on)
    clauses = context.policy(read_day(explained["on"], "on") or context.today())[0].clauses
    steps = []
    for step in explained["triggers"]:
        missing: dict[str, list[dict[str, Any]]] = {}
        for finding in step["findings"]:
            missing.setdefault(finding["clause"] or "", []).append(finding)
        steps.append(
            {
                "trigger": step["trigger"],
                "target": step["target"],
                "missing": [
                    {
                        "clause": clause or None,
                        "text": clauses[clause].text if clause else "",
                        "findings": findings,
                    }
                    for clause, findings in missing.items()
                ],
            }
        )
    return steps


def _shown(explanation: Explanation) -> dict[str, Any]:
    decision = explanation.decision
    shown: dict[str, Any] = {
        "trigger": str(explanation.trigger),
        "target": str(explanation.target) if explanation.target else None,
        "allowed": decision.accepted,
        "findings": [finding.as_dict() for finding in decision.findings],
        "warnings": [finding.as_dict() for finding in decision.warnings],
    }
    if explanation.taken_over:
        shown["taken_over"] = True
    return shown


def _trigger(name: str | None) -> Trigger | None:
    if name is None:
        return None
    try:
        return Trigger(name)
    except ValueError:
        raise BadRequest(f"there is no trigger {name!r}; they are {', '.join(Trigger)}") from None
