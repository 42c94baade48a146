"""Review prompts, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.words import counted, words
from partnerships.doors.text import plain

_NARROW, _WIDE = 72, 110
_ROLES = {"partner_representative": "the partner"}
_WAITING = {"open", "escalated"}
_STATUS = {
    "open": ("open", "yellow"),
    "escalated": ("with the director", "bold red"),
    "answered": ("answered", "green"),
    "missed": ("missed", "dim"),
}


def prompts_view(
    rows: Sequence[Mapping[str, Any]], *, day: date, width: int = 100, waiting: bool = False, more: int = 0
) -> RenderableType:
    """Return the shape of `prompts` as a table for `width` columns, late ones marked as of a day.

    `waiting` where what was answered or missed is not among them; `more` is how many come after these.
    """
    notes = [f"{more} more after {plain(rows[-1]['id'])}"] if more and rows else []
    if waiting:
        notes.append("What was answered or missed is left out; --all shows it.")
    if not rows:
        return Text("\n".join(["Nothing is asked.", *notes]))
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column("due", no_wrap=True)
    if width < _NARROW:
        table.add_column("what", overflow="fold", ratio=1)
        for row in rows:
            lines = _partner(row), _what(row), _aside(row), _status(row, day)
            table.add_row(_due(row, day), Text("\n").join(lines))
    else:
        wide = width >= _WIDE
        table.add_column("partnership", overflow="fold", ratio=2)
        table.add_column("what", overflow="fold", ratio=3)
        if wide:
            table.add_column("for", overflow="fold", ratio=2)
            table.add_column("clause", no_wrap=True, style="dim")
        table.add_column("status", no_wrap=True)
        for row in rows:
            asked = [_what(row)] if wide else [Text("\n").join((_what(row), _aside(row)))]
            aside = [Text(_whom(row)), Text(plain(row["clause"]))] if wide else []
            table.add_row(_due(row, day), _partner(row), *asked, *aside, _status(row, day))
    notes += _damaged(rows)
    return Group(table, Text("\n".join(["", _counts(rows, day), *notes]), style="italic"))


def _damaged(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Partnerships of which only the table of prompts could be read."""
    found = {row["partnership"]: row["unreadable"] for row in rows if row.get("unreadable")}
    return [
        f"{plain(id)} cannot be read ({plain(error)}); what it is asked is shown without what its file says"
        for id, error in found.items()
    ]


def _due(row: Mapping[str, Any], day: date) -> Text:
    due_on = date.fromisoformat(row["due_on"])
    text = Text(due_on.isoformat())
    away = (due_on - day).days
    if row["status"] not in _WAITING:
        return text
    if away > 0:
        return text.append(f"\nin {counted(away, 'day')}", style="dim")
    if away == 0:
        return text.append("\ntoday", style="bold yellow")
    return text.append(f"\n{counted(-away, 'day')} late", style="bold red")


def _partner(row: Mapping[str, Any]) -> Text:
    identifier = plain(row["partnership"])
    if not row.get("name"):
        return Text(identifier)
    return Text().append(plain(row["name"]), style="bold").append(f"\n{identifier}", style="dim")


def _what(row: Mapping[str, Any]) -> Text:
    text = Text(plain(row["title"]))
    if row.get("about"):
        text.append(f" ({plain(row['about'])})")
    if row.get("endline"):
        text.append(f"\nendline {plain(row['endline'])}", style="dim")
    return text


def _aside(row: Mapping[str, Any]) -> Text:
    """Whom it is for and under which clause, where neither has a column of its own."""
    told = [f"for {_whom(row)}" if row["for"] else "", plain(row["clause"])]
    return Text().append(", ".join(filter(None, told)), style="dim")


def _whom(row: Mapping[str, Any]) -> str:
    """The people who are named, and the roles where nobody is."""
    asked = [
        plain(one["actor"]) if one.get("actor") else _ROLES.get(one["role"]) or words(one["role"])
        for one in row["for"]
    ]
    return ", ".join(dict.fromkeys(asked))


def _status(row: Mapping[str, Any], day: date) -> Text:
    if not _is_made(row):
        come = date.fromisoformat(row["due_on"]) <= day
        return Text().append("not made yet" if come else "coming", style="dim")
    said, style = _STATUS.get(row["status"], (words(row["status"]), ""))
    return Text().append(said, style=style)


def _is_made(row: Mapping[str, Any]) -> bool:
    return row.get("made_on") is not None


def _counts(rows: Sequence[Mapping[str, Any]], day: date) -> str:
    made = Counter(row["status"] for row in rows if _is_made(row))
    ahead = sum(1 for row in rows if not _is_made(row))
    late = sum(1 for row in rows if row["status"] in _WAITING and date.fromisoformat(row["due_on"]) < day)
    parts = [f"{number} {_STATUS[status][0]}" for status in _STATUS if (number := made[status])]
    parts += [f"{ahead} coming"] if ahead else []
    told = f"{counted(len(rows), 'prompt')}: {', '.join(parts)}"
    return told + (f"; {late} late" if late else "")
