"""`partnerships prompts`: what is due, to whom, since when."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partnerships.doors.cli.failures import Failure
from partnerships.doors.cli.location import house_policy, opened
from partnerships.doors.cli.options import Actor, AsJson, flag, read_actor, read_choice, read_day
from partnerships.doors.cli.output import console, write_json
from partnerships.errors import NotAllowed

if TYPE_CHECKING:
    from partnerships.workflows.arguments import PromptFilters

_AHEAD = timedelta(days=366)
"""How far a calendar looks ahead."""


def _filter(option: str, metavar: str, words: str) -> typer.models.OptionInfo:
    made: typer.models.OptionInfo = typer.Option(option, metavar=metavar, show_default=False, help=words)
    return made


def prompts(
    context: typer.Context,
    on: Annotated[
        str | None,
        _filter("--on", "DAY", "As it stood on a past day; for a coming one, what will be due by then too."),
    ] = None,
    for_: Annotated[
        str | None, _filter("--for", "ID", "Only those that ask this person, or about this partnership.")
    ] = None,
    status: Annotated[str | None, _filter("--status", "STATUS", "Only those of this status.")] = None,
    kind: Annotated[str | None, _filter("--kind", "KIND", "Only those of this kind.")] = None,
    country: Annotated[str | None, _filter("--country", "CODE", "Only partners of this country.")] = None,
    responsible: Annotated[
        str | None, _filter("--responsible", "ACTOR", "Only partnerships this person looks after.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, show_default=False, help="At most this many.")
    ] = None,
    after: Annotated[str | None, _filter("--after", "PROMPT", "Only those after this one.")] = None,
    everything: Annotated[
        bool, flag("--all", "Answered and missed ones too; --json always gives them.")
    ] = False,
    as_calendar: Annotated[
        bool, flag("--ical", "Print an iCalendar feed of what is open and what is coming.")
    ] = False,
    undelivered: Annotated[
        bool, flag("--undelivered", "Show the messages that could not be delivered.")
    ] = False,
    retry: Annotated[bool, flag("--retry", "Try again to deliver what was given up.")] = False,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Show review prompts: what is asked of whom, since when, and what became of it. Nothing is made."""
    from partnerships.lifecycle.vocabulary import PromptKind, PromptStatus

    read_choice(status, "--status", PromptStatus)
    read_choice(kind, "--kind", PromptKind)
    if country is not None and not (len(country) == 2 and country.isalpha()):
        raise typer.BadParameter(f"--country {country!r} is no country code; write for example MW")
    if as_calendar and as_json:
        raise typer.BadParameter("--ical and --json: choose one")
    asking, day, today = read_actor(actor), read_day(on), _today()
    if undelivered or retry:
        chosen = {
            "--for": for_,
            "--status": status,
            "--kind": kind,
            "--country": country,
            "--responsible": responsible,
            "--limit": limit,
            "--after": after,
            "--ical": as_calendar,
        }
        if beside := [option for option, value in chosen.items() if value]:
            raise typer.BadParameter(
                f"--undelivered and --retry are of all messages; leave {', '.join(beside)} out"
            )
        _delivery(context, asking, retry=retry, as_json=as_json)
        return
    waiting = not status and (as_calendar or not (as_json or everything))
    filters: PromptFilters = {
        "on": day or (today + _AHEAD if as_calendar else None),
        "for_": for_,
        "status": _WAITING if waiting else status,
        "kind": kind,
        "country": country and country.upper(),
        "responsible": responsible,
        "limit": None if waiting and not as_calendar else limit,
        "after": after,
    }
    with opened(context.obj) as service:
        rows = service.prompts(actor=asking, **filters)
    if as_calendar:
        about = ", ".join(filter(None, (for_, responsible, country and country.upper())))
        sys.stdout.buffer.write(_calendar(rows, today, about))
        return
    if as_json:
        write_json(rows)
        return
    from partnerships.doors.cli.views.prompts import prompts_view

    page, screen = rows[:limit], console()
    screen.print(
        prompts_view(
            page,
            day=min(day or today, today),
            width=screen.width,
            waiting=waiting,
            more=len(rows) - len(page),
        )
    )


_WAITING = ("open", "escalated")


def _today() -> date:
    """Today where the office is."""
    from zoneinfo import ZoneInfo

    return datetime.now(UTC).astimezone(ZoneInfo(house_policy().settings.office_time_zone)).date()


def _calendar(rows: list[dict[str, Any]], today: date, about: str) -> bytes:
    try:
        from partnerships.scheduler.calendar import calendar
    except ModuleNotFoundError as error:
        raise Failure(f"{error.name} is not there; install 'partnerships[serve]'") from None
    return calendar(rows, day=today, name=f"Partnerships: {about}" if about else "Partnerships")


def _delivery(context: typer.Context, asking: dict[str, Any] | None, *, retry: bool, as_json: bool) -> None:
    """Show what is not delivered; with `retry` what was given up is due again first."""
    if asking is not None and asking.get("party") != "ims":
        raise NotAllowed("deliveries are of all partnerships; the partner's side reads its own prompts")
    with opened(context.obj) as service:
        again = service.retry() if retry else None
        rows = service.undelivered()
    if as_json:
        write_json(rows if again is None else {"retried": again, "undelivered": rows})
        return
    from partnerships.doors.cli.views.undelivered import undelivered_view

    console().print(undelivered_view(rows, again))
