"""What jobs remember between two rounds, by name: how far they came, and under what."""

from __future__ import annotations

from partnerships.storage.ledger import Ledger
from partnerships.storage.sweeping import SweepStatements, sweep_statements


def remembered(ledger: Ledger, name: str) -> str | None:
    """Give what is remembered under a name, or None."""
    row = _statements(ledger).select_upkeep.one(ledger.cursor, {"name": name})
    return str(row[0]) if row else None


def remember(ledger: Ledger, name: str, value: str) -> None:
    """Remember a value under a name, in place of the one before."""
    statements, told = _statements(ledger), {"of_name": name, "name": name, "value": value}
    if statements.update_upkeep.run(ledger.cursor, told).rowcount == 0:
        statements.insert_upkeep.run(ledger.cursor, told)


def _statements(ledger: Ledger) -> SweepStatements:
    return sweep_statements(ledger.tables.place, ledger.connection.dialect)
