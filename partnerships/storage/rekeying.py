"""Another sealing key: the keys of cases are wrapped anew, and what they seal stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table, Update, bindparam, select, text, update

from partnerships.errors import BadRequest, SealingKeyError
from partnerships.storage.engines import WRITE
from partnerships.storage.key_ids import FINGERPRINTS, FIRST, current_key, named
from partnerships.storage.place import Place
from partnerships.storage.sealing import SealingKey
from partnerships.storage.tables import tables_at

_PLACE = "{partnership}/{scope}"


def rekey(engine: Engine, place: Place, old: SealingKey, new: SealingKey) -> int:
    """Wrap every case's key under another sealing key, in one transaction, and give how many there were.

    The trigger that bars it is taken off and put back in that transaction, which only the tables' owner may.
    Raises BadRequest where this login is not the owner, and SealingKeyError where `old` is not in use.
    """
    if old.id == new.id:
        raise BadRequest("the new key is the one in use")
    tables = tables_at(place, engine.dialect.name)
    table, meta = tables.data_key, tables.meta
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        _begin(connection, place)
        cursor = connection.connection.cursor()
        known = current_key(cursor, place, connection.dialect)
        if known is None or known[1] != old.id:
            raise SealingKeyError("the old key is not the one in use")
        rows = connection.execute(select(table)).all()
        with _without_trigger(connection, place):
            if told := [_wrapped_anew(row, old, new) for row in rows]:
                connection.execute(_wrap(table), told)
        number = known[0] + 1
        kept = {
            named(FIRST, number): new.id,
            named(FINGERPRINTS, number): new.wrap_fingerprint_key(old).hex(),
        }
        for name, value in kept.items():
            connection.execute(meta.insert().values(name=name, value=value))
    return len(rows)


def _wrap(table: Table) -> Update:
    key = table.c.partnership_id == bindparam("partnership"), table.c.scope == bindparam("of_scope")
    return update(table).where(*key).values(wrapped=bindparam("anew"))


def _wrapped_anew(row: Any, old: SealingKey, new: SealingKey) -> dict[str, Any]:
    id, scope = row.partnership_id, row.scope
    at = _PLACE.format(partnership=id, scope=scope)
    return {"partnership": id, "of_scope": scope, "anew": new.wrap(old.unwrap(row.wrapped, at), at)}


def _begin(connection: Connection, place: Place) -> None:
    """Let nobody else make a key meanwhile; on SQLite a writer is alone already."""
    if connection.dialect.name != "postgresql":
        return
    owned = "SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = to_regclass(:name)"
    if not connection.execute(text(owned), {"name": place.named("data_key")}).scalar():
        raise BadRequest("the sealing key is changed by the tables' owner; log in as one")
    connection.execute(text(f"LOCK TABLE {place.named('data_key')} IN ACCESS EXCLUSIVE MODE"))


@contextmanager
def _without_trigger(connection: Connection, place: Place) -> Iterator[None]:
    full, name = place.prefix + "data_key", place.named("data_key")
    if connection.dialect.name == "postgresql":
        triggers = (f"{full}_append_only", f"{full}_no_update")
        for trigger in triggers:
            connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER {trigger}"))
        yield
        for trigger in triggers:
            connection.execute(text(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {trigger}"))
        return
    found = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name"
    made = connection.execute(text(found), {"name": f"{full}_no_update"}).scalar_one()
    connection.execute(text(f"DROP TRIGGER {full}_no_update"))
    yield
    connection.exec_driver_sql(made)
