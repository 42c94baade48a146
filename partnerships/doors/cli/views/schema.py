"""What the doctor found, for people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.words import symbol
from partnerships.doors.text import plain


def shown_url(url: str) -> str:
    """Return a database's URL without the password in it."""
    return re.sub(r"(://[^/:@]*):[^@]*@", r"\1:***@", url)


def doctor_view(checks: Sequence[Mapping[str, Any]]) -> Table:
    """Return the checks one below the other, what is wrong in red."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for check in checks:
        ok = bool(check["ok"])
        grid.add_row(
            Text(symbol("yes" if ok else "no"), style="bold green" if ok else "bold red"),
            Text(plain(check["check"]), style="" if ok else "bold"),
            Text(plain(check.get("detail") or "")),
        )
    return grid
