"""`partnerships demo`: a whole story on real input."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from partnerships.doors.cli.failures import FOUND
from partnerships.doors.cli.output import console


def demo(
    context: typer.Context,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep",
            metavar="DIR",
            show_default=False,
            help="Keep the database and the pictures in this folder.",
        ),
    ] = None,
) -> None:
    """Tell the whole life of a partnership, on a real register and fictional partners, in under a minute."""
    from partnerships.doors.demo.story import tell

    if not tell(console(most=100), keep):
        raise typer.Exit(FOUND)
