"""The calendar keeps watch: review prompts are made on their days, and told as they are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from partnerships.doors.demo.cast import Actor
from partnerships.doors.demo.narrator import Narrator, StoryBroken

SWEEP: Actor = {"id": "sweep", "party": "ims", "roles": ["service"]}
_ASKED = {"partner_representative": "the partner"}


def sweep(narrator: Narrator, id: str, day: str, expected: Iterable[tuple[str, str]]) -> None:
    """Make what is due for a partnership on a day, and insist on the kinds and statuses that come of it."""
    narrator.turn_to(day)
    before = {line["id"]: line["status"] for line in narrator.service.prompts(for_=id)}
    narrator.service.sweep()
    changed = [line for line in narrator.service.prompts(for_=id) if before.get(line["id"]) != line["status"]]
    told = [(line["kind"], line["status"]) for line in changed]
    if told != list(expected):
        raise StoryBroken(f"the sweep of {day} should make {list(expected)}, and made {told}")
    for line in changed:
        narrator.note(day, SWEEP, f"{_says(line)}: {_what(line)}")


def _says(line: Mapping[str, Any]) -> str:
    if line["status"] == "missed":
        return "notes as missed"
    if line["status"] == "escalated":
        return "tells the director, since nobody answered"
    asked = dict.fromkeys(one["actor"] or _ASKED.get(one["role"], "IMS") for one in line["for"])
    return f"asks {' and '.join(asked)}"


def _what(line: Mapping[str, Any]) -> str:
    about = f" {line['about']}" if line["about"] else ""
    return f"{line['title']}{about}, due {line['due_on']} ({line['clause']})"
