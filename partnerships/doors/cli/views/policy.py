"""The clause catalogue, for people and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.words import symbol
from partnerships.doors.text import plain


def policy_view(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return the shape of `policy` as a table: each clause, our reading of it, and what enforces it."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column("clause", no_wrap=True, style="bold")
    table.add_column("strength", no_wrap=True)
    table.add_column("in short", overflow="fold", ratio=1)
    for row in rows:
        text = Text(plain(row["text"]))
        if reading := plain(row.get("reading") or ""):
            text.append(f"\nour reading: {reading}", style="italic")
        if enforced := "; ".join(plain(one) for one in row["enforced_by"]):
            text.append(f"\n{symbol('arrow')} {enforced}", style="dim")
        table.add_row(Text(plain(row["clause"])), Text(plain(row["strength"])), text)
    return table


def policy_markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the shape of `policy` as a Markdown table."""
    lines = ["| clause | strength | in short | enforced by | our reading |", "|---|---|---|---|---|"]
    for row in rows:
        enforced = ", ".join(f"`{_cell(one)}`" for one in row["enforced_by"]) or "-"
        cells = row["clause"], row["strength"], row["text"], enforced, row.get("reading") or ""
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    return plain(value).replace("|", "\\|")
