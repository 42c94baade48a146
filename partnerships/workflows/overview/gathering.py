"""The overview: one pass over the portfolio, page by page, for all sections together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.vocabulary import Category
from partnerships.scheduler.context import Context
from partnerships.storage.failures import damage_of
from partnerships.storage.ledger import Ledger
from partnerships.workflows.arguments import Day, read_count, read_day
from partnerships.workflows.overview.dialogues import ExitDialogues
from partnerships.workflows.overview.effort import Effort
from partnerships.workflows.overview.introductions import Introductions
from partnerships.workflows.overview.listing import Listing
from partnerships.workflows.overview.localisation import Localisation
from partnerships.workflows.overview.look import Look, look_at
from partnerships.workflows.overview.mix import Mix
from partnerships.workflows.overview.requests import Requests
from partnerships.workflows.viewer import Viewer

SECTIONS = ("localisation", "requests", "mix", "effort", "introductions", "exit_dialogues")
"""The reports by name; the clause catalogue names them as `report overview.NAME`."""

_PAGE = 500


def overview(
    ledger: Ledger, context: Context, viewer: Viewer, *, on: Day = None, limit: int = 100
) -> dict[str, Any]:
    """Give the portfolio in numbers, each partnership's current file judged on the day `on`.

    A section shows at most `limit` lines and counts the rest. Partnerships that cannot be read are set apart
    under `unreadable` and counted nowhere else. Raises BadRequest for a day or a limit that cannot be.
    """
    limit = read_count(limit, "limit")
    day = read_day(on, "on") or context.today()
    requests, unreadable = Requests(ledger, limit), Listing(limit)
    months = context.settings.stale_months(Category.STRATEGIC)
    sections: dict[str, Any] = {
        "localisation": Localisation(),
        "requests": requests,
        "mix": Mix(),
        "effort": Effort(),
        "introductions": Introductions(limit),
        "exit_dialogues": ExitDialogues(day, months, limit),
    }
    partnerships = running = 0
    for page in _pages(ledger, viewer, day, unreadable):
        requests.meet(page)
        for look in page:
            partnerships += 1
            running += look.runs
            for section in sections.values():
                section.add(look)
    return {
        "on": day.isoformat(),
        "partnerships": partnerships,
        "running": running,
        **{name: sections[name].as_json() for name in SECTIONS},
        "unreadable": {"partnerships": unreadable.count, **unreadable.as_json()},
    }


def _pages(ledger: Ledger, viewer: Viewer, day: date, unreadable: Listing) -> Iterator[list[Look]]:
    """Look at every partnership that the reader may see, in order of id."""
    table = ledger.tables.partnership
    # The auditor's role may not read what is sealed, and nothing here needs it.
    query = select(table.c.id, table.c.sequence, table.c.head, table.c.file).order_by(table.c.id).limit(_PAGE)
    if viewer.is_partner:
        own = viewer.actor.partnerships if viewer.actor else None
        query = query.where(table.c.id.in_(own or ()))
    after = ""
    while rows := ledger.connection.execute(query.where(table.c.id > after)).all():
        page = []
        for row in rows:
            try:
                page.append(look_at(Partnership.read(row.id, row.sequence, row.head, row.file), day))
            except Exception as error:
                damage = damage_of(error, ledger.connection.dialect)
                unreadable.add({"id": row.id, "error": damage})
        yield page
        after = rows[-1].id
