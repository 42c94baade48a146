"""A sample, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.words import words
from partnerships.doors.text import plain

_ROOMY = 100
"""So many columns hold the digest too; so many more a stratum beside it."""
_STRATUM = 20


def sample_view(answer: Mapping[str, Any], width: int) -> RenderableType:
    """Return a sample as a table in the order in which it was drawn, stratum by stratum."""
    if not answer["rows"]:
        return Text("There is nothing to draw from.")
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        title=Text(f"Drawn with the nonce {plain(answer['seed'])}"),
        title_justify="left",
        title_style="bold",
    )
    stratified = answer["stratify"] is not None
    if stratified:
        table.add_column(words(answer["stratify"]), overflow="fold")
    table.add_column("draw", no_wrap=True, style="dim")
    table.add_column("partnership", overflow="fold")
    table.add_column("#", justify="right")
    table.add_column("what", overflow="fold")
    table.add_column("day", no_wrap=True)
    is_roomy = width >= _ROOMY + _STRATUM * stratified
    if is_roomy:
        table.add_column("digest", no_wrap=True, style="dim")
    for row in answer["rows"]:
        table.add_row(
            *([Text(words(row["stratum"]))] if stratified else []),
            f"{row['draw'][:12]}…",
            Text(plain(row["partnership"])),
            str(row["sequence"]),
            Text(words(row["trigger"] or row["kind"] or row["entry"])),
            Text(plain(row["on"])),
            *([Text(f"{plain(row['digest'])[:12]}…")] if is_roomy else []),
        )
    drawn = ", ".join(
        f"{one['drawn']} of {one['population']}" + (f" in {words(one['stratum'])}" if stratified else "")
        for one in answer["strata"]
    )
    table.caption = Text(f"\n{drawn} {words(answer['of'])}")
    table.caption_justify = "left"
    return table
