"""The feed, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from partnerships.doors.text import plain


def feed_view(events: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return CloudEvents as a table, a line an event, and the cursor to go on from."""
    if not events:
        return Text("Nothing new.")
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("when", no_wrap=True)
    table.add_column("partnership", overflow="fold")
    table.add_column("event", overflow="fold", ratio=1)
    for event in events:
        table.add_row(
            Text(plain(event.get("time") or "")),
            Text(plain(event.get("subject") or "")),
            Text(plain(event["type"])),
        )
    table.caption = f"go on with --after {plain(events[-1].get('cursor') or '')}"
    table.caption_justify = "left"
    return table
