"""Findings as people read them: the clause, what is missing, how to put it right, who can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.words import symbol, words
from partnerships.doors.text import plain

_KINDS = {"policy": "", "house_rule": "house rule", "authority": "authority", "structure": "no such step"}


def findings_view(findings: Iterable[Mapping[str, Any]], *, style: str = "red") -> Table:
    """Return findings one below the other, the clause in front; warnings are shown with another `style`."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, min_width=5)
    grid.add_column(ratio=1, overflow="fold")
    for finding in findings:
        grid.add_row(Text(plain(finding.get("clause") or "—"), style=f"bold {style}"), _finding_text(finding))
    return grid


def _finding_text(finding: Mapping[str, Any]) -> Text:
    text = Text(plain(finding["message"]))
    notes = [_KINDS.get(str(finding.get("kind")), "")]
    if finding.get("interpretation"):
        notes.append("our reading")
    if noted := ", ".join(note for note in notes if note):
        text.append(f" ({noted})", style="italic")
    if remedy := plain(finding.get("remedy") or ""):
        text.append(f"\n{symbol('arrow')} {remedy}", style="green")
        if who := ", ".join(words(role) for role in finding.get("who") or ()):
            text.append(f" [{who}]", style="dim")
    return text
