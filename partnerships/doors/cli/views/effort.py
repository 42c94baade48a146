"""What goes into each category, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.bars import share_text
from partnerships.doors.cli.views.words import counted, words
from partnerships.doors.text import plain

_SIDES = {"ims": "IMS", "partner": "partner"}


def effort_view(part: Mapping[str, Any], narrow: bool) -> list[RenderableType]:
    """Return what runs in each category, and below what each side gives under the agreements in force."""
    if not part["partnerships"]:
        return [Text("Nothing is running.", style="dim")]
    table = _table(narrow)
    table.add_column("category", no_wrap=True)
    table.add_column("running", justify="right", no_wrap=True)
    if not narrow:
        table.add_column("share", no_wrap=True)
    table.add_column("agreements", justify="right", no_wrap=True)
    table.add_column("months" if narrow else "months each", justify="right", no_wrap=True)
    for name, row in part["categories"].items():
        share = [] if narrow else [share_text(row["share"])]
        number = row["partnerships"]
        each = f"{row['months_running'] / number:.1f}" if number else "—"
        table.add_row(words(name), str(number), *share, str(row["agreements"]), each)
    given = _given(part["categories"], narrow)
    if not given.row_count:
        return [table, Text("No agreement in force names a contribution.", style="dim")]
    return [table, Text(), given]


def _given(categories: Mapping[str, Any], narrow: bool) -> Table:
    """Give each sum in a row of its own; a narrow terminal has two columns for all of it."""
    table = _table(narrow)
    if narrow:
        table.add_column("given", overflow="fold", ratio=1)
    else:
        table.add_column("under", no_wrap=True)
        table.add_column("given by", no_wrap=True)
        table.add_column("what", overflow="fold", ratio=1)
        table.add_column("times", justify="right", no_wrap=True)
    table.add_column("amount", justify="right", overflow="fold")
    for name, row in categories.items():
        for at, item in enumerate(row["contributions"]):
            side, what = _SIDES.get(item["given_by"], words(item["given_by"])), words(item["kind"])
            amount = f"{_grouped(item['amount'])} {item['currency']}" if item["amount"] else "no amount said"
            about = ["" if at else words(name), side, what, str(item["contributions"])]
            if narrow:
                about = [f"{words(name)}: {what} by {side}, {counted(item['contributions'], 'time')}"]
            table.add_row(*about, Text(plain(amount), style="" if item["amount"] else "dim"))
    return table


def _grouped(amount: str) -> str:
    """Return an exact decimal with its thousands apart."""
    whole, point, rest = amount.partition(".")
    return f"{int(whole):,}{point}{rest}"


def _table(narrow: bool) -> Table:
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=narrow)
