"""What one writes by hand with psycopg: lock the row, read, insert, update, commit.

As psycopg's documentation says: one connection with its default settings, on which psycopg prepares by
itself what is repeated; one block of `transaction()`. No command is checked, and nothing is decided.
`handwritten` is the same with sqlite3.
"""

from __future__ import annotations

from psycopg import Connection
from psycopg import connect as _connect
from sqlalchemy.engine import make_url

from bench.saying import Make, Step

ENTRY = "INSERT INTO partnerships_entry VALUES (%s, %s, %s, %s)"
CONTENT = "INSERT INTO partnerships_content VALUES (%s, %s, %s, %s, %s, %s)"
OUTBOX = "INSERT INTO partnerships_outbox (partnership_id, sequence) VALUES (%s, %s)"
KEY = "INSERT INTO partnerships_command_key VALUES (%s, %s, %s)"
PROJECTION = (
    "UPDATE partnerships_partnership SET sequence = %s, head = %s, state = %s, category = %s, endline = %s,"
    " late_from = %s, register = %s, ended_as = %s, crisis_mark = %s, file = %s, sealed = %s,"
    " next_due_on = %s WHERE id = %s"
)
"""Sets what a step may change: what the profile and the arrangement say is another statement's."""

LOCK_PROJECTION = "SELECT sequence, head, file, sealed FROM partnerships_partnership WHERE id = %s FOR UPDATE"
READ_KEY = "SELECT fingerprint, outcome FROM partnerships_command_key WHERE key = %s"


def connect(url: str) -> Connection:
    """Open a database; what is committed is on disk where the server says so."""
    return _connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))


def write(connection: Connection, id: str, key: str, make: Make) -> None:
    """Lock the projection, read the key, and write the rows that `make` gives for what is there."""
    execute = connection.execute
    with connection.transaction():
        row = execute(LOCK_PROJECTION, (id,)).fetchone()
        if execute(READ_KEY, (key,)).fetchone() is not None:
            raise ValueError("this key was used")
        step = make(id, key, row)
        execute(ENTRY, step.entry)
        execute(CONTENT, step.content)
        execute(OUTBOX, step.entry[:2])
        execute(KEY, step.key)
        execute(PROJECTION, (*step.moved, id))


def write_in_a_pipeline(connection: Connection, id: str, key: str, make: Make) -> None:
    """Do the same without waiting for what only writes: psycopg's pipeline mode."""
    with connection.pipeline():
        write(connection, id, key, make)


def read_step(connection: Connection, id: str, key: str) -> Step:
    """Read what the newest entry of a partnership left, so that it can be written again elsewhere."""
    with connection.transaction():
        projection = _row(connection, "SELECT * FROM partnerships_partnership WHERE id = %s", id)
        both = "partnership_id = %s AND sequence = %s"
        entry = _row(connection, f"SELECT * FROM partnerships_entry WHERE {both}", *projection[:2])
        content = _row(connection, f"SELECT * FROM partnerships_content WHERE {both}", *projection[:2])
        kept = _row(connection, "SELECT * FROM partnerships_command_key WHERE key = %s", key)
    return Step(entry, content, projection, kept)


def _row(connection: Connection, query: str, *values: object) -> tuple[object, ...]:
    row = connection.execute(query, values).fetchone()
    assert row is not None, query
    return row
