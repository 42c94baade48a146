"""`partnerships migrate` and `partnerships doctor`: the database's schema, and what is wrong with it."""

from __future__ import annotations

import typer

from partnerships.doors.cli.failures import FOUND
from partnerships.doors.cli.location import database_url, opened
from partnerships.doors.cli.options import AsJson
from partnerships.doors.cli.output import console, write_json


def migrate(context: typer.Context, as_json: AsJson = False) -> None:
    """Make the database, or bring its schema up to date; safe to run at any time."""
    with opened(context.obj, create=True):
        pass
    from partnerships.doors.cli.views.schema import shown_url

    where = shown_url(database_url(context.obj))
    if as_json:
        write_json({"database": where, "current": True})
    else:
        console().print(f"The schema is up to date: {where}", markup=False, soft_wrap=True)


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Say what is wrong with this installation, if anything."""
    with opened(context.obj) as service:
        checks = service.doctor()
    if as_json:
        write_json(checks)
    else:
        from partnerships.doors.cli.views.schema import doctor_view

        console().print(doctor_view(checks))
    raise typer.Exit(0 if all(check["ok"] for check in checks) else FOUND)
