"""`partnerships audit history`: a history on both its time axes."""

from __future__ import annotations

from typing import Annotated

import typer

from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, AsJson, Identifier, read_actor, read_day, read_instant
from partnerships.doors.cli.output import console, write_json


def history(
    context: typer.Context,
    identifier: Identifier,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DAY", show_default=False, help="What took effect by this day."),
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option(
            "--known-at", metavar="INSTANT", show_default=False, help="What was recorded by this instant."
        ),
    ] = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Show what took effect by a day, of what was known at an instant, and the state that it made."""
    from partnerships.audit.judging.timeline import timeline

    asking = read_actor(actor)
    day, instant = read_day(as_of, "--as-of"), read_instant(known_at, "--known-at")
    with opened(context.obj) as service:
        answer = timeline(service, identifier, actor=asking, as_of=day, known_at=instant)
    if as_json:
        write_json(answer)
        return
    from partnerships.doors.cli.views.audit.history import timeline_view

    console().print(timeline_view(answer))
