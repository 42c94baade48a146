"""What an audit report found, in a few lines, and the files it was written to."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.words import counted
from partnerships.doors.text import plain


def report_view(told: Mapping[str, Any], files: Mapping[str, bytes]) -> RenderableType:
    """Return a report's results, and its files with their digests."""
    replay, exceptions = told["replay"], told["exceptions"]
    faults = bool(told["integrity"]["faults"])
    deviates = f"{counted(replay['deviates'], 'decision')} of {replay['decisions']} deviate"
    if replay["not_evaluable"]:
        deviates += f", {replay['not_evaluable']} not evaluable"
    results = Table.grid(padding=(0, 2))
    results.add_row(
        "integrity", Text(plain(told["integrity"]["verdict"]), style="bold red" if faults else "")
    )
    results.add_row("judged again", Text(deviates, style="bold red" if replay["deviates"] else ""))
    results.add_row("exceptions", f"{exceptions['count']}, {exceptions['high']} of them high")
    results.add_row("pages", counted(len(told["decisions"]), "decision"))
    results.add_row("not checked", counted(len(told["not_checked"]), "thing"))
    written = Table.grid(padding=(0, 2))
    for name, data in files.items():
        written.add_row(Text(plain(name)), Text(sha256(data).hexdigest(), style="dim"))
    return Group(results, Text(), written)
