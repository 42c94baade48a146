"""A prompt on its way into the history: what is due, for which day, and what its entry holds."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from partnerships.lifecycle.prompts import Prompt, PromptStep, prompt_id
from partnerships.lifecycle.vocabulary import EntryType, PromptKind, PromptStatus

Chain = dict[str, Any]


class DuePrompt(NamedTuple):
    """A prompt that is not yet made; its key is partnership, kind, subject and due day.

    `missed` tells that a later one of the same rhythm is due already, so that it is recorded and asked of
    nobody. `evidence` lists the sequences that give its reason, `endline` the endline it is about.
    """

    partnership: str
    kind: PromptKind
    subject: str
    due_on: date
    clause: str
    evidence: tuple[int, ...] = ()
    endline: date | None = None
    missed: bool = False

    @property
    def id(self) -> str:
        """Give its id, the same for the same key for good."""
        return prompt_id(self.partnership, self.kind, self.subject, self.due_on)

    @property
    def status(self) -> PromptStatus:
        """Give the status that it will have once it is made."""
        return PromptStatus.MISSED if self.missed else PromptStatus.OPEN

    def chain(self) -> Chain:
        """Give its part of the entry that the chain holds: codes, days and its id."""
        step = PromptStep.MISSED if self.missed else PromptStep.ASKED
        said = _said(self.id, self.due_on, self.clause, step)
        if self.endline is not None:
            said["endline"] = self.endline.isoformat()
        evidence = list(self.evidence)
        return {"entry": EntryType.PROMPT, "kind": self.kind, "evidence": evidence, "prompt": said}

    def content(self) -> dict[str, Any]:
        """Give its part of the entry that can be erased: the subject, which may be somebody's words."""
        return {"body": {"subject": self.subject}} if self.subject else {}


def escalation(prompt: Prompt) -> Chain:
    """Give the chain's part of the entry by which an unanswered prompt goes to the director."""
    said = _said(prompt.id, prompt.due_on, prompt.clause, PromptStep.ESCALATED)
    return {"entry": EntryType.PROMPT, "kind": prompt.kind, "evidence": [prompt.sequence], "prompt": said}


def _said(id: str, due_on: date, clause: str, step: PromptStep) -> dict[str, str]:
    return {"id": id, "due_on": due_on.isoformat(), "clause": clause, "step": step}
