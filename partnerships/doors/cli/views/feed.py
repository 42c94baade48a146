"""The feed, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.words import words
from partnerships.doors.text import plain


def feed_view(events: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return CloudEvents as a table, a line an event, and the cursor to go on from."""
    if not events:
        return Text("Nothing new.")
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column("when (UTC)", no_wrap=True)
    table.add_column("partnership", overflow="fold")
    table.add_column("event", overflow="fold", ratio=1)
    for event in events:
        table.add_row(
            Text(plain(event.get("time") or "")[:19].replace("T", " ")),
            Text(plain(event.get("subject") or "")),
            Text(_what(event)),
        )
    table.caption = f"\ngo on with --after {plain(events[-1].get('cursor') or '')}"
    table.caption_justify = "left"
    return table


def _what(event: Mapping[str, Any]) -> str:
    """The kind of entry, and the trigger or the kind of record where the event tells it."""
    data = event.get("data") or {}
    named = data.get("trigger") or data.get("kind")
    entry = words(str(event["type"]).rpartition(".")[2])
    return f"{entry}: {words(named)}" if named and named != "identify" else entry
