"""What one sweep did, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.words import counted
from partnerships.doors.text import plain


def sweep_view(report: Mapping[str, Any]) -> RenderableType:
    """Return what was made in a line, and below it what was set aside."""
    made = Text.assemble(
        (counted(report["asked"], "prompt") + " made", "bold"),
        f", {report['missed']} recorded as missed, {report['escalated']} gone to the director; ",
        (counted(report["looked_at"], "partnership") + " looked at", "dim"),
    )
    aside = report["set_aside"]
    if not aside:
        return made
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        title=f"\nSet aside, and tried again tomorrow or after the next command ({len(aside)})",
        title_justify="left",
        title_style="bold red",
    )
    for heading in ("partnership", "error", "since (UTC)"):
        table.add_column(heading, overflow="fold")
    table.add_column("tries", justify="right")
    for one in aside:
        since = plain(one["since"])[:16].replace("T", " ")
        table.add_row(
            Text(plain(one["partnership"])), Text(plain(one["error"])), Text(since), str(one["tries"])
        )
    return Group(made, table)
