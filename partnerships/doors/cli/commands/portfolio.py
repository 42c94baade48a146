"""`partnerships list`: the portfolio."""

from __future__ import annotations

from typing import Annotated, get_args

import typer

from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, AsJson, OnDay, flag, read_actor, read_choice, read_day
from partnerships.doors.cli.output import console, write_json


def _filter(option: str, metavar: str, words: str) -> typer.models.OptionInfo:
    made: typer.models.OptionInfo = typer.Option(option, metavar=metavar, show_default=False, help=words)
    return made


def portfolio(
    context: typer.Context,
    state: Annotated[str | None, _filter("--state", "STATE", "Only those in this state.")] = None,
    overdue: Annotated[bool, flag("--overdue", "Only those past an endline.")] = False,
    on: OnDay = None,
    name: Annotated[str | None, _filter("--name", "TEXT", "Only partners whose name holds this.")] = None,
    identifier: Annotated[
        str | None, _filter("--identifier", "SCHEME:VALUE", "Only the partner with this identifier.")
    ] = None,
    kind: Annotated[str | None, _filter("--type", "TYPE", "Only partners of this type.")] = None,
    level: Annotated[str | None, _filter("--level", "LEVEL", "Only partners of this level.")] = None,
    country: Annotated[str | None, _filter("--country", "CODE", "Only partners of this country.")] = None,
    responsible: Annotated[
        str | None, _filter("--responsible", "ACTOR", "Only those this person looks after.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, show_default=False, help="At most this many.")
    ] = None,
    after: Annotated[str | None, _filter("--after", "ID", "Only ids after this one.")] = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """List the portfolio, and what in it is overdue."""
    from partnerships.lifecycle.records.partner import Level, PartnerType
    from partnerships.lifecycle.vocabulary import State

    read_choice(state, "--state", State)
    read_choice(kind, "--type", get_args(PartnerType))
    read_choice(level, "--level", get_args(Level))
    if country is not None and not (len(country) == 2 and country.isalpha()):
        raise typer.BadParameter(f"--country {country!r} is no country code; write for example MW")
    if identifier is not None and ":" not in identifier:
        raise typer.BadParameter("--identifier takes SCHEME:VALUE, for example GB-CHC:285776")
    asking, day = read_actor(actor), read_day(on)
    with opened(context.obj) as service:
        rows = service.portfolio(
            actor=asking,
            on=day,
            state=state,
            overdue=overdue,
            name=name,
            identifier=identifier,
            type=kind,
            level=level,
            country=country and country.upper(),
            responsible=responsible,
            # One more than is shown tells whether there are more.
            limit=limit if limit is None or as_json else limit + 1,
            after=after,
        )
    if as_json:
        write_json(rows)
        return
    from partnerships.doors.cli.views.portfolio import portfolio_view

    screen = console()
    page = rows[:limit]
    screen.print(portfolio_view(page, width=screen.width, more=len(rows) > len(page)))
