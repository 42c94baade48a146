"""The portfolio, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.words import counted, state_text, value_text, words
from partnerships.doors.text import plain

_WIDE, _NARROW, _LEAST = 110, 70, 12


def portfolio_view(
    rows: Sequence[Mapping[str, Any]], *, width: int = 100, more: bool = False
) -> RenderableType:
    """Return the shape of `list` as a table for `width` columns, those past an endline marked.

    `more` where others come after these.
    """
    if not rows:
        return Text("No partnership fits.")
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    wide = width >= _WIDE
    if wide:
        table.add_column("id", overflow="fold", style="dim")
    # On a narrow terminal a name and an id go before a state on one line.
    table.add_column("partner", overflow="fold", ratio=1, min_width=_LEAST)
    table.add_column("state", overflow="fold", no_wrap=width >= _NARROW)
    table.add_column("endline", no_wrap=width >= _NARROW, min_width=len("2024-03-01"))
    for row in rows:
        identifier = [Text(plain(row["id"]))] if wide else []
        table.add_row(*identifier, _partner(row, named_only=wide), _state(row), _endline(row))
    late = sum(1 for row in rows if row.get("overdue"))
    table.caption = "\n" + counted(len(rows), "partnership") + (f", {late} overdue" if late else "")
    if more:
        table.caption += f"\nmore after {plain(rows[-1]['id'])}"
    table.caption_justify = "left"
    return table


def _partner(row: Mapping[str, Any], *, named_only: bool) -> Text:
    text = Text().append(plain(row.get("name") or "—"), style="bold")
    if not named_only:
        text.append(f"\n{plain(row['id'])}", style="dim")
    return text


def _state(row: Mapping[str, Any]) -> Text:
    text = Text().append_text(state_text(row["state"]))
    if row.get("register"):
        text.append(f"\nregister: {words(row['register'])}", style="dim")
    if row.get("ended_as") == "declined":
        text.append("\ndeclined", style="dim")
    return text


def _endline(row: Mapping[str, Any]) -> Text:
    text = Text(value_text(row.get("endline")))
    if row.get("overdue"):
        since = plain(row.get("overdue_since") or "")
        text.append(f"\nlate since {since}" if since else "\noverdue", style="bold red")
    if row.get("unreadable"):
        text.append("\ncannot be read", style="yellow")
    return text
