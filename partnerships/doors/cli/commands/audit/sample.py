"""`partnerships audit sample`: entries to look at, drawn so that nobody can steer it."""

from __future__ import annotations

from typing import Annotated

import typer

from partnerships.doors.cli.commands.audit.asking import check_asker
from partnerships.doors.cli.commands.audit.drawing import DrawnFrom, Stratify, check_draw
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, AsJson
from partnerships.doors.cli.output import console, write_json
from partnerships.doors.cli.progress import progress_bar


def sample(
    context: typer.Context,
    n: Annotated[
        int, typer.Option("-n", metavar="N", min=1, help="How many; of each stratum where it is stratified.")
    ],
    seed: Annotated[
        str, typer.Option("--seed", metavar="NONCE", help="The auditor's nonce, told once all is recorded.")
    ],
    of: DrawnFrom = "decisions",
    stratify: Stratify = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Draw a sample: the entries with the lowest SHA-256 of the nonce followed by the entry's digest."""
    from partnerships.audit.judging.sample import sample as drawn

    check_draw(of, stratify)
    check_asker(actor)
    with opened(context.obj) as service, progress_bar("drawing", None) as advance:
        answer = drawn(service, n, seed, of=of, stratify=stratify, progress=advance)
    if as_json:
        write_json(answer)
        return
    from partnerships.doors.cli.views.audit.sample import sample_view

    screen = console()
    screen.print(sample_view(answer, screen.width))
