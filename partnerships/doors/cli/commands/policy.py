"""`partnerships policy`: the clause catalogue, and what enforces each clause."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from partnerships.doors.cli.options import AsJson, flag
from partnerships.doors.cli.output import console, write_json


def policy(
    context: typer.Context,
    markdown: Annotated[bool, flag("--markdown", "Print a Markdown table.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the clauses, our readings of them, and which guard, prompt or report enforces each."""
    from partnerships.workflows.policytable import policy_table

    rows = policy_table()
    if as_json:
        write_json(rows)
        return
    from partnerships.doors.cli.views.policy import policy_markdown, policy_view

    if markdown:
        sys.stdout.write(policy_markdown(rows))
        return
    console().print(policy_view(rows))
