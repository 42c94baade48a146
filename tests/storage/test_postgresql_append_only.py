"""On PostgreSQL no way around the append-only triggers is open, whatever the session is set to."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Table, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from partnerships import Service
from partnerships.storage.tables import APPEND_ONLY, tables_at
from tests.storage.rows import engine_of, everything
from tests.tables import PLACE

pytestmark = pytest.mark.on_postgresql

TABLES = tables_at(PLACE, "postgresql")
SESSIONS = ("origin", "replica", "local")
REFUSED = "is append-only"


def table_of(name: str) -> Table:
    return TABLES.metadata.tables[PLACE.prefix + name]


def statements(table: Table) -> list[str]:
    """Every plain statement that would change, delete or empty."""
    column = list(table.c)[-1].name
    return [
        f"UPDATE {table.name} SET {column} = {column}",
        f"UPDATE {table.name} SET {column} = {column} WHERE false",
        f"DELETE FROM {table.name}",
        f"DELETE FROM {table.name} WHERE false",
        f"TRUNCATE {table.name} CASCADE",
        f"WITH gone AS (DELETE FROM {table.name} RETURNING 1) SELECT count(*) FROM gone",
    ]


def refuses(connection: Connection, statement: object) -> None:
    with pytest.raises(DBAPIError, match=REFUSED), connection.begin_nested():
        connection.execute(text(statement) if isinstance(statement, str) else statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("session", SESSIONS)
def test_no_statement_changes_deletes_or_empties(filled: Service, session: str) -> None:
    before = everything(filled)
    with engine_of(filled).begin() as connection:
        connection.execute(text(f"SET LOCAL session_replication_role = {session}"))
        for name in APPEND_ONLY:
            for statement in statements(table_of(name)):
                refuses(connection, statement)
    assert everything(filled) == before


@pytest.mark.parametrize("session", SESSIONS)
@pytest.mark.parametrize("name", APPEND_ONLY)
def test_an_insert_never_becomes_an_update(filled: Service, name: str, session: str) -> None:
    table = table_of(name)
    before = everything(filled)
    with engine_of(filled).begin() as connection:
        connection.execute(text(f"SET LOCAL session_replication_role = {session}"))
        row = dict(connection.execute(select(table).limit(1)).mappings().one())
        upsert = insert(table).values(row)
        if "id" in table.c or "position" in table.c:
            upsert = insert(table).from_select(list(row), select(table).limit(1))
        last = list(table.c)[-1]
        refuses(
            connection,
            upsert.on_conflict_do_update(
                index_elements=list(table.primary_key.columns), set_={last.name: upsert.excluded[last.name]}
            ),
        )
    assert everything(filled) == before


def test_a_row_is_appended_in_every_session(filled: Service) -> None:
    """The refusals above are the triggers', not those of a session in which nothing can be written."""
    with engine_of(filled).begin() as connection:
        for session in SESSIONS:
            connection.execute(text(f"SET LOCAL session_replication_role = {session}"))
            connection.execute(TABLES.meta.insert().values(name=f"test-{session}", value="kept"))
    with engine_of(filled).connect() as connection:
        names = connection.execute(select(TABLES.meta.c.name)).scalars().all()
    assert {f"test-{session}" for session in SESSIONS} <= set(names)


def test_every_trigger_is_always_on_and_asked_once_a_statement(filled: Service) -> None:
    query = """
        SELECT c.relname, t.tgenabled, t.tgtype FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE t.tgname = c.relname || '_append_only'
    """
    before, delete, update, truncate = 2, 8, 16, 32
    with engine_of(filled).connect() as connection:
        found = {name: (enabled, kind) for name, enabled, kind in connection.execute(text(query))}
    assert found == {table.name: ("A", before | delete | update | truncate) for table in TABLES.append_only}
