"""`partnerships audit export`: the history for an auditor's own tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from partnerships.doors.cli.commands.audit.asking import Ids, check_asker
from partnerships.doors.cli.files import replaced
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, read_choice
from partnerships.doors.cli.progress import progress_bar


def export(
    context: typer.Context,
    format: Annotated[
        str, typer.Argument(metavar="FORMAT", help="csv, xes, ocel, prov or cloudevents.", show_default=False)
    ],
    ids: Ids = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            show_default=False,
            help="Write to this file, whole or not at all; without it to standard output.",
        ),
    ] = None,
    actor: Actor = None,
) -> None:
    """Export the history: a row or event an entry, each with its digest and its place in the log.

    Ids, roles, days and codes only: no text of anybody, nothing sealed.
    """
    from partnerships.audit.export import FORMATS
    from partnerships.audit.export import export as write

    read_choice(format, "FORMAT", FORMATS)
    check_asker(actor)
    with opened(context.obj) as service:
        wanted = out is not None or not sys.stdout.isatty()
        with progress_bar("exporting", None, wanted=wanted) as move, replaced(out) as file:
            write(service, format, file, ids=ids or (), progress=move)
