"""The options that several commands share, and what their values may be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any

import typer

from partnerships.lifecycle.days import parse_day

Identifier = Annotated[str, typer.Argument(metavar="ID", help="The partnership's id.", show_default=False)]


def flag(name: str, help: str) -> Any:
    """Make an option that takes no value; the name of its type would read as if it took one."""
    return typer.Option(name, metavar="", help=help)


AsJson = Annotated[bool, flag("--json", "Print JSON instead of text for people.")]


def actor_option(who: str) -> Any:
    """Make the option that names an actor; `who` is its help."""
    return typer.Option("--actor", metavar="JSON", show_default=False, help=who)


Actor = Annotated[
    str | None,
    actor_option(
        "Who asks, as a JSON object with id, party and roles; without it the operator, who sees no sealed"
        " content."
    ),
]
OnDay = Annotated[
    str | None,
    typer.Option("--on", metavar="DAY", show_default=False, help="The day to ask for; without it today."),
]


def read_actor(given: str | None, option: str = "--actor") -> dict[str, Any] | None:
    """Return the actor in `given`, a JSON object; None stays None. Raises a usage error when it is none."""
    if given is None:
        return None
    from partnerships.workflows.streaming import BadLine, read_line

    try:
        actor = read_line(given)
    except BadLine as error:
        raise typer.BadParameter(f"{option} {error}; {_ACTOR_EXAMPLE}") from None
    if not isinstance(actor, dict):
        raise typer.BadParameter(f"{option} must be a JSON object; {_ACTOR_EXAMPLE}")
    return actor


_ACTOR_EXAMPLE = """write for example '{"id":"pm-1","party":"ims","roles":["programme_manager"]}'"""


def read_day(given: str | None, option: str = "--on") -> date | None:
    """Return the ISO day in `given`; raises a usage error when it is no day of the calendar."""
    if given is None:
        return None
    try:
        return parse_day(given)
    except ValueError:
        raise typer.BadParameter(f"{option} {given!r} is no day; write for example 2024-03-01") from None


def read_instant(given: str | None, option: str) -> datetime | None:
    """Return the ISO instant in `given`; raises a usage error when it is none or names no time zone."""
    if given is None:
        return None
    try:
        instant = datetime.fromisoformat(given)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise typer.BadParameter(
            f"{option} {given!r} is no instant; write for example 2024-03-01T12:00:00Z"
        ) from None
    return instant


def read_choice(given: str | None, option: str, choices: Iterable[str]) -> str | None:
    """Return `given` when it is one of `choices`; raises a usage error that lists them when it is not."""
    known = [str(choice) for choice in choices]
    if given is not None and given not in known:
        raise typer.BadParameter(f"{option} {given!r} is not known; choose from {', '.join(known)}")
    return given
