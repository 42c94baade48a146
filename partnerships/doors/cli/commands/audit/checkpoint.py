"""`partnerships audit checkpoint`: the log's head, signed, and taken to where the keeper cannot reach it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from partnerships.doors.cli.commands.audit.key_file import KeyFile
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import AsJson, flag
from partnerships.doors.cli.output import console, write_json


def checkpoint(
    context: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="PATH",
            show_default=False,
            help="Write it to this file, or into this folder; else into $PARTNERSHIPS_CHECKPOINTS, if named.",
        ),
    ] = None,
    cosign: Annotated[
        Path | None,
        typer.Option(
            "--cosign",
            metavar="FILE",
            show_default=False,
            help="Sign the newest checkpoint with this second key instead of making one.",
        ),
    ] = None,
    receipt: Annotated[
        str | None,
        typer.Option(
            "--receipt",
            metavar="ID/SEQUENCE",
            show_default=False,
            help="Print the signed proof, as JSON, that this entry is in the log.",
        ),
    ] = None,
    listing: Annotated[bool, flag("--list", "Show the checkpoints made so far.")] = False,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Take what is new into the log and sign its head; where nothing is new the newest checkpoint stands."""
    from partnerships.audit.audit import Audit, open_audit
    from partnerships.audit.log.checkpoints import write_checkpoint
    from partnerships.doors.cli.views.audit.checkpoint import checkpoints_view

    if sum((listing, cosign is not None, receipt is not None)) > 1:
        raise typer.BadParameter("ask for one of --cosign, --receipt and --list")
    with opened(context.obj) as service:
        if listing:
            made = Audit(service).checkpoints()
        elif cosign is not None:
            made = [open_audit(service).cosign(cosign)]
        elif receipt is not None:
            id, sequence = _place(receipt)
            write_json(open_audit(service, key_file=key_file).receipt(id, sequence))
            return
        else:
            made = [open_audit(service, key_file=key_file).checkpoint()]
    if out is not None and made:
        write_checkpoint(made[-1], out)
    told = [each.as_json() for each in made]
    if as_json:
        write_json(told if listing else told[0])
    else:
        console().print(checkpoints_view(told), soft_wrap=True)


def _place(text: str) -> tuple[str, int]:
    id, _, sequence = text.rpartition("/")
    if not id or not sequence.isdecimal():
        raise typer.BadParameter(f"--receipt {text!r} is no entry; write for example p-1/7")
    return id, int(sequence)
