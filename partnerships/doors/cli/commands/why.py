"""`partnerships why`: every trigger from here, allowed or not, and all that is missing."""

from __future__ import annotations

from typing import Annotated

import typer

from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, AsJson, Identifier, OnDay, read_actor, read_choice, read_day
from partnerships.doors.cli.output import console, write_json


def why(
    context: typer.Context,
    identifier: Identifier,
    trigger: Annotated[
        str | None, typer.Option("--trigger", metavar="T", show_default=False, help="Only this trigger.")
    ] = None,
    actor: Actor = None,
    on: OnDay = None,
    as_json: AsJson = False,
) -> None:
    """Say what may happen next, and all that is missing for it.

    Without --actor it asks for somebody who holds every role but auditor and service and wrote nothing.
    """
    from partnerships.lifecycle.vocabulary import Trigger

    read_choice(trigger, "--trigger", Trigger)
    asking, day = read_actor(actor), read_day(on)
    with opened(context.obj) as service:
        answer = service.why(identifier, trigger=trigger, actor=asking, on=day)
    if as_json:
        write_json(answer)
        return
    from partnerships.doors.cli.views.why import why_view

    console().print(why_view(answer))
