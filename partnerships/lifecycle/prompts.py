"""Prompts as a partnership's history holds them: what was asked, for which day, and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from partnerships.lifecycle.canonical import plain_canonical
from partnerships.lifecycle.vocabulary import PromptKind, PromptStatus

Json = dict[str, Any]

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


class Prompt(Struct, frozen=True):
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
        return self.status in _OPEN

    def answered(self, sequence: int) -> Prompt:
        """Give the prompt as an entry answered it."""
        return replace(self, status=PromptStatus.ANSWERED, closed_by=sequence)

    def missed(self, sequence: int) -> Prompt:
        """Give the prompt as a later one took its place before anybody answered."""
        return replace(self, status=PromptStatus.MISSED, closed_by=sequence)

    def escalated(self) -> Prompt:
        """Give the prompt as it went to the director."""
        return replace(self, status=PromptStatus.ESCALATED)

    def as_json(self) -> Json:
        """Give the JSON that the projection keeps."""
        value: Json = {
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
    def from_json(cls, id: str, value: Json) -> Prompt:
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


class Prompts:
    """The prompts of a partnership's cycle by id, each read only where it is asked for.

    `kept` holds them as their JSON: a partnership that was asked for years is loaded for every decision.
    """

    __slots__ = ("_changed", "kept")

    def __init__(self, kept: dict[str, Json] | None = None) -> None:
        self.kept = kept if kept is not None else {}
        self._changed: dict[str, Json] = {}

    def __len__(self) -> int:
        return len(self.kept)

    def __bool__(self) -> bool:
        return bool(self.kept)

    def __contains__(self, id: object) -> bool:
        return id in self.kept

    def __iter__(self) -> Iterator[Prompt]:
        return (Prompt.from_json(id, value) for id, value in self.kept.items())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Prompts) and self.kept == other.kept

    def get(self, id: str) -> Prompt | None:
        """Give a prompt, or None where this cycle has none of that id."""
        value = self.kept.get(id)
        return Prompt.from_json(id, value) if value is not None else None

    def open(self) -> list[Prompt]:
        """Give those that await an answer."""
        return [Prompt.from_json(id, value) for id, value in self.kept.items() if value["status"] in _OPEN]

    def waiting(self) -> list[tuple[date, str]]:
        """Give those that await a first answer, each as the day on which it was made and its id."""
        return [
            (date.fromisoformat(value["on"]), id)
            for id, value in self.kept.items()
            if value["status"] == PromptStatus.OPEN
        ]

    def put(self, prompt: Prompt) -> None:
        """Take a prompt in, in place of its earlier self."""
        self.kept[prompt.id] = self._changed[prompt.id] = prompt.as_json()

    def take_changed(self) -> list[Prompt]:
        """Give those that were put since the last time, whatever cycle they belong to, as they were last."""
        return [Prompt.from_json(id, value) for id, value in self.take_changed_json().items()]

    def take_changed_json(self) -> dict[str, Json]:
        """Give the same as the projection keeps them, by id."""
        changed, self._changed = self._changed, {}
        return changed

    def has(self, kind: PromptKind, subject: str, due_on: date) -> bool:
        """Tell whether a prompt of this key was made."""
        day = due_on.isoformat()
        return any(
            value["kind"] == kind and value["subject"] == subject and value["due_on"] == day
            for value in self.kept.values()
        )

    def latest(
        self, kinds: Container[PromptKind], subject: str = "", endline: date | None = None
    ) -> date | None:
        """Give the due day of the latest one made of these kinds on a subject, and on an endline of it."""
        on_endline = endline.isoformat() if endline else None
        days = [
            value["due_on"]
            for value in self.kept.values()
            if value["kind"] in kinds and value["subject"] == subject and value.get("endline") == on_endline
        ]
        return date.fromisoformat(max(days)) if days else None

    def of_next_cycle(self) -> Prompts:
        """Give the prompts that a new cycle begins with: those still open, for its beginning to close."""
        prompts = Prompts({id: value for id, value in self.kept.items() if value["status"] in _OPEN})
        prompts._changed = self._changed
        return prompts

    def as_json(self) -> dict[str, Json]:
        """Give the JSON that the projection keeps."""
        return self.kept


_OPEN = frozenset({PromptStatus.OPEN, PromptStatus.ESCALATED})
