"""The event feed: every accepted entry as a CloudEvent, in the order of acceptance, nothing sealed in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from partnerships.errors import BadRequest
from partnerships.lifecycle.partnership import Partnership
from partnerships.storage import tables
from partnerships.storage.ledger import Ledger
from partnerships.workflows.histories import row
from partnerships.workflows.numbering import Numbering
from partnerships.workflows.viewer import Viewer

_SOURCE = "urn:partnerships"


def feed(ledger: Ledger, *, after: str | None = None, limit: int = 1000) -> list[dict[str, Any]]:
    """Give the events after a cursor (CloudEvents 1.0); the last one's `cursor` is where to go on."""
    try:
        position = int(after) if after else 0
    except ValueError:
        raise BadRequest("a cursor is what an earlier event carried as its `cursor`") from None
    query = (
        select(tables.outbox)
        .where(tables.outbox.c.position > position)
        .order_by(tables.outbox.c.position)
        .limit(limit)
    )
    events = []
    for item in ledger.connection.execute(query).all():
        stored = ledger.entry(item.partnership_id, item.sequence)
        assert stored is not None
        # The operator sees no case, so the partnership's own file is not asked, nor the key for it.
        partnership = Partnership(item.partnership_id)
        viewer = Viewer(None)
        data = row(stored, partnership, viewer, Numbering(None, ()))
        events.append(
            {
                "specversion": "1.0",
                "id": f"{item.partnership_id}/{item.sequence}",
                "source": _SOURCE,
                "type": f"partnerships.entry.{stored.chain['entry']}",
                "subject": item.partnership_id,
                "time": stored.chain["recorded_at"],
                "datacontenttype": "application/json",
                "cursor": str(item.position),
                "data": data,
            }
        )
    return events
