"""`partnerships audit exceptions`: everything out of the ordinary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Annotated, Any

import typer

from partnerships.doors.cli.commands.audit.asking import (
    Earlier,
    Ids,
    bar,
    check_asker,
    earlier_policies,
    write_rows,
)
from partnerships.doors.cli.failures import FOUND
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, AsJson, OnDay, read_choice, read_day
from partnerships.doors.cli.output import console


def exceptions(
    context: typer.Context,
    ids: Ids = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="RULE", show_default=False, help="Only rows of this rule.")
    ] = None,
    severity: Annotated[
        str | None,
        typer.Option(
            "--severity",
            metavar="S",
            show_default=False,
            help="Only rows of this severity: high, medium, low.",
        ),
    ] = None,
    on: OnDay = None,
    settings: Earlier = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """List exceptions to clauses, late and back-dated steps, corrections, lapsed agreements and the like.

    Nothing sealed is opened: of a crisis it is told that there is one. Exit status 1 when a row is listed.
    """
    from partnerships.audit.judging.exceptions import exceptions as listed
    from partnerships.audit.judging.rules import RULES, Severity

    read_choice(rule, "--rule", RULES)
    read_choice(severity, "--severity", Severity)
    check_asker(actor)
    day, policies = read_day(on), earlier_policies(settings)
    counted: Counter[str] = Counter()
    screen = console()
    with opened(context.obj) as service, bar("looking", screen, as_json) as advance:
        with closing(listed(service, ids, on=day, policies=policies, progress=advance)) as rows:
            chosen = _counted(rows, counted, rule, severity)
            if as_json:
                write_rows("exceptions", chosen, lambda: {"totals": dict(sorted(counted.items()))})
            else:
                from partnerships.doors.cli.views.audit.exceptions import exception_view, totals_view

                for row in chosen:
                    screen.print(exception_view(row))
                screen.print(totals_view(counted))
    raise typer.Exit(FOUND if counted else 0)


def _counted(
    rows: Iterator[dict[str, Any]], counted: Counter[str], rule: str | None, severity: str | None
) -> Iterator[dict[str, Any]]:
    for row in rows:
        if rule in (None, row["rule"]) and severity in (None, row["severity"]):
            counted[row["rule"]] += 1
            yield row
