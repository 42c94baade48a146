"""What one writes by hand for a thousand prompts that are due, with sqlite3 or psycopg alone.

It claims the rows as we do, batch by batch, and writes what we write: prompts, entries, contents, places in
the feed, notices, and the partnerships' new heads, files and days. It is told beforehand either all bytes, or
what these say; it decides nothing, and knows no calendar.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg

BATCH = 100

_CLAIM = (
    "SELECT id, sequence, head, file, next_due_on FROM partnerships_partnership"
    " WHERE next_due_on <= ? AND (next_due_on, id) > (?, ?) ORDER BY next_due_on, id LIMIT ?"
)
_MOVE = (
    "UPDATE partnerships_partnership SET sequence = ?, head = ?, file = ?, next_due_on = ?"
    " WHERE id = ? AND sequence = ?"
)
_ENTRY = "INSERT INTO partnerships_entry VALUES (?, ?, ?, ?)"
_CONTENT = "INSERT INTO partnerships_content VALUES (?, ?, ?, ?, NULL, NULL)"
_OUTBOX = "INSERT INTO partnerships_outbox (partnership_id, sequence) VALUES (?, ?)"
_PROMPT = "INSERT INTO partnerships_prompt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_NOTICE = (
    "INSERT INTO partnerships_notice (partnership_id, prompt_id, step, made_at, again_at)"
    " VALUES (?, ?, ?, ?, ?)"
)
_READ = (
    "SELECT p.id, p.sequence, p.head, p.file, p.next_due_on, e.canonical, c.salt, c.body,"
    " q.id, q.kind, q.due_on, q.clause, q.made_on, q.status, q.closed_by, q.endline, n.step, n.made_at"
    " FROM partnerships_partnership p"
    " JOIN partnerships_entry e ON e.partnership_id = p.id AND e.sequence = p.sequence"
    " JOIN partnerships_content c ON c.partnership_id = p.id AND c.sequence = p.sequence"
    " JOIN partnerships_prompt q ON q.partnership_id = p.id AND q.sequence = p.sequence"
    " JOIN partnerships_notice n ON n.partnership_id = p.id AND n.prompt_id = q.id"
)

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Made:
    """The rows that one prompt left, each as its statement takes it."""

    move: Row
    entry: Row
    content: Row
    prompt: Row
    notice: Row


Make = Callable[[Row], Made]
"""Gives the rows to write for a claimed row: id, sequence, head, file, day."""


class Told:
    """What ours made, read from its database, to be written again elsewhere."""

    def __init__(self, connection: Any) -> None:
        self._made = {row[0]: _made(row) for row in connection.execute(_READ).fetchall()}
        self._said = {id: _said(made) for id, made in self._made.items()}

    def __len__(self) -> int:
        return len(self._made)

    def given(self, row: Row) -> Made:
        """Give the bytes as they were told."""
        return self._made[row[0]]

    def encode(self, row: Row) -> Made:
        """Decode the file that is there; encode, commit to and digest what follows it."""
        id, seen, head, file, _ = row
        made = self._made[id]
        chain, said, put = self._said[id]
        sequence, salt, content = seen + 1, made.content[2], _encode(said)
        commitment = hashlib.sha256(b"partnerships/content/1\n" + salt + content).hexdigest()
        place = {"partnership": id, "sequence": sequence, "previous": head}
        canonical = _encode({**chain, **place, "content": commitment})
        digest = hashlib.sha256(b"partnerships/entry/1\n" + canonical).hexdigest()
        known = orjson.loads(file)
        known["prompts"] = known["prompts"] | put
        return Made(
            (sequence, digest, _encode(known).decode(), made.move[3], id, seen),
            (id, sequence, digest, canonical),
            (id, sequence, salt, content),
            made.prompt,
            made.notice,
        )


def sweep(connection: Any, bound: str, make: Make, batch: int = BATCH) -> int:
    """Make all that is due on or before a day, and give how many there were."""
    place, count = ("", ""), 0
    while True:
        with _transaction(connection) as cursor:
            rows = cursor.execute(_for(connection, _CLAIM), (bound, *place, batch)).fetchall()
            found = [make(row) for row in rows]
            for statement, values in (
                (_MOVE, [made.move for made in found]),
                (_ENTRY, [made.entry for made in found]),
                (_CONTENT, [made.content for made in found]),
                (_OUTBOX, [made.entry[:2] for made in found]),
                (_PROMPT, [made.prompt for made in found]),
                (_NOTICE, [made.notice for made in found]),
            ):
                if values:
                    cursor.executemany(_for(connection, statement), values)
        count += len(rows)
        if len(rows) < batch:
            return count
        place = rows[-1][4], rows[-1][0]


@contextmanager
def _transaction(connection: Any) -> Iterator[Any]:
    if isinstance(connection, psycopg.Connection):
        with connection.transaction(), connection.cursor() as cursor:
            yield cursor
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection.cursor()
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _for(connection: Any, statement: str) -> str:
    """Give a statement as the driver takes it; on PostgreSQL the claim locks what nobody else holds."""
    if not isinstance(connection, psycopg.Connection):
        return statement
    lock = " FOR UPDATE SKIP LOCKED" if statement is _CLAIM else ""
    return statement.replace("?", "%s") + lock


def _made(row: Row) -> Made:
    id, sequence, head, file, next_due_on, canonical, salt, body = row[:8]
    prompt_id, kind, due_on, clause, made_on, status, closed_by, endline, step, made_at = row[8:]
    return Made(
        (sequence, head, file, next_due_on, id, sequence - 1),
        (id, sequence, head, canonical),
        (id, sequence, salt, body),
        (id, prompt_id, kind, due_on, clause, sequence, made_on, status, closed_by, endline),
        (id, prompt_id, step, made_at, made_at),
    )


def _said(made: Made) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Say what the bytes say: the chain without its commitment, the content, and what the file gains."""
    chain = orjson.loads(made.entry[3])
    del chain["content"]
    file = orjson.loads(made.move[2])
    return chain, orjson.loads(made.content[3]), {made.prompt[1]: file["prompts"][made.prompt[1]]}


def _encode(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
