"""A prompt in the shape in which it is read."""

from __future__ import annotations

from typing import Any

from partnerships.lifecycle.answering import step_mark
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.prompts import Prompt
from partnerships.lifecycle.records import TransitionPlan
from partnerships.lifecycle.vocabulary import PromptKind, PromptStatus
from partnerships.scheduler.addressees import addressees
from partnerships.scheduler.asks import ASKS
from partnerships.scheduler.prompt import DuePrompt


def listed(partnership: Partnership, prompt: Prompt | DuePrompt) -> dict[str, Any]:
    """Give a prompt as JSON: what is asked, of whom, why, and what became of it.

    `made_on` is null for one that is not made yet, and `answered_by` the sequence of the entry that
    answered it.
    """
    ask = ASKS[prompt.kind]
    made = prompt if isinstance(prompt, Prompt) else None
    answered = made is not None and made.status == PromptStatus.ANSWERED
    return {
        "id": prompt.id,
        "partnership": partnership.id,
        "name": partnership.profile.raw["name"] if partnership.profile else None,
        "kind": str(prompt.kind),
        "subject": prompt.subject or None,
        "due_on": prompt.due_on.isoformat(),
        "for": [addressee.as_json() for addressee in addressees(partnership, prompt)],
        "clause": prompt.clause,
        "status": str(prompt.status),
        "title": ask.title,
        "what": ask.what,
        "about": about(partnership, prompt),
        "answers": [str(kind) for kind in ask.answered_by],
        "endline": prompt.endline.isoformat() if prompt.endline else None,
        "made_on": made.on.isoformat() if made else None,
        "answered_by": made.closed_by if made and answered else None,
    }


def about(partnership: Partnership, prompt: Prompt | DuePrompt) -> str | None:
    """Give in words what a prompt is about: the agreement's reference, the party, the plan's step."""
    if prompt.kind != PromptKind.PLAN_STEP:
        return prompt.subject or None
    plan = partnership.file.get(TransitionPlan)
    steps = plan.raw["steps"] if plan else ()
    return next((str(step["what"]) for step in steps if step_mark(step) == prompt.subject), None)
