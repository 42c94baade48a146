"""Whom a step of a prompt reaches: who is asked by it, and who in the directory that is."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.prompts import Prompt, PromptStep
from partnerships.lifecycle.vocabulary import PromptStatus, State
from partnerships.scheduler.addressees import Addressee, addressees
from partnerships.scheduler.delivery.directory import Directory, Person


def open_prompt(partnership: Partnership, id: str) -> Prompt | None:
    """Give a prompt that still awaits an answer, or None; a partnership ended by a crisis asks nothing."""
    if partnership.state == State.TERMINATED_FOR_CRISIS:
        return None
    prompt = partnership.prompts.get(id)
    return prompt if prompt is not None and prompt.is_open else None


def asked_by(partnership: Partnership, prompt: Prompt, step: str) -> list[Addressee]:
    """Give whom one step asks: an escalation those who were not asked before."""
    first = addressees(partnership, replace(prompt, status=PromptStatus.OPEN))
    if step != PromptStep.ESCALATED:
        return first
    everybody = addressees(partnership, replace(prompt, status=PromptStatus.ESCALATED))
    return [each for each in everybody if each not in first]


def people(
    directory: Directory, addressed: list[Addressee], partnership: str
) -> Iterator[tuple[Addressee, list[Person]]]:
    """Ask the directory for each addressee in turn."""
    for addressee in addressed:
        yield addressee, list(directory(addressee, partnership))
