"""One partnership in a report: where it stands, its course over time, and the pages of its decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from partnerships.audit.judging.walk import Walk
from partnerships.audit.report.course import course
from partnerships.audit.report.decisions import Pages
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.policy import Policy
from partnerships.lifecycle.standing import endline, is_overdue, standing_findings
from partnerships.storage.ledger import Ledger
from partnerships.workflows import histories, reading
from partnerships.workflows.numbering import Numbering
from partnerships.workflows.service import Reader, Service
from partnerships.workflows.viewer import Viewer

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """What a report tells of one partnership; `sealed` and `erased` count entries without their content."""

    id: str
    about: Json
    pages: Pages
    sealed: int
    erased: int


def file_of(
    service: Service,
    ledger: Ledger,
    id: str,
    actor: Reader,
    verdicts: Mapping[int, Json],
    places: Mapping[int, Json],
    faults: Mapping[int, Sequence[str]],
    policies: Sequence[Policy],
) -> File:
    """Read one partnership as the reader may see it, as far as it can be read.

    For the operator nothing sealed is read, so that it takes neither the key nor the right to it.
    """
    viewer, seen = Viewer(None), Partnership(id)
    if actor is not None:
        viewer = service._viewer(actor)
        seen = reading.load(ledger, id, viewer)
    walk = Walk(id, ledger.history(id))
    numbering = Numbering(viewer.actor, seen.hidden)
    rows = [histories.row(step.stored, seen, viewer, numbering) for step in walk]
    partnership = walk.partnership
    today = service._context.today(partnership)
    drawn = course(rows, _lapsed(partnership, today), _prompts(ledger, id), today.isoformat())
    about = {
        **_about(partnership, today),
        "entries": len(rows),
        "cut": walk.is_cut or walk.is_broken,
        "head": rows[-1]["digest"] if rows else None,
        "course": drawn,
    }
    sealed, erased = (sum(bool(row.get(name)) for row in rows) for name in ("sealed", "erased"))
    return File(id, about, Pages(id, rows, verdicts, places, faults, policies), sealed, erased)


def _about(partnership: Partnership, today: date) -> Json:
    ends, profile = endline(partnership), partnership.profile
    return {
        "id": partnership.id,
        "name": profile.raw.get("name") if profile else None,
        "state": str(partnership.state or "unknown"),
        "cycle": partnership.cycle,
        "endline": ends.isoformat() if ends else None,
        "overdue": is_overdue(partnership, today),
        "taken_over": partnership.taken_over is not None,
        "findings": [finding.as_dict() for finding in standing_findings(partnership, today)],
    }


def _lapsed(partnership: Partnership, today: date) -> dict[str, str]:
    """Give since when each agreement that has lapsed has done so, by its reference."""
    facts = [dict(finding.facts) for finding in standing_findings(partnership, today)]
    return {each["subject"]: each["since"] for each in facts if "since" in each and "subject" in each}


def _prompts(ledger: Ledger, id: str) -> Iterator[Json]:
    """Every prompt that was ever made for a partnership, in the order of their due days."""
    prompt = ledger.tables.prompt
    columns = (prompt.c.kind, prompt.c.due_on, prompt.c.status, prompt.c.sequence)
    query = select(*columns).where(prompt.c.partnership_id == id).order_by(prompt.c.due_on, prompt.c.kind)
    for row in ledger.connection.execute(query):
        yield dict(row._mapping)
