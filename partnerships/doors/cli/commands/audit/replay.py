"""`partnerships audit replay`: every decision judged again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

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
from partnerships.doors.cli.options import Actor, AsJson, flag, read_choice
from partnerships.doors.cli.output import console

if TYPE_CHECKING:
    from rich.console import Console

    from partnerships.audit.judging.verdict import Totals, Verdict


def replay(
    context: typer.Context,
    ids: Ids = None,
    of: Annotated[
        str,
        typer.Option(
            "--of",
            metavar="WHAT",
            help="What is judged: decisions, records among them, or transitions alone.",
        ),
    ] = "decisions",
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy",
            metavar="VERSION",
            show_default=False,
            help="What if: judge all of them under this version and the house's settings of today.",
        ),
    ] = None,
    settings: Earlier = None,
    sealed: Annotated[
        bool,
        flag("--sealed", "Judge sealed decisions too; takes the sealing key, and shows no contents."),
    ] = False,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Judge every decision again by the file as it stood then, under the policy of its day or another.

    Lists the decisions that deviate and those that cannot be judged; with --json every decision.

    Exit status 1 when one deviates.
    """
    from partnerships.audit.judging.replay import replay as judged
    from partnerships.audit.judging.verdict import Totals

    read_choice(of, "--of", ("decisions", "transitions"))
    check_asker(actor)
    totals = Totals()
    policies = earlier_policies(settings)
    screen = console()
    with opened(context.obj) as service, bar("judging", screen, as_json) as advance:
        verdicts = judged(
            service, ids, of=of, policy=policy, policies=policies, sealed=sealed, progress=advance
        )
        with closing(verdicts):
            if as_json:
                rows = (verdict.as_dict() for verdict in _counted(verdicts, totals))
                write_rows(
                    "decisions", rows, lambda: {"of": of, "policy": policy, "totals": totals.as_dict()}
                )
            else:
                _show(screen, _counted(verdicts, totals), totals, policy)
    raise typer.Exit(FOUND if totals.found else 0)


def _show(screen: Console, verdicts: Iterator[Verdict], totals: Totals, policy: str | None) -> None:
    from partnerships.doors.cli.views.audit.replay import totals_view, verdict_view

    for verdict in verdicts:
        told: dict[str, Any] = verdict.as_dict()
        if told["verdict"] != "conform" or told["warnings_added"] or told["warnings_gone"]:
            screen.print(verdict_view(told))
    screen.print(totals_view(totals.as_dict(), policy))


def _counted(verdicts: Iterator[Verdict], totals: Totals) -> Iterator[Verdict]:
    for verdict in verdicts:
        totals.add(verdict)
        yield verdict
