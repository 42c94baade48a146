"""What could not be delivered, for people: ids and codes, never an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.words import counted
from partnerships.doors.text import plain


def undelivered_view(rows: Sequence[Mapping[str, Any]], retried: int | None = None) -> RenderableType:
    """Return a line a message, oldest first; `retried` is how many are sent again."""
    again = "" if retried is None else f"{counted(retried, 'message')} will be sent again."
    if not rows:
        return Text(again or "Everything is delivered.")
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column("since (UTC)", no_wrap=True)
    table.add_column("to", overflow="fold")
    table.add_column("about", overflow="fold", ratio=1)
    table.add_column("what went wrong", overflow="fold")
    for row in rows:
        table.add_row(_since(row), _to(row), _about(row), _error(row))
    dead = sum(1 for row in rows if row["status"] == "dead")
    told = f"{counted(len(rows), 'message')}, {dead} given up"
    table.caption = "\n" + (again or told + ("; --retry sends those again" if dead else ""))
    table.caption_justify = "left"
    return table


def _since(row: Mapping[str, Any]) -> Text:
    return Text(plain(row.get("since") or row.get("day") or "")[:16].replace("T", " "))


def _to(row: Mapping[str, Any]) -> Text:
    text = Text(plain(row.get("recipient") or "—"))
    return text.append(f"\n{plain(row['channel'])}", style="dim") if row.get("channel") else text


def _about(row: Mapping[str, Any]) -> Text:
    return Text(", ".join(dict.fromkeys(plain(item["partnership"]) for item in row.get("items") or ())))


def _error(row: Mapping[str, Any]) -> Text:
    if not row["tries"]:
        return Text("nothing delivers it: no process with a channel runs")
    text = Text(plain(row.get("error") or "—")).append(
        f"\n{counted(row['tries'], 'try', 'tries')}", style="dim"
    )
    if row["status"] == "dead":
        return text.append(", given up", style="bold red")
    again = plain(row.get("again_at") or "")[:16].replace("T", " ")
    return text.append(f", again {again}" if again else "", style="dim")
