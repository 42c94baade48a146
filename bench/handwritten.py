"""What one writes by hand: `sqlite3` alone, told the bytes of every row beforehand.

It reads what we read and writes what we write, in one transaction with the same durability, and does nothing
else: no command is checked, nothing is decided, digested or encoded.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENTRY = "INSERT INTO partnerships_entry VALUES (?, ?, ?, ?)"
CONTENT = "INSERT INTO partnerships_content VALUES (?, ?, ?, ?, ?, ?)"
OUTBOX = "INSERT INTO partnerships_outbox (partnership_id, sequence) VALUES (?, ?)"
KEY = "INSERT INTO partnerships_command_key VALUES (?, ?, ?)"
PROJECTION = (
    "UPDATE partnerships_partnership SET sequence = ?, head = ?, state = ?, category = ?, endline = ?,"
    " late_from = ?, register = ?, ended_as = ?, name = ?, name_key = ?, type = ?, level = ?, country = ?,"
    " responsible = ?, crisis_mark = ?, file = ?, sealed = ? WHERE id = ? AND sequence = ?"
)
READ_KEY = "SELECT fingerprint, outcome FROM partnerships_command_key WHERE key = ?"
READ_PROJECTION = "SELECT sequence, head, file, sealed FROM partnerships_partnership WHERE id = ?"


@dataclass(frozen=True)
class Step:
    """The rows that one accepted command left: entry, content, projection and key, column by column."""

    entry: tuple[Any, ...]
    content: tuple[Any, ...]
    projection: tuple[Any, ...]
    key: tuple[Any, ...]


def connect(file: Path) -> sqlite3.Connection:
    """Open a database for writing; what is committed is on disk."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 30000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def write(connection: sqlite3.Connection, step: Step) -> None:
    """Read the key and the projection, then write the step's rows, in one transaction."""
    id, *projection = step.projection
    execute = connection.execute
    execute("BEGIN IMMEDIATE")
    try:
        if execute(READ_KEY, step.key[:1]).fetchone() is not None:
            raise ValueError("this key was used")
        seen, *_ = execute(READ_PROJECTION, (id,)).fetchone()
        execute(ENTRY, step.entry)
        execute(CONTENT, step.content)
        if execute(PROJECTION, (*projection, id, seen)).rowcount != 1:
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
