"""`partnerships audit pack`: the history for an auditor who trusts nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from partnerships.doors.cli.commands.audit.asking import Ids
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, AsJson, read_actor, read_choice
from partnerships.doors.cli.output import console, write_json
from partnerships.doors.cli.progress import progress_bar


def pack(
    context: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="A folder to make, or a zip where it ends in .zip.", show_default=False
        ),
    ],
    ids: Ids = None,
    contents: Annotated[
        str,
        typer.Option(
            "--contents",
            metavar="WHICH",
            help="none: ids, codes and days only; open: what entries say too; sealed: sealed contents too, "
            "each opened for --actor, which the history keeps.",
        ),
    ] = "none",
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason",
            metavar="TEXT",
            show_default=False,
            help="Why sealed contents are opened; kept for good.",
        ),
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(
            "--size",
            metavar="N",
            min=0,
            show_default=False,
            help="Pack as of the checkpoint of this size; without it the newest.",
        ),
    ] = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Write entries, the log, its checkpoints and a verifier that needs Python alone.

    The same database, checkpoint and options give the same bytes.

    `audit verify --pack PATH` verifies it, and so does the verify.py in it, on any machine.
    """
    from partnerships.audit.pack.openings import CHOICES
    from partnerships.audit.pack.writing import PackRequest, write_pack

    read_choice(contents, "--contents", CHOICES)
    asking = read_actor(actor)
    request = PackRequest(tuple(ids) if ids else None, contents, reason or "", size)
    with opened(context.obj) as service, progress_bar("packing", None) as move:
        made = write_pack(service, path, request, actor=asking, progress=move)
    if as_json:
        write_json(made.as_json())
        return
    from partnerships.doors.cli.views.audit.pack import pack_view

    console().print(pack_view(made.as_json()))
