"""`partnerships audit hold`: legal holds, placed, lifted and listed."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from partnerships.doors.cli.failures import FOUND
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import AsJson, flag, read_actor
from partnerships.doors.cli.output import console, write_json


def hold(
    context: typer.Context,
    id: Annotated[
        str | None, typer.Argument(metavar="ID", help="The partnership's id.", show_default=False)
    ] = None,
    place: Annotated[bool, flag("--place", "Place a hold; needs --by and --reason.")] = False,
    lift: Annotated[
        int | None,
        typer.Option(
            "--lift",
            metavar="N",
            show_default=False,
            help="Lift the hold of this number; needs --by and --reason.",
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="JSON", show_default=False, help="Who places or lifts it, as a JSON object."
        ),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option("--reason", metavar="TEXT", show_default=False, help="Why; it is kept for good."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the legal holds, place one or lift one: while a hold stands nothing is erased.

    Status 1 where it is refused.
    """
    if place and lift is not None:
        raise typer.BadParameter("--place and --lift do not go together")
    if not place and lift is None:
        _list(context, id, as_json)
        return
    if id is None or by is None or reason is None:
        raise typer.BadParameter("a hold is placed and lifted with ID, --by and --reason")
    from partnerships.audit.erasing.holding import lift_hold, place_hold
    from partnerships.doors.cli.views.audit.erase import step_view

    actor = read_actor(by, "--by") or {}
    with opened(context.obj) as service:
        outcome: dict[str, Any] = (
            place_hold(service, id, by=actor, reason=reason)
            if lift is None
            else lift_hold(service, id, lift, by=actor, reason=reason)
        )
    if as_json:
        write_json(outcome)
    else:
        console().print(step_view(outcome))
    raise typer.Exit(0 if outcome["outcome"] == "accepted" else FOUND)


def _list(context: typer.Context, id: str | None, as_json: bool) -> None:
    from partnerships.audit.erasing.holding import list_holds
    from partnerships.doors.cli.views.audit.erase import holds_view

    with opened(context.obj) as service:
        found = list_holds(service, id)
    if as_json:
        write_json(found)
    else:
        console().print(holds_view(found))
