"""`partnerships import`: a real register as candidates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from partnerships.doors.cli.failures import FOUND, INTERRUPTED, Failure
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import AsJson, actor_option, read_actor
from partnerships.doors.cli.output import console, write_json
from partnerships.doors.cli.progress import progress_bar


def import_file(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="IATI activity XML, 360Giving JSON or CSV.", show_default=False),
    ],
    actor: Annotated[
        str | None,
        actor_option("Needed: who identifies the candidates, as a JSON object with id, party and roles."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import a register as candidates, never as decisions; running it twice changes nothing."""
    importing = read_actor(actor)
    if importing is None:
        raise typer.BadParameter("import needs --actor, the person who identifies the candidates")
    with file.open("rb"):
        pass  # an unreadable file is told before a database is made for it
    try:
        with opened(context.obj, create=True) as service, progress_bar("importing", None) as advance:
            report = service.import_register(file, importing, progress=advance).as_dict()
    except KeyboardInterrupt:
        kept = "what is on file by now is kept, and running it again goes on from there"
        raise Failure(f"stopped; {kept}", INTERRUPTED) from None
    if as_json:
        write_json(report)
    else:
        from partnerships.doors.cli.views.register import register_view

        console().print(register_view(report))
    raise typer.Exit(FOUND if report["refused"] else 0)
