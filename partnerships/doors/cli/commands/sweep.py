"""`partnerships sweep`: one round of review prompts."""

from __future__ import annotations

from typing import Annotated

import typer

from partnerships.doors.cli.failures import FOUND
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import AsJson, read_day
from partnerships.doors.cli.output import console, write_json
from partnerships.doors.cli.progress import progress_bar


def sweep(
    context: typer.Context,
    on: Annotated[
        str | None,
        typer.Option(
            "--on",
            metavar="DAY",
            show_default=False,
            help="Make what was due by this day; without it today, wherever each partnership is.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the review prompts that are due, and tell the director of those that nobody answered.

    Safe to run anywhere, any number of times, on any number of machines: each prompt is made once.
    """
    day = read_day(on)
    with opened(context.obj) as service, progress_bar("sweeping", None) as advance:
        report = service.sweep(day, progress=advance).as_json()
    if as_json:
        write_json(report)
    else:
        from partnerships.doors.cli.views.sweep import sweep_view

        console().print(sweep_view(report))
    raise typer.Exit(FOUND if report["set_aside"] else 0)
