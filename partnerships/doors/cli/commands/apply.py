"""`partnerships apply`: commands in, outcomes out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Annotated, BinaryIO

import typer

from partnerships.doors.cli.failures import FOUND, INTERRUPTED, Failure
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import actor_option, flag, read_actor
from partnerships.doors.cli.output import encoded, write_line
from partnerships.doors.cli.progress import progress_bar

_BATCH = 64


def apply(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-", help="Commands as JSON Lines; - for standard input.", show_default=False
        ),
    ],
    importing: Annotated[
        bool,
        flag("--import", "Take over a past history; needs --actor, a director. Entries stay marked."),
    ] = False,
    actor: Annotated[
        str | None,
        actor_option(
            "With --import: the director who takes it over, as a JSON object with id, party and roles."
        ),
    ] = None,
) -> None:
    """Run commands; write one outcome a line, each once it is durable."""
    importing_actor = read_actor(actor)
    if importing and importing_actor is None:
        raise typer.BadParameter("--import needs --actor, the director who takes the history over")
    if not importing and importing_actor is not None:
        raise typer.BadParameter("--actor goes with --import; otherwise each command names its own actor")
    from partnerships import open_audit

    told = 0
    clean = True
    with _source(file) as source, opened(context.obj, create=True) as service, _bar(file, source) as advance:
        audit = open_audit(service)
        if audit.may_sign:
            # A crisis termination or an exception is signed for at once.
            service.after_grave.append(audit.checkpoint)
        try:
            outcomes = service.apply_lines(
                _lines(source, advance),
                importing_actor=importing_actor,
                batch=1 if file == "-" else _BATCH,
            )
            for outcome in outcomes:
                told += 1
                write_line(encoded(outcome))
                clean = clean and outcome["outcome"] == "accepted"
        except KeyboardInterrupt:
            raise Failure(f"stopped {_kept(told)}", INTERRUPTED) from None
        except BrokenPipeError:
            raise
        except OSError as error:
            # The last one was not told.
            raise Failure(f"{error.strerror} {_kept(max(told - 1, 0))}") from None
    raise typer.Exit(0 if clean else FOUND)


def _kept(told: int) -> str:
    # Commands of a file are committed in groups: some may be on file whose outcomes nobody saw.
    outcomes = "1 outcome" if told == 1 else f"{told} outcomes"
    after = "commands after them may be too, and all that carry a key can safely run again"
    return f"after {outcomes}; what those tell is kept, {after}"


@contextmanager
def _source(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        if sys.stdin is None:
            raise Failure("there is no standard input to read commands from: it is closed")
        yield sys.stdin.buffer
        return
    with open(file, "rb") as source:
        yield source


def _bar(file: str, source: BinaryIO) -> AbstractContextManager[Callable[[int, int | None], None]]:
    # Outcomes that scroll by on the same terminal are progress enough.
    wanted = file != "-" and not sys.stdout.isatty()
    return progress_bar(
        "applying", os.fstat(source.fileno()).st_size or None if wanted else None, wanted=wanted
    )


def _lines(source: BinaryIO, advance: Callable[[int, int | None], None]) -> Iterator[bytes]:
    from partnerships.workflows.streaming import bounded_lines

    seekable = source.seekable()
    for line in bounded_lines(source):
        if seekable:
            advance(source.tell(), None)
        yield line
