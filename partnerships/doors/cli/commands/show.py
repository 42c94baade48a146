"""`partnerships show`: one partnership as it stands or stood."""

from __future__ import annotations

from typing import Annotated

import typer

from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, AsJson, Identifier, read_actor, read_day, read_instant
from partnerships.doors.cli.output import console, write_json


def show(
    context: typer.Context,
    identifier: Identifier,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DAY", show_default=False, help="As it stood on this day."),
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option(
            "--known-at", metavar="INSTANT", show_default=False, help="As it was known at this instant."
        ),
    ] = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Show one partnership: its state, its partner, its agreements, what is overdue."""
    asking = read_actor(actor)
    day, instant = read_day(as_of, "--as-of"), read_instant(known_at, "--known-at")
    with opened(context.obj) as service:
        shown = service.show(identifier, actor=asking, as_of=day, known_at=instant)
    if as_json:
        write_json(shown)
        return
    from partnerships.doors.cli.views.show import show_view

    console(most=100).print(show_view(shown))
