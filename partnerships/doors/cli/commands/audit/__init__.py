"""`partnerships audit`: what an auditor asks, a file per command; this file puts them together."""

from __future__ import annotations

from collections.abc import Callable

import typer

from partnerships.doors.cli.commands.audit import (
    checkpoint,
    erase,
    exceptions,
    export,
    history,
    hold,
    keys,
    pack,
    population,
    replay,
    report,
    sample,
    verify,
)

app = typer.Typer(
    name="audit",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="What an auditor asks: is this all of it, was it altered, and did the decisions follow the policy?",
)

_BY_PANEL: dict[str, list[tuple[str, Callable[..., None]]]] = {
    "Trust it": [
        ("verify", verify.verify),
        ("checkpoint", checkpoint.checkpoint),
        ("keys", keys.keys),
    ],
    "Judge it": [
        ("replay", replay.replay),
        ("exceptions", exceptions.exceptions),
        ("history", history.history),
    ],
    "Choose from it": [("population", population.population), ("sample", sample.sample)],
    "Erase from it": [("erase", erase.erase), ("hold", hold.hold)],
    "Take it away": [("export", export.export), ("report", report.report), ("pack", pack.pack)],
}

for _panel, _commands in _BY_PANEL.items():
    for _name, _command in _commands:
        app.command(_name, rich_help_panel=_panel)(_command)


@app.callback()
def _audit() -> None:
    """Keep `audit` a group of commands, however many there are."""
