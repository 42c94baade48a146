"""Where the tables live: prefixes and schemas beside each other, made by several at once and made again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE
from threading import Barrier
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from partnerships import BadRequest, NoDatabase, open_service
from partnerships.storage.engines import open_engine
from partnerships.storage.migrate import downgrade, migrate
from partnerships.storage.place import Place
from partnerships.storage.revision import NEWEST, current
from partnerships.storage.tables import tables_at
from tests.forked import Program
from tests.postgresql.databases import Databases
from tests.properties.profile import LONG
from tests.storage.logins import run
from tests.story import Clock, Story

AT_ONCE = 10
PROCESSES = 10 if LONG else 4
PLACES: list[dict[str, Any]] = [
    {},
    {"table_prefix": "house_"},
    {"schema": "ours"},
    {"table_prefix": "house_", "schema": "ours"},
    {"table_prefix": "p" * 30, "schema": "_theirs"},
]
OPEN = """
import sys
from partnerships import open_service
sys.stdin.readline()
open_service(sys.argv[1], create=True, key_file=sys.argv[2]).close()
"""


@pytest.fixture
def empty(postgresql: Databases) -> Iterator[str]:
    """The URL of a PostgreSQL database with nothing in it."""
    yield postgresql.create("empty")
    postgresql.drop("empty")


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with nothing in it, on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'p.sqlite'}"
    return str(request.getfixturevalue("empty"))


@pytest.fixture
def engine(empty: str) -> Iterator[Engine]:
    engine = open_engine(empty, 30)
    yield engine
    engine.dispose()


def place_of(named: dict[str, Any]) -> Place:
    return Place(named.get("table_prefix", "partnerships_"), named.get("schema"))


def live_beside_each_other(url: str, places: list[dict[str, Any]], folder: Path, clock: Clock) -> None:
    """Each place keeps its own partnership p-1, and its own key, and none sees another's."""
    services = [
        open_service(url, create=True, clock=clock, key_file=folder / f"{n}.key", **named)
        for n, named in enumerate(places)
    ]
    for number, service in enumerate(services):
        story = Story(service, clock, name=f"Example {number} (fictional)").to("assessed")
        story.record("comment", key="k-1")
    for number, service in enumerate(services):
        assert [row["name"] for row in service.portfolio()] == [f"Example {number} (fictional)"]
        assert service.replay("p-1")["same"]
    for service in services:
        service.close()


def test_places_beside_each_other_on_postgresql(empty: str, tmp_path: Path, clock: Clock) -> None:
    live_beside_each_other(empty, PLACES, tmp_path, clock)


def test_two_prefixes_in_one_sqlite_file(tmp_path: Path, clock: Clock) -> None:
    live_beside_each_other(f"sqlite:///{tmp_path / 'p.sqlite'}", PLACES[:2], tmp_path, clock)


@pytest.mark.parametrize("named", PLACES[1:])
def test_another_place_holds_nothing_yet(empty: str, tmp_path: Path, named: dict[str, Any]) -> None:
    open_service(empty, create=True, key_file=tmp_path / "p.key").close()
    with pytest.raises(NoDatabase, match="migrate"):
        open_service(empty, key_file=tmp_path / "p.key", **named)


@pytest.mark.parametrize(
    "prefix", ["", "1_", "_a", "House_", "a-b", "a b", 'a"', "a;drop table x", "a.b", "é_", "a\n", "p" * 31]
)
def test_a_prefix_that_cannot_be(either: str, prefix: str) -> None:
    with pytest.raises(BadRequest, match="table_prefix"):
        open_service(either, create=True, table_prefix=prefix)


@pytest.mark.parametrize(
    "schema", ["", "1", "Ours", "a-b", "a b", 'a"', "a;drop", "a.b", "é", "a\n", "s" * 64]
)
def test_a_schema_that_cannot_be(either: str, schema: str) -> None:
    with pytest.raises(BadRequest, match="schema"):
        open_service(either, create=True, schema=schema)


