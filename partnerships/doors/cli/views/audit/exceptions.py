"""Exceptions, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.text import Text

from partnerships.doors.cli.views.words import counted, words
from partnerships.doors.text import plain

_STYLES = {"high": "bold red", "medium": "yellow", "low": "dim"}


def exception_view(row: Mapping[str, Any]) -> Text:
    """Return one row in a line: how much it weighs, where it is, which rule, what it says."""
    where = f"{plain(row['partnership'] or '')} {row['sequence'] or ''}".strip()
    text = Text()
    text.append(f"{row['severity']:<6}", style=_STYLES[row["severity"]])
    text.append(f"  {plain((row['recorded_at'] or '')[:10])}  ", style="dim")
    text.append(where, style="bold").append(f"  {words(row['rule'])}")
    if row["clause"]:
        text.append(f" [{plain(row['clause'])}]", style="cyan")
    return text.append(f"  {plain(row['text'])}")


def totals_view(totals: Counter[str]) -> Text:
    """Return how many rows there are of each rule."""
    if not totals:
        return Text("Nothing out of the ordinary.")
    text = Text("\n" + counted(totals.total(), "row"))
    for rule, number in totals.most_common():
        text.append(f"\n{number:>6}  {words(rule)}")
    return text
