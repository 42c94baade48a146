"""Partnerships with something due, in few commands, and what was asked of them."""

from __future__ import annotations

from typing import Any

from partnerships import Service
from tests.bodies import BODIES
from tests.story import actor

Json = dict[str, Any]
Made = tuple[str, str, str]
"""(partnership, kind, due day)."""


def take_over(service: Service, id: str, since: str, state: str = "strategic", **profile: Any) -> None:
    """A partnership that runs since a day; nobody talked about its end, so that a strategic one is asked."""
    body = BODIES["partner_profile"](since) | {"name": f"Radio {id} (fictional)"} | profile
    command = {"do": "take_over", "id": id, "actor": actor("director-1"), "state": state, "since": since}
    outcome = service.apply(command | {"body": body, "reason": "As it ran"})
    assert outcome["outcome"] == "accepted", outcome


def record(service: Service, id: str, kind: str, day: str, **fields: Any) -> Json:
    """Put a record on file and give the outcome, which is accepted."""
    body = BODIES[kind](day) | fields
    outcome = service.apply({"do": "record", "id": id, "actor": actor("pm-1"), "kind": kind, "body": body})
    assert outcome["outcome"] == "accepted", outcome
    return outcome


def made(service: Service, kind: str | None = None) -> list[Made]:
    """Everything that was made, missed ones too, in order of partnership and day."""
    lines = service.prompts(kind=kind)
    return sorted((line["partnership"], line["kind"], line["due_on"]) for line in lines)