def test_sqlite_has_no_schemas(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="schema"):
        open_service(tmp_path / "p.sqlite", create=True, schema="ours")
    assert not (tmp_path / "p.sqlite").exists()


def catalogue(engine: Engine) -> dict[str, list[Any]]:
    """All that PostgreSQL says of tables, columns, indexes, constraints, triggers, functions and rights."""
    kinds = {
        "columns": "SELECT table_schema, table_name, column_name, ordinal_position, data_type, is_nullable,"
        " column_default, is_identity, collation_name FROM information_schema.columns"
        " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
        "indexes": "SELECT schemaname, indexdef FROM pg_indexes WHERE schemaname !~ '^pg_'",
        "constraints": "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace::regnamespace::text !~ '^(pg_|information_schema)'",
        "triggers": "SELECT pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger WHERE NOT tgisinternal",
        "functions": "SELECT pg_get_functiondef(oid), proowner::regrole::text FROM pg_proc"
        " WHERE pronamespace::regnamespace::text !~ '^(pg_|information_schema)'",
        "rights": "SELECT relname, relowner::regrole::text, relacl::text FROM pg_class"
        " WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)'",
    }
    with engine.connect() as connection:
        return {kind: sorted(map(repr, connection.execute(text(query)))) for kind, query in kinds.items()}


@pytest.mark.parametrize("named", PLACES)
def test_up_down_and_up_again_on_postgresql(engine: Engine, named: dict[str, Any]) -> None:
    place = place_of(named)
    migrate(engine, place)
    first = catalogue(engine)
    migrate(engine, place)
    assert catalogue(engine) == first
    downgrade(engine, place, "base")
    assert set(inspect(engine).get_table_names(schema=place.schema)) <= {place.version_table}
    assert catalogue(engine)["functions"] == []
    migrate(engine, place)
    assert catalogue(engine) == first
    with engine.connect() as connection:
        assert current(connection, place) == NEWEST


@pytest.mark.parametrize("named", PLACES[:2])
def test_the_tables_are_as_declared(engine: Engine, named: dict[str, Any]) -> None:
    place = place_of(named)
    migrate(engine, place)
    options = {"version_table": place.version_table, "compare_type": True}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables_at(place, "postgresql").metadata) == []


def test_a_hosts_alembic_is_untouched(engine: Engine, tmp_path: Path, clock: Clock) -> None:
    run(
        engine.url.render_as_string(hide_password=False),
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
        "INSERT INTO alembic_version VALUES ('theirs')",
        "CREATE TABLE entry (n INTEGER)",
    )
    theirs = catalogue(engine)
    with open_service(engine, create=True, clock=clock, key_file=tmp_path / "p.key") as service:
        Story(service, clock).identify()
    downgrade(engine, Place(), "base")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [
            "theirs"
        ]
        connection.execute(text(f"DROP TABLE {Place().version_table}"))
    assert catalogue(engine) == theirs


def all_agree(url: str, key: Path) -> None:
    with open_service(url, key_file=key, clock=Clock()) as service:
        Story(service, Clock()).to("assessed")
        assert service.replay("p-1")["same"]


def test_ten_threads_that_open_an_empty_database_at_once(either: str, tmp_path: Path) -> None:
    key, together = tmp_path / "p.key", Barrier(AT_ONCE)

    def begin(_: int) -> None:
        together.wait()
        open_service(either, create=True, key_file=key).close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(begin, range(AT_ONCE))) == [None] * AT_ONCE
    all_agree(either, key)


def test_processes_that_open_an_empty_database_at_once(either: str, tmp_path: Path) -> None:
    key = tmp_path / "p.key"
    command = ["-c", OPEN, either, str(key)]
    workers = [Program(command, stdin=PIPE, stderr=PIPE, text=True) for _ in range(PROCESSES)]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    ends = [(worker.communicate(timeout=120)[1], worker.returncode) for worker in workers]
    assert ends == [("", 0)] * PROCESSES
    all_agree(either, key)
