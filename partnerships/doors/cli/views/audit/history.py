"""A history on both its time axes, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from partnerships.doors.cli.views.history import history_view
from partnerships.doors.cli.views.words import counted, state_text, words
from partnerships.doors.text import plain


def timeline_view(answer: Mapping[str, Any]) -> RenderableType:
    """Return the state then, the entries that made it so, and what was left out."""
    head = Text.assemble((plain(answer["id"]), "bold"), "  ").append_text(
        state_text(answer["partnership"]["state"])
    )
    if answer["as_of"]:
        head.append(f"  as of {plain(answer['as_of'])}")
    if answer["known_at"]:
        head.append(f"  as known at {plain(answer['known_at'])}")
    parts: list[RenderableType] = [head, Text(), history_view(answer["id"], answer["entries"])]
    for entry in answer["entries"]:
        if not entry["counts"]:
            parts.append(Text(f"{entry['sequence']} counts for nothing: {words(entry['because'])}", "yellow"))
    left = answer["left_out"]
    if left["later_effect"]:
        parts.append(
            Text(f"left out: {counted(left['later_effect'], 'entry', 'entries')} of later days", "dim")
        )
    if left["recorded_later"]:
        number = counted(left["recorded_later"], "entry", "entries")
        parts.append(Text(f"left out: {number} recorded later", "dim"))
    return Group(*parts)
