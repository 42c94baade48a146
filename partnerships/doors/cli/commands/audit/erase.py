"""`partnerships audit erase`: contents erased for good by two people, and what is due for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from partnerships.doors.cli.failures import FOUND
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import AsJson, OnDay, flag, read_actor, read_day
from partnerships.doors.cli.output import console, write_json
from partnerships.doors.cli.progress import progress_bar

if TYPE_CHECKING:
    from partnerships import Service


def erase(
    context: typer.Context,
    id: Annotated[
        str | None, typer.Argument(metavar="ID", help="The partnership's id.", show_default=False)
    ] = None,
    entries: Annotated[
        list[int] | None,
        typer.Option(
            "--entry", metavar="N", show_default=False, help="An entry's sequence; may be given again."
        ),
    ] = None,
    cases: Annotated[
        list[str] | None,
        typer.Option("--case", metavar="CASE", show_default=False, help="A whole crisis case, its key too."),
    ] = None,
    everything: Annotated[bool, flag("--all", "Every content of the partnership that is left.")] = False,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="JSON", show_default=False, help="Who erases, as a JSON object."),
    ] = None,
    second: Annotated[
        str | None,
        typer.Option("--second", metavar="JSON", show_default=False, help="The second person."),
    ] = None,
    basis: Annotated[
        str | None,
        typer.Option(
            "--basis",
            metavar="CODE",
            show_default=False,
            help="The ground: no_longer_needed, consent_withdrawn, objection, unlawful, legal_obligation or "
            "retention_ended.",
        ),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option("--reason", metavar="TEXT", show_default=False, help="Why, in words that name nobody."),
    ] = None,
    yes: Annotated[
        bool, flag("--yes", "Erase; without it what would go is shown and nothing is changed.")
    ] = False,
    later: Annotated[
        bool, flag("--later", "Leave the database's free pages for `audit erase --clean`.")
    ] = False,
    due: Annotated[bool, flag("--due", "List what is past its retention; nothing is erased.")] = False,
    on: OnDay = None,
    clean: Annotated[bool, flag("--clean", "Rewrite the pages that may still hold what was erased.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase contents for good: two people, a ground, a reason; the chain stays and says what was erased.

    Status 1 where it is refused, where the database's own pages may still hold it, or where something is due.
    """
    ways = [due, clean, id is not None]
    if ways.count(True) != 1:
        raise typer.BadParameter("name a partnership, or --due, or --clean")
    with opened(context.obj) as service:
        if due:
            _list_due(service, on, as_json)
        elif clean:
            from partnerships.audit.erasing.erasure import clean_up

            _tell(clean_up(service).as_json(), as_json)
        else:
            asked = _asked(by, second, basis, reason)
            asked |= {"entries": entries or (), "cases": cases or (), "everything": everything}
            _erase(service, str(id), asked, yes, not later, as_json)


def _asked(by: str | None, second: str | None, basis: str | None, reason: str | None) -> dict[str, Any]:
    given = {"--by": by, "--second": second, "--basis": basis, "--reason": reason}
    if missing := [option for option, value in given.items() if value is None]:
        raise typer.BadParameter(f"an erasure also needs {', '.join(missing)}")
    return {
        "by": read_actor(by, "--by"),
        "second": read_actor(second, "--second"),
        "basis": basis,
        "reason": reason,
    }


def _erase(service: Service, id: str, asked: dict[str, Any], yes: bool, clean: bool, as_json: bool) -> None:
    from partnerships.audit.erasing.erasure import erase, preview
    from partnerships.doors.cli.views.audit.erase import erasure_view, preview_view

    if yes:
        outcome = erase(service, id, clean=clean, **asked)
        if as_json:
            write_json(outcome)
        else:
            console().print(erasure_view(outcome))
        done = outcome["outcome"] == "accepted" and (outcome["remains"]["clean"] or not clean)
        raise typer.Exit(0 if done else FOUND)
    shown = preview(service, id, **asked)
    if as_json:
        write_json(shown)
    else:
        console().print(preview_view(shown))
    raise typer.Exit(FOUND if shown["findings"] else 0)


def _list_due(service: Service, on: str | None, as_json: bool) -> None:
    from partnerships.audit.erasing.retention import due_for_erasure
    from partnerships.doors.cli.views.audit.erase import due_view

    with progress_bar("looking", None, wanted=not as_json) as move:
        rows = list(due_for_erasure(service, on=read_day(on), progress=move))
    if as_json:
        write_json(rows)
    else:
        console().print(due_view(rows))
    raise typer.Exit(FOUND if rows else 0)


def _tell(remains: dict[str, Any], as_json: bool) -> None:
    if as_json:
        write_json(remains)
    else:
        console().print(remains["detail"], markup=False)
    raise typer.Exit(0 if remains["clean"] else FOUND)
