"""`partnerships overview`: the whole portfolio in numbers."""

from __future__ import annotations

from typing import Annotated

import typer

from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, AsJson, OnDay, read_actor, read_day
from partnerships.doors.cli.output import console, write_json


def overview(
    context: typer.Context,
    on: OnDay = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=0, help="At most this many lines in each list.")
    ] = 100,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Show the whole portfolio in numbers: who, where, with what effort, and what is missing."""
    asking, day = read_actor(actor), read_day(on)
    with opened(context.obj) as service:
        told = service.overview(actor=asking, on=day, limit=limit)
    if as_json:
        write_json(told)
        return
    from partnerships.doors.cli.views.overview import overview_view

    screen = console()
    screen.print(overview_view(told, width=screen.width))
