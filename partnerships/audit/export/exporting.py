"""Exporting: the entries of one moment, in the order a format asks for, written as they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import BinaryIO

from partnerships.audit.export.cloudevents import write_cloudevents
from partnerships.audit.export.csv_rows import write_csv
from partnerships.audit.export.facts import Exported
from partnerships.audit.export.header import Header
from partnerships.audit.export.ocel import write_ocel
from partnerships.audit.export.prov import write_prov
from partnerships.audit.export.selecting import Order, count, select_entries
from partnerships.audit.export.xes import write_xes
from partnerships.errors import BadRequest
from partnerships.lifecycle.days import write_instant
from partnerships.storage.ledger import Ledger
from partnerships.storage.log import Log
from partnerships.storage.unreadable import UNREADABLE, unreadable
from partnerships.workflows.service import Service

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: who writes it, in which order it takes entries, and how its files' names end."""

    write: Callable[[Iterable[Exported], BinaryIO, Header], None]
    order: Order
    suffix: str


FORMATS: dict[str, Format] = {
    "csv": Format(write_csv, Order.RECORDED, ".csv"),
    "xes": Format(write_xes, Order.PARTNERSHIP, ".xes"),
    "ocel": Format(write_ocel, Order.PARTNERSHIP, ".json"),
    "prov": Format(write_prov, Order.PARTNERSHIP, ".json"),
    "cloudevents": Format(write_cloudevents, Order.RECORDED, ".json"),
}


def export(
    service: Service,
    format: str,
    out: BinaryIO,
    *,
    ids: Sequence[str] = (),
    progress: Progress | None = None,
) -> int:
    """Write the history of every partnership, or of `ids`, and give how many entries were written.

    `progress` is told (done, of). Raises BadRequest for an unknown format, and UnknownPartnership for an id
    that is not on file.
    """
    chosen = FORMATS.get(format)
    if chosen is None:
        raise BadRequest(f"format {format!r} is not known; choose from {', '.join(FORMATS)}")
    with service._reading(slowly=True) as ledger:
        total = count(ledger, ids)
        at: list[Exported] = []
        entries = _told(select_entries(ledger, chosen.order, ids), total, progress, at)
        try:
            chosen.write(entries, out, _header(service, ledger))
        except UNREADABLE:
            if not at:
                raise
            raise unreadable(at[0].fact["partnership"], at[0].fact["sequence"]) from None
    return total


def _header(service: Service, ledger: Ledger) -> Header:
    context, newest = service._context, Log(ledger).latest()
    return Header(
        made_at=write_instant(context.clock()),
        version=version("partnerships"),
        policy=context.versions[-1].version,
        checkpoint=newest.note if newest else None,
        checkpoint_size=newest.size if newest else None,
    )


def _told(
    entries: Iterator[Exported], total: int, progress: Progress | None, at: list[Exported]
) -> Iterator[Exported]:
    """Give the entries; `at` holds the one that is being written."""
    for number, each in enumerate(entries, 1):
        at[:] = [each]
        yield each
        at.clear()
        if progress is not None:
            progress(number, total)
