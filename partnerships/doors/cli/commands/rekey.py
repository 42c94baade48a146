"""`partnerships rekey`: another sealing key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import AsJson
from partnerships.doors.cli.output import console, write_json


def rekey(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", show_default=False, help="The new key's file; it is made where it is not there."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Put another sealing key in use: all keys of sealed contents are wrapped under it.

    Stop what else works on the database first. On PostgreSQL the tables' owner does it.
    """
    from partnerships.workflows.rekeying import change_sealing_key

    with opened(context.obj) as service:
        done = change_sealing_key(service, file)
    if as_json:
        write_json(done)
        return
    told = console()
    told.print(f"Keys wrapped anew: {done['wrapped']}. The sealing key is {done['key']} now.", markup=False)
    told.print(
        f"Name it in PARTNERSHIPS_KEY_FILE, or put it in the place of {done['before']}."
        " The old key opens older backups: keep it apart as long as you keep them.",
        markup=False,
    )
