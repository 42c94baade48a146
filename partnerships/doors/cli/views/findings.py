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
    """Return findings one below the other, the clause in front; warnings are shown with another `style`.

    Roles that can put every one of several findings right are named once, below them.
    """
    shown = list(findings)
    together = _who(shown[0]) if len(shown) > 1 and len({_who(one) for one in shown}) == 1 else ""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, min_width=5)
    grid.add_column(ratio=1, overflow="fold")
    for finding in shown:
        clause = Text(plain(finding.get("clause") or "—"), style=f"bold {style}")
        grid.add_row(clause, _finding_text(finding, "" if together else _who(finding)))
    if together:
        grid.add_row("", Text(f"Who can put these right: {together}", style="dim"))
    return grid


def _finding_text(finding: Mapping[str, Any], who: str) -> Text:
    text = Text(plain(finding["message"]))
    notes = [plain(finding.get("subject") or ""), _KINDS.get(str(finding.get("kind")), "")]
    if since := plain(finding.get("since") or ""):
        notes.append(f"since {since}")
    if finding.get("interpretation"):
        notes.append("our reading")
    if noted := ", ".join(note for note in notes if note):
        text.append(f" ({noted})", style="italic")
    if remedy := plain(finding.get("remedy") or ""):
        text.append(f"\n{symbol('arrow')} {remedy}", style="green")
        if asked := "; ".join(filter(None, [*_needs(finding), who])):
            text.append(f" [{asked}]", style="dim")
    return text


def _who(finding: Mapping[str, Any]) -> str:
    return ", ".join(words(role) for role in finding.get("who") or ())


def _needs(finding: Mapping[str, Any]) -> list[str]:
    """The records and fields that are asked for, as `record.field`."""
    return [
        plain(".".join(str(part) for part in (need["record"], need.get("field")) if part))
        for need in finding.get("needs") or ()
    ]
