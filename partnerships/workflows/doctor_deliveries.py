"""What the doctor looks at in the deliveries: what was given up, and since when the oldest waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from partnerships.lifecycle.days import write_instant
from partnerships.scheduler.delivery.post import OVERDUE
from partnerships.storage.deliveries import Deliveries
from partnerships.storage.delivery_statements import DEAD, FAILING, LATE
from partnerships.storage.ledger import Ledger
from partnerships.workflows.doctor_postgresql import check

_SAID = {
    DEAD: "given up",
    LATE: "due for an hour and taken by nobody",
    FAILING: "to be tried again",
}


def examine_deliveries(ledger: Ledger, now: datetime) -> dict[str, Any]:
    """Give whether messages reach people; what fails and is tried again is no finding yet.

    A house in which nobody ever delivered has not begun.
    """
    deliveries = Deliveries(ledger)
    backlog = deliveries.backlog(write_instant(now - OVERDUE))
    oldest = min((since for _, since in backlog.values() if since is not None), default=None)
    if oldest is None:
        return check("deliveries", True, "everything is delivered")
    told = ", ".join(f"{count} {_SAID[word]}" for word, (count, _) in backlog.items() if count)
    if not backlog[DEAD][0] and not backlog[FAILING][0] and not deliveries.has_messages():
        return check("deliveries", True, f"nobody delivers here; {told}, the oldest since {oldest}")
    is_well = not backlog[DEAD][0] and not backlog[LATE][0]
    advice = "" if is_well else "; see `partnerships prompts --undelivered`, and try again with --retry"
    return check("deliveries", is_well, f"undelivered: {told}, the oldest since {oldest}{advice}")
