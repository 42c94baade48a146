"""What one command writes, gathered while it is decided and written when all of it is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from partnerships.storage.at_once import named
from partnerships.storage.statements import Statements

Row = dict[str, Any]


class LostRace(Exception):
    """Raised when another writer moved the partnership since it was read, or used the key."""


@dataclass(slots=True, repr=False)
class Writing:
    """The rows of one command; `seen` and `seen_head` are the sequence and head that its decision saw.

    `identifiers` is None where the partner's identifiers stay as they are. `prompts` are those whose standing
    changed.
    """

    seen: int = 0
    seen_head: str = ""
    entry: Row | None = None
    content: Row | None = None
    projection: Row | None = None
    identifiers: list[Row] | None = None
    data_keys: list[Row] = field(default_factory=list)
    prompts: list[Row] = field(default_factory=list)
    attempt: Row | None = None
    key: Row | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether the command leaves nothing behind."""
        return self.entry is None and self.attempt is None and self.key is None

    @property
    def fits_one_statement(self) -> bool:
        """Tell whether PostgreSQL takes all of it in one statement."""
        if (
            self.data_keys
            or self.prompts
            or (self.identifiers is not None and (self.seen or self.identifiers))
        ):
            return False
        return (self.entry is None) != (self.attempt is None)


def write_down(writing: Writing, statements: Statements, cursor: Any, alone: bool) -> None:
    """Write the rows; `alone`, outside a transaction, all of them or nothing.

    Raises LostRace where the partnership is no longer at the sequence that was seen.
    """
    if statements.dialect.name != "postgresql":
        _one_by_one(writing, statements, cursor)
    elif not alone or writing.fits_one_statement:
        _at_once(writing, statements, cursor)
    else:
        cursor.execute("BEGIN")
        _at_once(writing, statements, cursor)
        cursor.execute("COMMIT")


def _one_by_one(writing: Writing, statements: Statements, cursor: Any) -> None:
    if writing.entry is not None:
        _move(writing, statements, cursor)
        statements.insert_entry.run(cursor, writing.entry)
        assert writing.content is not None
        statements.insert_content.run(cursor, writing.content)
        statements.insert_outbox.run(cursor, writing.entry)
    if writing.attempt is not None:
        statements.insert_attempt.run(cursor, writing.attempt)
    if writing.key is not None:
        _use(writing.key, statements, cursor)
    _beside(writing, statements, cursor)


def _use(key: Row, statements: Statements, cursor: Any) -> None:
    try:
        statements.insert_key.run(cursor, key)
    except statements.dialect.loaded_dbapi.IntegrityError:
        raise LostRace(key["key"]) from None


def _move(writing: Writing, statements: Statements, cursor: Any) -> None:
    row = writing.projection
    assert row is not None
    if writing.seen == 0:
        statements.insert_partnership.run(cursor, row)
        return
    moved = row | {"seen_id": row["id"], "seen_sequence": writing.seen, "seen_head": writing.seen_head}
    for statement in (statements.update_in_place, statements.update_partnership):
        if statement.run(cursor, moved).rowcount == 1:
            return
    raise LostRace(row["id"])


def _at_once(writing: Writing, statements: Statements, cursor: Any) -> None:
    key = writing.key or {}
    entry, content, row = writing.entry, writing.content, writing.projection
    if entry is not None:
        assert content is not None
        assert row is not None
        statement = statements.written_at_once[writing.seen == 0, writing.key is not None]
        moved = statement.one(
            cursor,
            named(row)
            | entry
            | content
            | {"seen_id": row["id"], "seen_sequence": writing.seen, "seen_head": writing.seen_head}
            | key,
        )
        if moved is None or moved[0] != 1:
            raise LostRace(row["id"])
    if writing.attempt is not None and entry is None and key:
        statements.refused_at_once.run(cursor, writing.attempt | key)
    elif writing.attempt is not None:
        statements.insert_attempt.run(cursor, writing.attempt)
    _beside(writing, statements, cursor)


def _beside(writing: Writing, statements: Statements, cursor: Any) -> None:
    """Write what few commands write: a case's first key, what became of prompts, other identifiers."""
    for row in writing.data_keys:
        statements.insert_data_key.run(cursor, row)
    for row in writing.prompts:
        statements.update_prompt.run(cursor, row)
    if writing.identifiers is not None:
        assert writing.entry is not None
        if writing.seen:
            statements.delete_identifiers.run(cursor, writing.entry)
        for row in writing.identifiers:
            statements.insert_identifier.run(cursor, row)
