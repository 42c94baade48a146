"""What may happen next, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from partnerships.doors.cli.views.findings import findings_view
from partnerships.doors.cli.views.words import counted, state_text, symbol, words
from partnerships.doors.text import plain


def why_view(answer: Mapping[str, Any]) -> Group:
    """Return the shape of `why` with every trigger, what is allowed before what is not."""
    heading = Text.assemble(
        (plain(answer["id"]), "bold"), " is ", state_text(answer["state"]), f" on {plain(answer['on'])}"
    )
    parts: list[RenderableType] = [heading]
    for trigger in sorted(answer["triggers"], key=lambda one: not one["allowed"]):
        parts += [Text(), _heading(trigger)]
        if trigger["findings"]:
            parts.append(Padding(findings_view(trigger["findings"]), (0, 0, 0, 4)))
        if trigger["warnings"]:
            parts.append(Padding(findings_view(trigger["warnings"], style="yellow"), (0, 0, 0, 4)))
    if not answer["triggers"]:
        parts += [Text(), Text("Nothing leads on from here.")]
    return Group(*parts)


def _heading(trigger: Mapping[str, Any]) -> Text:
    allowed = trigger["allowed"]
    line = Text.assemble(
        (f"  {symbol('yes' if allowed else 'no')} ", "bold green" if allowed else "bold red"),
        (words(trigger["trigger"]), "bold"),
    )
    if trigger.get("target"):
        line.append(f" {symbol('arrow')} ").append_text(state_text(trigger["target"], bold=False))
    if not allowed:
        line.append(f"  {counted(len(trigger['findings']), 'thing')} missing", style="red")
    if trigger["warnings"]:
        line.append(f"  {counted(len(trigger['warnings']), 'warning')}", style="yellow")
    return line
