"""`partnerships serve`: the scheduler process."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from partnerships.doors.cli.failures import FOUND, Failure
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import flag

if TYPE_CHECKING:
    from partnerships.doors.serving.config import Config


def serve(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", metavar="FILE.toml", show_default=False, help="The settings of the process."
        ),
    ] = None,
    every: Annotated[
        list[str] | None,
        typer.Option(
            "--every",
            metavar="[DUTY=]SECONDS",
            show_default=False,
            help="How often, for one duty or for all; may be repeated.",
        ),
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option(
            "--listen",
            metavar="[HOST:]PORT",
            show_default=False,
            help="Answer /healthz and /metrics there; without a host on this machine alone.",
        ),
    ] = None,
    once: Annotated[bool, flag("--once", "Run each duty once and end, as cron wants it.")] = False,
) -> None:
    """Sweep and deliver again and again, until SIGTERM or SIGINT; the batch under way is finished.

    Any number of processes on any machines may serve one database.
    """
    settings = _settings(config, every or [], listen)
    try:
        from partnerships.doors.serving.process import duties_of, run_once, run_until_told, watch_over
    except ModuleNotFoundError as error:
        raise Failure(f"{error.name} is not there; install 'partnerships[serve]'") from None
    stopping = Event()
    with opened(context.obj or settings.database) as service:
        duties = duties_of(service, settings, stopping.is_set)
        watch = watch_over(duties, settings.stale_after)
        if once:
            raise typer.Exit(0 if run_once(watch, duties) else FOUND)
        run_until_told(watch, duties, stopping, settings.listen)


def _settings(file: Path | None, every: list[str], listen: str | None) -> Config:
    """The file's settings under what the command line says."""
    from partnerships.doors.serving.config import Config, read_config

    settings = read_config(file) if file is not None else Config()
    changes: dict[str, object] = {}
    if every:
        changes["every"] = settings.every.model_copy(update=_intervals(every))
    if listen is not None:
        changes["listen"] = _address(listen)
    return settings.model_copy(update=changes)


def _intervals(every: list[str]) -> dict[str, float]:
    from pydantic import ValidationError

    from partnerships.doors.serving.config import Every

    known = list(Every.model_fields)
    said: dict[str, str] = {}
    for one in every:
        duty, separator, seconds = one.rpartition("=")
        if separator and duty not in known:
            raise typer.BadParameter(
                f"--every {one!r}: there is no duty {duty!r}; choose from {', '.join(known)}"
            )
        said |= {duty: seconds} if separator else dict.fromkeys(known, seconds)
    try:
        read = Every.model_validate(said)
    except ValidationError:
        raise typer.BadParameter(
            f"--every {' '.join(every)}: write seconds, more than 0, for example 60 or sweep=300"
        ) from None
    return {duty: getattr(read, duty) for duty in said}


def _address(given: str) -> object:
    from pydantic import ValidationError

    from partnerships.doors.serving.config import Listen

    host, separator, port = given.rpartition(":")
    try:
        return Listen.model_validate({"port": port} | ({"host": host.strip("[]")} if separator else {}))
    except ValidationError:
        raise typer.BadParameter(f"--listen {given!r}: write a port, or HOST:PORT") from None
