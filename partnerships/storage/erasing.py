"""Erasing: what an erasure names goes from every table, in the transaction that appends its entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    Dialect,
    Executable,
    String,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSON

from partnerships.lifecycle.canonical import plain_canonical, read_json
from partnerships.lifecycle.partnership import Partnership
from partnerships.storage.ledger import Ledger
from partnerships.storage.place import Place
from partnerships.storage.statements import Statement
from partnerships.storage.tables import Tables

Json = dict[str, Any]

_ready: dict[tuple[Place, str, str], ErasingStatements] = {}


class ErasingStatements:
    """Every statement of an erasure, for one place and dialect.

    On PostgreSQL three functions of the owner's do what the application itself may not.
    """

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        def compiled(executable: Executable) -> Statement:
            return Statement(executable, dialect)

        content, data_key, command_key = tables.content, tables.data_key, tables.command_key
        named, partnership = tables.erased, tables.partnership
        self.lock = compiled(
            select(partnership.c.id).where(partnership.c.id == bindparam("id")).with_for_update()
        )
        self.insert_erased = compiled(
            insert(named).values({c.name: bindparam(c.name) for c in named.c}).inline()
        )
        self.idle_keys = compiled(
            select(data_key.c.scope).where(
                data_key.c.partnership_id == bindparam("id"),
                ~exists().where(
                    content.c.partnership_id == data_key.c.partnership_id,
                    content.c.scope == data_key.c.scope,
                ),
            )
        )
        self.seal_anew = compiled(
            update(partnership)
            .where(partnership.c.id == bindparam("of_id"))
            .values(sealed=bindparam("sealed"))
        )
        # Findings and warnings alone repeat a reference; most outcomes have none, and are not read as JSON.
        told = command_key.c.outcome.contains("[{")
        whose = func.json_extract(command_key.c.outcome, text("'$.id'"))
        if dialect.name == "postgresql":
            whose = cast(command_key.c.outcome, JSON)["id"].as_string()
        self.outcomes = compiled(
            select(command_key.c.key, command_key.c.outcome).where(
                case((told, whose)) == bindparam("id", type_=String)
            )
        )
        if dialect.name == "postgresql":
            self._on_postgresql(tables, compiled)
            return
        self.delete_content = compiled(
            delete(content).where(
                content.c.partnership_id == bindparam("id"), content.c.sequence == bindparam("at")
            )
        )
        self.delete_key = compiled(
            delete(data_key).where(
                data_key.c.partnership_id == bindparam("id"), data_key.c.scope == bindparam("scope")
            )
        )
        self.rewrite_outcome = compiled(
            update(command_key)
            .where(command_key.c.key == bindparam("of_key"))
            .values(outcome=bindparam("left"))
        )

    def _on_postgresql(self, tables: Tables, compiled: Callable[[Executable], Statement]) -> None:
        named = tables.place.named
        self.delete_content = compiled(
            text(f"SELECT {named('erase_content')}(:id, :at)").bindparams(bindparam("id"), bindparam("at"))
        )
        self.delete_key = compiled(text(f"SELECT {named('erase_data_key')}(:id, :scope)"))
        self.rewrite_outcome = compiled(text(f"SELECT {named('erase_outcome')}(:of_key, :left)"))


class Erasing:
    """What an erasure does to one ledger's tables, beside its entry; never commits."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        dialect = ledger.connection.dialect
        kind = (ledger.tables.place, dialect.name, dialect.driver)
        if kind not in _ready:
            _ready[kind] = ErasingStatements(ledger.tables, dialect)
        self._statements = _ready[kind]

    def lock(self, id: str) -> None:
        """Let nobody else move the partnership, nor place a hold on it, until the transaction ends."""
        self._statements.lock.one(self._ledger.cursor, {"id": id})

    def destroy(self, id: str, by_sequence: int, sequences: Sequence[int]) -> None:
        """Destroy contents and salts that the entry `by_sequence` names."""
        ledger, statements = self._ledger, self._statements
        ledger.wrote = True
        rows = [{"partnership_id": id, "sequence": at, "by_sequence": by_sequence} for at in sequences]
        statements.insert_erased.many(ledger.cursor, rows)
        for at in sequences:
            statements.delete_content.run(ledger.cursor, {"id": id, "at": at})

    def destroy_keys(self, partnership: Partnership) -> list[str]:
        """Destroy the wrapped keys under which nothing is sealed any more, and give their scopes.

        The key of the projection's sealed part goes too, since its older copies held what is gone: the
        part is sealed anew under a fresh one.
        """
        ledger, statements, id = self._ledger, self._statements, partnership.id
        scopes = [str(row[0]) for row in statements.idle_keys.all(ledger.cursor, {"id": id})]
        for scope in scopes:
            statements.delete_key.run(ledger.cursor, {"id": id, "scope": scope})
        ledger.vault.forget()
        sealed = ledger.vault.seal_file(id, partnership.as_json()[1])
        for row in ledger.writing.data_keys:
            ledger.statements.insert_data_key.run(ledger.cursor, row)
        ledger.writing.data_keys.clear()
        statements.seal_anew.run(ledger.cursor, {"of_id": id, "sealed": sealed})
        return sorted(scopes)

    def rewrite_outcomes(self, id: str, rewrite: Callable[[Json], Json]) -> int:
        """Rewrite what is remembered of a partnership's commands, and give how many outcomes changed."""
        ledger, statements = self._ledger, self._statements
        changed = 0
        for key, outcome in statements.outcomes.all(ledger.cursor, {"id": id}):
            before = read_json(outcome)
            after = rewrite(before)
            if after != before:
                left = plain_canonical(after).decode()
                statements.rewrite_outcome.run(ledger.cursor, {"of_key": key, "left": left})
                changed += 1
        return changed
