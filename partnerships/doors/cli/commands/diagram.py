"""`partnerships diagram`: the state machine as Mermaid or SVG."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, flag, read_actor


def diagram(
    context: typer.Context,
    as_svg: Annotated[bool, flag("--svg", "Print an SVG picture instead of Mermaid text.")] = False,
    path: Annotated[
        str | None,
        typer.Option(
            "--path", metavar="ID", show_default=False, help="Mark the path that this partnership took."
        ),
    ] = None,
    actor: Actor = None,
) -> None:
    """Print the state machine as Mermaid text, or as an SVG picture."""
    from partnerships.doors.diagram import Step, mermaid, path_taken, svg

    steps: tuple[Step, ...] = ()
    subtitle = ""
    if path is not None:
        asking = read_actor(actor)
        with opened(context.obj) as service:
            steps = path_taken(service.history(path, actor=asking))
            subtitle = f"{path} · {service.show(path, actor=asking)['partner'].get('name') or ''}".rstrip(
                " ·"
            )
    sys.stdout.write(svg(steps, subtitle=subtitle) if as_svg else mermaid(steps))
