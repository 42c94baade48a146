"""What the doctor looks at in the audit log: whether checkpoints keep up with what is recorded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from partnerships.lifecycle.days import parse_instant
from partnerships.storage.ledger import Ledger
from partnerships.storage.log import Log
from partnerships.workflows.doctor_postgresql import check

MOST_AGE = timedelta(days=2)
"""How old the newest checkpoint may be while there is something that it does not cover."""


def examine_log(ledger: Ledger, now: datetime) -> dict[str, Any]:
    """Give whether what is recorded is covered by a checkpoint; a house without any has not begun."""
    log = Log(ledger)
    newest = log.latest()
    if newest is None:
        detail = "no checkpoint has been signed; `partnerships audit keys --new FILE` makes the key for it"
        return check("audit log", True, detail)
    try:
        is_old = now - parse_instant(newest.made_at) > MOST_AGE
    except ValueError:
        return check(
            "audit log", False, "the newest checkpoint cannot be read; run `partnerships audit verify`"
        )
    if is_old and log.untaken(1):
        detail = f"nothing was signed since {newest.made_at}; run `partnerships audit checkpoint`, or `serve`"
        return check("audit log", False, detail)
    return check("audit log", True, f"{newest.size} leaves signed at {newest.made_at}")
