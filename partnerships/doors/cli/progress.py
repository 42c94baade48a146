"""A bar on standard error, when a person watches it and the results go elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from partnerships.doors.cli.output import console

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def progress_bar(
    what: str, total: int | None, *, wanted: bool = True, screen: Console | None = None
) -> Iterator[Callable[[int, int | None], None]]:
    """Give a function that takes (done so far, total or None) and moves the bar.

    Nothing is drawn unless `wanted` and standard error is a terminal; the bar goes when the work is done.
    `screen` is where rows are printed meanwhile: on a terminal the bar stands below them.
    """
    shared = screen is not None and screen.is_terminal
    if not wanted or not (shared or sys.stderr.isatty()):
        yield lambda done, of: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn(what), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeRemainingColumn()
    with Progress(*columns, console=screen if shared else console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done, of: bar.update(task, completed=done, total=of if of is not None else total)
