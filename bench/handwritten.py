"""What one writes by hand: `sqlite3` alone, with what every row holds told beforehand.

It reads what we read and writes what we write, in one transaction with the same durability. No command is
checked, and nothing is decided. `handwritten_postgresql` is the same with psycopg.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bench.saying import Make, Step

ENTRY = "INSERT INTO partnerships_entry VALUES (?, ?, ?, ?)"
CONTENT = "INSERT INTO partnerships_content VALUES (?, ?, ?, ?, ?, ?)"
OUTBOX = "INSERT INTO partnerships_outbox (partnership_id, sequence) VALUES (?, ?)"
KEY = "INSERT INTO partnerships_command_key VALUES (?, ?, ?)"
PROJECTION = (
    "UPDATE partnerships_partnership SET sequence = ?, head = ?, state = ?, category = ?, endline = ?,"
    " late_from = ?, register = ?, ended_as = ?, crisis_mark = ?, file = ?, sealed = ?,"
    " next_due_on = ? WHERE id = ? AND sequence = ?"
)
"""Sets what a step may change: what the profile and the arrangement say is another statement's."""

READ_KEY = "SELECT fingerprint, outcome FROM partnerships_command_key WHERE key = ?"
READ_PROJECTION = "SELECT sequence, head, file, sealed FROM partnerships_partnership WHERE id = ?"


def connect(file: str | Path) -> sqlite3.Connection:
    """Open a database; what is committed is on disk."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 30000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def write(connection: sqlite3.Connection, id: str, key: str, make: Make) -> None:
    """Read the key and the projection, and write the rows that `make` gives for what is there."""
    execute = connection.execute
    execute("BEGIN IMMEDIATE")
    try:
        if execute(READ_KEY, (key,)).fetchone() is not None:
            raise ValueError("this key was used")
        row = execute(READ_PROJECTION, (id,)).fetchone()
        step = make(id, key, row)
        execute(ENTRY, step.entry)
        execute(CONTENT, step.content)
        if execute(PROJECTION, (*step.moved, id, row[0])).rowcount != 1:
            raise ValueError("another writer moved the partnership")
        execute(OUTBOX, step.entry[:2])
        execute(KEY, step.key)
    except BaseException:
        execute("ROLLBACK")
        raise
    execute("COMMIT")


def read_step(connection: sqlite3.Connection, id: str, key: str) -> Step:
    """Read what the newest entry of a partnership left, so that it can be written again elsewhere."""
    projection = connection.execute("SELECT * FROM partnerships_partnership WHERE id = ?", (id,)).fetchone()
    place = projection[:2]
    both = "partnership_id = ? AND sequence = ?"
    entry = connection.execute(f"SELECT * FROM partnerships_entry WHERE {both}", place).fetchone()
    content = connection.execute(f"SELECT * FROM partnerships_content WHERE {both}", place).fetchone()
    kept = connection.execute("SELECT * FROM partnerships_command_key WHERE key = ?", (key,)).fetchone()
    return Step(entry, content, projection, kept)
