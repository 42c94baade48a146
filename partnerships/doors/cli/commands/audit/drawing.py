"""What a sample is drawn from, as the commands take it."""

from __future__ import annotations

from typing import Annotated

import typer

from partnerships.doors.cli.options import read_choice

DrawnFrom = Annotated[
    str, typer.Option("--of", metavar="WHAT", help="What is drawn from: decisions, transitions or entries.")
]
Stratify = Annotated[
    str | None,
    typer.Option(
        "--stratify",
        metavar="BY",
        show_default=False,
        help="N of each stratum: state, category, country, type, level, entry, kind, trigger, year, policy.",
    ),
]


def check_draw(of: str, stratify: str | None) -> None:
    """Raise BadParameter for what nothing is drawn from, or divided by."""
    from partnerships.audit.judging.strata import POPULATIONS, STRATA

    read_choice(of, "--of", POPULATIONS)
    read_choice(stratify, "--stratify", STRATA)
