"""To whom a prompt goes: roles, sides and opaque ids; names and addresses are the host's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from partnerships.lifecycle.answering import step_mark
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.prompts import Prompt
from partnerships.lifecycle.records import Arrangement, TransitionPlan
from partnerships.lifecycle.vocabulary import PromptKind, PromptStatus, Role
from partnerships.scheduler.asks import ASKS
from partnerships.scheduler.prompt import DuePrompt


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who is asked: a named actor, or whoever holds a role for this partnership."""

    party: str
    role: Role
    actor: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Give the JSON of a reading."""
        return {"party": self.party, "role": self.role, "actor": self.actor}


def addressees(partnership: Partnership, prompt: Prompt | DuePrompt) -> list[Addressee]:
    """Give whom a prompt is for: who looks after the partnership, the partner's side, the director.

    The partner's side is asked where the prompt concerns it. Once nobody answered, the director and the
    deputy are asked as well. A missed prompt is for nobody.
    """
    if prompt.status == PromptStatus.MISSED:
        return []
    return list(dict.fromkeys(_asked(partnership, prompt)))


def concerns_partner(partnership: Partnership, prompt: Prompt | DuePrompt) -> bool:
    """Tell whether a prompt is for the partner's side too, so that it may see and answer it."""
    if prompt.kind == PromptKind.NO_ADDED_VALUE:
        return prompt.subject == "partner"
    if prompt.kind == PromptKind.PLAN_STEP:
        return _owner(partnership, prompt.subject) != "ims"
    return ASKS[prompt.kind].both_sides


def _asked(partnership: Partnership, prompt: Prompt | DuePrompt) -> Iterator[Addressee]:
    arrangement = partnership.file.get(Arrangement)
    said = arrangement.raw if arrangement else {}
    yield Addressee("ims", Role.PROGRAMME_MANAGER, said.get("responsible") or said.get("deputy"))
    if concerns_partner(partnership, prompt):
        yield Addressee("partner", Role.PARTNER_REPRESENTATIVE)
    if prompt.status == PromptStatus.ESCALATED:
        yield Addressee("ims", Role.DIRECTOR)
        if said.get("deputy"):
            yield Addressee("ims", Role.PROGRAMME_MANAGER, said["deputy"])


def _owner(partnership: Partnership, mark: str) -> str | None:
    """The side that owns a step of the plan on file, or None where the plan has it no more."""
    plan = partnership.file.get(TransitionPlan)
    steps = plan.raw["steps"] if plan else ()
    return next((str(step["owner"]) for step in steps if step_mark(step) == mark), None)
