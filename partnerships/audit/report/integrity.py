"""The integrity statement: what the log and its checkpoints cover, and what verification found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from partnerships.audit.checkpoints import Checkpoint
from partnerships.storage.ledger import Ledger
from partnerships.storage.log import Log

Json = dict[str, Any]


def integrity(ledger: Ledger) -> Json:
    """Give the integrity statement of one moment of the database."""
    log = Log(ledger)
    newest = log.latest()
    return {
        "verdict": "not verified in this report",
        "statement": f"Run `audit verify` for it. {_covered(ledger, newest.size if newest else 0)}",
        "layers": [],
        "faults": [],
        "more": 0,
        "checkpoint": Checkpoint.of(newest).as_json() if newest else None,
    }


def _covered(ledger: Ledger, size: int) -> str:
    """Tell how many entries the newest checkpoint covers."""
    entry, leaf = ledger.tables.entry, ledger.tables.log_leaf
    total = ledger.connection.execute(select(func.count()).select_from(entry)).scalar_one()
    covered = ledger.connection.execute(
        select(func.count()).select_from(leaf).where(leaf.c.position < size, leaf.c.sequence.is_not(None))
    ).scalar_one()
    if size == 0:
        return "No checkpoint was ever made, so only the chains hold the entries together."
    return (
        f"The newest checkpoint covers {covered:,} of {total:,} entries; what came since, the chains alone."
    )
