"""`partnerships history`: who did what, when, on what evidence."""

from __future__ import annotations

from typing import Annotated

import typer

from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, AsJson, Identifier, read_actor
from partnerships.doors.cli.output import console, write_json


def history(
    context: typer.Context,
    identifier: Identifier,
    after: Annotated[
        int,
        typer.Option("--after", metavar="N", min=0, show_default=False, help="Only entries after this one."),
    ] = 0,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, show_default=False, help="At most this many.")
    ] = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Tell who did what, when, on what evidence and under which policy version."""
    asking = read_actor(actor)
    with opened(context.obj) as service:
        entries = service.history(identifier, actor=asking, after=after, limit=limit)
    if as_json:
        write_json(entries)
        return
    from partnerships.doors.cli.views.history import history_view

    console().print(history_view(identifier, entries))
