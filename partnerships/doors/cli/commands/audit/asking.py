"""What the auditors' readings share: who asks, earlier settings, and rows that are written as they come."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partnerships.doors.cli.location import read_settings
from partnerships.doors.cli.options import read_actor
from partnerships.doors.cli.output import encoded
from partnerships.doors.cli.progress import progress_bar
from partnerships.errors import NotAllowed

if TYPE_CHECKING:
    from rich.console import Console

    from partnerships import Policy

Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="ID", help="Only these partnerships; without any, all.", show_default=False),
]
Earlier = Annotated[
    list[Path] | None,
    typer.Option(
        "--settings",
        metavar="FILE",
        show_default=False,
        help="Settings of an earlier time, as JSON; entries name them by digest. May be given several times.",
    ),
]


def check_asker(actor: str | None) -> None:
    """Raise NotAllowed for the partner's side: these readings are of all partnerships (L2)."""
    asking = read_actor(actor)
    if asking is not None and asking.get("party") != "ims":
        raise NotAllowed(
            "this reading is of all partnerships; the partner's side reads its own with `history`"
        )


def earlier_policies(files: list[Path] | None) -> list[Policy]:
    """Return the policy under each file's settings; raises `Failure` for one that cannot be read."""
    from partnerships import POLICY_1_1

    policies = []
    for file in files or ():
        policies.append(replace(POLICY_1_1, settings=read_settings(file)))
    return policies


def bar(
    what: str, screen: Console, as_json: bool
) -> AbstractContextManager[Callable[[int, int | None], None]]:
    """Return the bar of a reading whose rows come as it goes on; JSON that scrolls by is progress enough."""
    return progress_bar(what, None, wanted=not (as_json and sys.stdout.isatty()), screen=screen)


def write_rows(name: str, rows: Iterable[Any], rest: Callable[[], dict[str, Any]]) -> None:
    """Write one JSON object whose list `name` holds rows as they come, and then what `rest` gives."""
    out = sys.stdout.buffer
    sys.stdout.flush()
    out.write(b"{" + encoded(name) + b":[")
    for number, row in enumerate(rows):
        out.write((b"," if number else b"") + encoded(row))
    after = encoded(rest())
    out.write(b"]" + (b"," if after != b"{}" else b"") + after[1:] + b"\n")
    out.flush()
