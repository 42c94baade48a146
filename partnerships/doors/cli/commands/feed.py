"""`partnerships feed`: accepted entries as CloudEvents."""

from __future__ import annotations

from typing import Annotated

import typer

from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, AsJson, read_actor
from partnerships.doors.cli.output import console, write_json
from partnerships.errors import NotAllowed


def feed(
    context: typer.Context,
    after: Annotated[
        str | None,
        typer.Option("--after", metavar="CURSOR", show_default=False, help="Only events after this cursor."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most this many.")] = 1000,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Show accepted entries as CloudEvents; with --json a batch of them (CloudEvents 1.0, JSON batch format).

    Each event carries a cursor; give the last one to --after for what came since.
    """
    asking = read_actor(actor)
    if asking is not None and asking.get("party") != "ims":
        raise NotAllowed("the feed is of all partnerships; the partner's side reads its own with `history`")
    with opened(context.obj) as service:
        events = service.feed(after=after, limit=limit)
    if as_json:
        write_json(events)
        return
    from partnerships.doors.cli.views.feed import feed_view

    console().print(feed_view(events))
