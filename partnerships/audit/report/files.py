"""One partnership in a report: where it stands, its course over time, and the pages of its decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from partnerships.audit.report.course import course
from partnerships.audit.report.decisions import Pages
from partnerships.audit.walk import UNREADABLE
from partnerships.errors import PartnershipsError
from partnerships.lifecycle.policy import Policy
from partnerships.storage.ledger import Ledger
from partnerships.workflows.service import Reader, Service

Json = dict[str, Any]

_SHOWN = ("id", "state", "category", "cycle", "sequence", "ended_as", "began_on", "endline", "overdue")


@dataclass(frozen=True, slots=True)
class File:
    """What a report tells of one partnership; `sealed` counts the entries whose content stays sealed."""

    id: str
    about: Json
    pages: Pages
    sealed: int


def file_of(
    service: Service,
    ledger: Ledger,
    id: str,
    actor: Reader,
    verdicts: Mapping[int, Json],
    places: Mapping[int, Json],
    policies: Sequence[Policy],
) -> File:
    """Read one partnership as the reader may see it; raises PartnershipsError where it cannot be read."""
    try:
        history = service.history(id, actor=actor)
    except UNREADABLE:
        told = f"the history of partnership {id} cannot be read"
        raise PartnershipsError(f"{told}; `partnerships audit verify` says where") from None
    shown = service.show(id, actor=actor)
    drawn = course(history, shown["agreements"], _prompts(ledger, id), shown["on"])
    about = {
        **{name: shown[name] for name in _SHOWN},
        "name": shown["partner"].get("name"),
        "taken_over": shown["taken_over"],
        "findings": shown["findings"],
        "entries": len(history),
        "head": history[-1]["digest"],
        "course": drawn,
    }
    sealed = sum(bool(row["sealed"]) for row in history)
    return File(id, about, Pages(id, history, verdicts, places, policies), sealed)


def _prompts(ledger: Ledger, id: str) -> Iterator[Json]:
    """Every prompt that was ever made for a partnership, in the order of their due days."""
    prompt = ledger.tables.prompt
    columns = (prompt.c.kind, prompt.c.due_on, prompt.c.status, prompt.c.sequence)
    query = select(*columns).where(prompt.c.partnership_id == id).order_by(prompt.c.due_on, prompt.c.kind)
    for row in ledger.connection.execute(query):
        yield dict(row._mapping)
