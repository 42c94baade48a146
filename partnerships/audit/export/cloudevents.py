"""CloudEvents 1.0 in the JSON batch format: an event an entry, in the order of recording."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO

import orjson

from partnerships.audit.export.facts import Exported, Fact
from partnerships.audit.export.header import Header

_SOURCE = "urn:partnerships"


def write_cloudevents(entries: Iterable[Exported], out: BinaryIO, header: Header) -> None:
    """Write entries as one JSON array of events, an event a line."""
    out.write(b"[")
    between = b"\n"
    for each in entries:
        out.write(between + orjson.dumps(_event(each.fact)))
        between = b",\n"
    out.write(b"\n]\n")


def _event(fact: Fact) -> dict[str, Any]:
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{fact['partnership']}/{fact['sequence']}",
        "source": _SOURCE,
        "type": f"partnerships.entry.{fact['entry']}",
        "subject": fact["partnership"],
        "time": fact["recorded_at"],
        "datacontenttype": "application/json",
        "digest": fact["digest"],
    }
    # An extension attribute is never null.
    for name, value in (("logposition", fact["log_position"]), ("checkpointsize", fact["checkpoint_size"])):
        if value is not None:
            event[name] = value
    return {**event, "data": fact}
