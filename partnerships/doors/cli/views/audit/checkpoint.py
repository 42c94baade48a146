"""Checkpoints, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from partnerships.doors.cli.views.words import counted
from partnerships.doors.text import plain


def checkpoints_view(made: Sequence[Mapping[str, Any]]) -> Text:
    """Return one checkpoint a line; where it is one alone, its signed note below it."""
    if not made:
        return Text("No checkpoint has been made yet.")
    lines = []
    for each in made:
        line = Text(f"{counted(each['size'], 'leaf', 'leaves'):>14}", style="bold")
        line.append(f"  {plain(each['made_at'])}  {plain(each['root'][:16])}", style="")
        lines.append(line.append(f"  signed by {', '.join(map(plain, each['signed_by']))}"))
    if len(made) == 1:
        lines.append(Text("\n" + "\n".join(map(plain, made[0]["note"].rstrip("\n").split("\n")))))
    return Text("\n").join(lines)
