"""`partnerships audit population`: what there is to audit, with control totals."""

from __future__ import annotations

import typer

from partnerships.doors.cli.commands.audit.asking import check_asker
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, AsJson
from partnerships.doors.cli.output import console, write_json
from partnerships.doors.cli.progress import progress_bar


def population(context: typer.Context, actor: Actor = None, as_json: AsJson = False) -> None:
    """Count what there is to audit: entries by what they are, policies, amounts, first and last digest."""
    from partnerships.audit.judging.population import population as counted

    check_asker(actor)
    with opened(context.obj) as service, progress_bar("counting", None) as advance:
        answer = counted(service, progress=advance)
    if as_json:
        write_json(answer)
        return
    from partnerships.doors.cli.views.audit.population import population_view

    console().print(population_view(answer))
