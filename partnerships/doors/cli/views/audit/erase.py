"""Erasures, what is due for one, and legal holds, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.findings import findings_view
from partnerships.doors.cli.views.words import counted, words
from partnerships.doors.text import plain

Json = Mapping[str, Any]


def preview_view(shown: Json) -> RenderableType:
    """Return what would be erased, or what bars it."""
    if shown["findings"]:
        return findings_view(shown["findings"])
    grid = Table.grid(padding=(0, 2, 0, 0))
    for row in shown["erases"]:
        what = f"{words(row['entry'])} {words(row['kind'] or '')}".strip()
        grid.add_row(str(row["sequence"]), row["on"], Text(what), "sealed" if row["sealed"] else "")
    number = counted(len(shown["erases"]), "content")
    told = Text(f"{number} of {plain(shown['id'])} would be erased for good; add --yes to erase.")
    return Group(grid, told)


def erasure_view(outcome: Json) -> RenderableType:
    """Return what was erased and what remains, or what barred it."""
    if outcome["outcome"] != "accepted":
        return findings_view(outcome["findings"])
    said = ", ".join(str(sequence) for sequence in outcome["sequences"])
    lines = [
        Text(f"{counted(len(outcome['erased']), 'content')} erased; the history says so at {said}."),
    ]
    if outcome["keys"]:
        lines.append(Text(f"Keys destroyed: {', '.join(plain(scope) for scope in outcome['keys'])}."))
    style = "" if outcome["remains"]["clean"] else "yellow"
    return Group(*lines, Text(plain(outcome["remains"]["detail"]), style=style))


def due_view(rows: Sequence[Json]) -> RenderableType:
    """Return what is past its retention, a partnership and rule a line."""
    if not rows:
        return Text("Nothing is past its retention.")
    grid = Table.grid(padding=(0, 2, 0, 0))
    for row in rows:
        entries = ", ".join(str(sequence) for sequence in row["entries"])
        held = Text("held", style="yellow") if row["held"] else Text("")
        grid.add_row(
            Text(plain(row["partnership"]), style="bold"), words(row["rule"]), row["since"], held, entries
        )
    return Group(grid, Text("Nothing was erased; two people erase, entry by entry.", style="dim"))


def step_view(outcome: Json) -> RenderableType:
    """Return how placing or lifting a hold ended."""
    if outcome["outcome"] != "accepted":
        return findings_view(outcome["findings"])
    how = "stands" if outcome["stands"] else "is lifted"
    return Text(f"Hold {outcome['number']} on {plain(outcome['id'])} {how}.")


def holds_view(found: Sequence[Json]) -> RenderableType:
    """Return the holds in order, the lifted ones too."""
    if not found:
        return Text("There is no legal hold.")
    grid = Table.grid(padding=(0, 2, 0, 0))
    for hold in found:
        lifted = hold["lifted"]
        placed = f"{plain(hold['placed_by']['id'])}: {plain(hold['reason'])}"
        state = Text("stands", style="yellow")
        if lifted:
            state = Text(
                f"lifted {lifted['at'][:10]} by {plain(lifted['by']['id'])}: {plain(lifted['reason'])}"
            )
        grid.add_row(
            str(hold["number"]),
            Text(plain(hold["partnership"]), style="bold"),
            hold["placed_at"][:10],
            Text(placed),
            state,
        )
    return grid
