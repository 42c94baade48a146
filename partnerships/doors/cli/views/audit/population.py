"""A population with its control totals, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.words import words
from partnerships.doors.text import plain

_NUMBERS = ("partnerships", "entries", "decisions", "imported", "sealed", "erased", "attempts")
_DIVIDED = ("entry", "kind", "trigger", "state", "year")


def population_view(answer: Mapping[str, Any]) -> Table:
    """Return the control totals, one below the other."""
    grid = Table.grid(padding=(0, 3, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for name in _NUMBERS:
        grid.add_row(words(name), str(answer[name]), "")
    for name in _DIVIDED:
        for index, (what, number) in enumerate(answer[f"by_{name}"].items()):
            grid.add_row(f"by {name}" if not index else "", str(number), Text(words(what)))
    for one in answer["by_policy"]:
        under = f"{plain(one['policy'])}  {plain(one['digest'])}"
        grid.add_row("under policy", str(one["entries"]), Text(under))
    for one in answer["by_settings"]:
        grid.add_row("under settings", str(one["entries"]), Text(plain(one["digest"])))
    agreements = answer["agreements"]
    told = f"versions of {agreements['references']} agreements"
    grid.add_row("agreements", str(agreements["versions"]), told)
    for currency, sums in answer["amounts"].items():
        every = f"in the latest versions, {plain(sums['versions'])} in all"
        grid.add_row(Text(plain(currency)), Text(plain(sums["latest"])), Text(every))
    for name in ("first", "last"):
        if place := answer[name]:
            where = f"{plain(place['partnership'])} {place['sequence']}, {plain(place['recorded_at'])}"
            grid.add_row(f"{name} entry", "", Text(f"{where}\n{plain(place['digest'])}"))
    grid.add_row("heads", "", answer["heads"]["digest"])
    grid.add_row("in the log", str(answer["log"]["size"]), "leaves")
    return grid
