"""Prompts as a partnership's history holds them: what was asked, for which day, and what became of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from partnerships.lifecycle.canonical import plain_canonical
from partnerships.lifecycle.vocabulary import PromptKind, PromptStatus

PROMPT_DOMAIN = b"partnerships/prompt/1\n"


class PromptStep(StrEnum):
    """What an entry says of a prompt: it is asked, it was never asked in time, nobody answered it."""

    ASKED = "asked"
    MISSED = "missed"
    ESCALATED = "escalated"


def prompt_id(partnership: str, kind: str, subject: str, due_on: date) -> str:
    """Give the id of a prompt, 32 hexadecimal digits; the same key gives the same id for good."""
    key = plain_canonical([partnership, kind, subject, due_on.isoformat()])
    return hashlib.sha256(PROMPT_DOMAIN + key).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt of a partnership.

    `subject` names the agreement, party or step that it is about, or is empty. `endline` is the endline
    that a prompt on an agreement is about. `sequence` and `on` say where and when it was made; `closed_by`
    is the sequence of the entry that answered it or took its place.
    """

    id: str
    kind: PromptKind
    subject: str
    due_on: date
    clause: str
    sequence: int
    on: date
    status: PromptStatus = PromptStatus.OPEN
    closed_by: int | None = None
    endline: date | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether an answer is still awaited, from the director too once it is escalated."""
        return self.status in (PromptStatus.OPEN, PromptStatus.ESCALATED)

    def answered(self, sequence: int) -> Prompt:
        """Give the prompt as an entry answered it."""
        return replace(self, status=PromptStatus.ANSWERED, closed_by=sequence)

    def missed(self, sequence: int) -> Prompt:
        """Give the prompt as a later one took its place before anybody answered."""
        return replace(self, status=PromptStatus.MISSED, closed_by=sequence)

    def escalated(self) -> Prompt:
        """Give the prompt as it went to the director."""
        return replace(self, status=PromptStatus.ESCALATED)

    def as_json(self) -> dict[str, Any]:
        """Give the JSON that the projection keeps."""
        value: dict[str, Any] = {
            "kind": self.kind,
            "subject": self.subject,
            "due_on": self.due_on.isoformat(),
            "clause": self.clause,
            "sequence": self.sequence,
            "on": self.on.isoformat(),
            "status": self.status,
        }
        if self.closed_by is not None:
            value["closed_by"] = self.closed_by
        if self.endline is not None:
            value["endline"] = self.endline.isoformat()
        return value

    @classmethod
    def from_json(cls, id: str, value: dict[str, Any]) -> Prompt:
        """Read what `as_json` gave."""
        endline = value.get("endline")
        return cls(
            id,
            PromptKind(value["kind"]),
            value["subject"],
            date.fromisoformat(value["due_on"]),
            value["clause"],
            value["sequence"],
            date.fromisoformat(value["on"]),
            PromptStatus(value["status"]),
            value.get("closed_by"),
            date.fromisoformat(endline) if endline else None,
        )
