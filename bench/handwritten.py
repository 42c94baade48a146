"""What one writes by hand: `sqlite3` alone, with what every row holds told beforehand.

It reads what we read and writes what we write, in one transaction with the same durability. It is told the
bytes of every row; or, as a `Saying`, what they say, and then decodes, encodes and digests, as whatever keeps
a chained history has to. No command is checked, and nothing is decided.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

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

HEAD, FILE = 2, 16
"""Where a row of the projection holds the head digest and the file."""


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


def write(connection: sqlite3.Connection, id: str, key: str, make: Callable[[str], Step]) -> None:
    """Read the key and the projection, and write the rows that `make` gives for the file that is there."""
    execute = connection.execute
    execute("BEGIN IMMEDIATE")
    try:
        if execute(READ_KEY, (key,)).fetchone() is not None:
            raise ValueError("this key was used")
        seen, _, file, _ = execute(READ_PROJECTION, (id,)).fetchone()
        step = make(file)
        execute(ENTRY, step.entry)
        execute(CONTENT, step.content)
        if execute(PROJECTION, (*step.projection[1:], id, seen)).rowcount != 1:
            raise ValueError("another writer moved the partnership")
        execute(OUTBOX, step.entry[:2])
        execute(KEY, step.key)
    except BaseException:
        execute("ROLLBACK")
        raise
    execute("COMMIT")


@dataclass(frozen=True)
class Saying:
    """What the bytes of a step say, as plain values; a chain without its commitment."""

    step: Step
    chain: dict[str, Any]
    content: dict[str, Any]
    file: dict[str, Any]
    outcome: dict[str, Any]

    @classmethod
    def of(cls, step: Step) -> Saying:
        """Decode a step."""
        chain = orjson.loads(step.entry[3])
        del chain["content"]
        outcome = orjson.loads(step.key[2])
        return cls(step, chain, orjson.loads(step.content[3]), orjson.loads(step.projection[FILE]), outcome)

    def given(self, _: str) -> Step:
        """Give the bytes as they were told."""
        return self.step

    def encode(self, file: str) -> Step:
        """Decode the file that is there; encode, commit to and digest what comes."""
        orjson.loads(file)
        step = self.step
        id, sequence, *_ = step.projection
        salt, content = step.content[2], _encode(self.content)
        commitment = hashlib.sha256(b"partnerships/content/1\n" + salt + content).hexdigest()
        canonical = _encode({**self.chain, "content": commitment})
        digest = hashlib.sha256(b"partnerships/entry/1\n" + canonical).hexdigest()
        projection = list(step.projection)
        projection[HEAD], projection[FILE] = digest, _encode(self.file).decode()
        return Step(
            entry=(id, sequence, digest, canonical),
            content=(id, sequence, salt, content, None, None),
            projection=tuple(projection),
            key=(*step.key[:2], _encode(self.outcome).decode()),
        )


def _encode(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def read_step(connection: sqlite3.Connection, id: str, key: str) -> Step:
    """Read what the newest entry of a partnership left, so that it can be written again elsewhere."""
    projection = connection.execute("SELECT * FROM partnerships_partnership WHERE id = ?", (id,)).fetchone()
    place = projection[:2]
    both = "partnership_id = ? AND sequence = ?"
    entry = connection.execute(f"SELECT * FROM partnerships_entry WHERE {both}", place).fetchone()
    content = connection.execute(f"SELECT * FROM partnerships_content WHERE {both}", place).fetchone()
    kept = connection.execute("SELECT * FROM partnerships_command_key WHERE key = ?", (key,)).fetchone()
    return Step(entry, content, projection, kept)
