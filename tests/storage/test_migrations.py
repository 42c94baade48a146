"""Migrations: up, down, again; the tables as declared; a host's own version table untouched."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from partnerships import NoDatabase, Service, open_service
from partnerships.storage import migrations
from partnerships.storage.engines import open_engine
from partnerships.storage.migrate import downgrade, migrate
from partnerships.storage.revision import NEWEST, current
from partnerships.storage.tables import tables_at
from tests.storage.rows import engine_of, everything
from tests.story import Clock, Story
from tests.tables import PLACE
from tests.tables import TABLES as tables

OURS = {*tables.metadata.tables, PLACE.version_table}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_engine(f"sqlite:///{tmp_path / 'm.sqlite'}", 30)


def names(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def schema(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return current(connection, PLACE)


def test_the_newest_migration_is_the_one_that_is_asked_for() -> None:
    scripts = Path(migrations.__file__).parent
    assert ScriptDirectory(str(scripts)).get_current_head() == NEWEST


@pytest.mark.every_store
def test_the_migrations_make_the_tables_that_are_declared(service: Service) -> None:
    backend = engine_of(service).dialect.name
    with engine_of(service).connect() as connection:
        options = {"version_table": PLACE.version_table, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables_at(PLACE, backend).metadata) == []


def test_up_down_and_up_again(engine: Engine) -> None:
    assert revision(engine) is None
    migrate(engine, PLACE)
    assert revision(engine) == NEWEST
    first = schema(engine)
    assert names(engine) == OURS
    downgrade(engine, PLACE, "base")
    assert names(engine) <= {PLACE.version_table}
    assert revision(engine) is None
    migrate(engine, PLACE)
    assert schema(engine) == first


def test_up_twice_changes_nothing(engine: Engine) -> None:
    migrate(engine, PLACE)
    before = schema(engine)
    migrate(engine, PLACE)
    assert schema(engine) == before


def test_opening_again_changes_nothing(story: Story) -> None:
    story.to("assessed")
    before, made = everything(story.service), schema(engine_of(story.service))
    open_service(engine_of(story.service), create=True, key_file=_key_of(story.service))
    assert everything(story.service) == before
    assert schema(engine_of(story.service)) == made


def _key_of(service: Service) -> Path:
    place = service._opened.key_file
    assert place is not None
    return place


def test_a_hosts_own_tables_and_version_are_left_alone(engine: Engine, tmp_path: Path, clock: Clock) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('theirs')")
        connection.exec_driver_sql("CREATE TABLE entry (n INTEGER)")
    theirs = schema(engine)
    with open_service(engine, create=True, clock=clock, key_file=tmp_path / "m.key") as service:
        Story(service, clock).identify()
        assert set(theirs) < set(schema(engine))
        downgrade(engine, PLACE, "base")
    assert set(schema(engine)) >= set(theirs)
    assert names(engine) <= {"alembic_version", "entry", PLACE.version_table}
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT * FROM alembic_version").scalars().all() == ["theirs"]


def test_without_create_a_pending_migration_is_said_and_not_made(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (n INTEGER)")
    for when in ("never", "taken back"):
        with pytest.raises(NoDatabase, match=r"run `partnerships migrate`"):
            open_service(engine, key_file=tmp_path / "m.key")
        assert revision(engine) is None, when
        migrate(engine, PLACE)
        downgrade(engine, PLACE, "base")


@pytest.mark.parametrize("create", [True, False])
def test_a_database_of_a_newer_version_is_left_to_that_version(
    engine: Engine, tmp_path: Path, create: bool
) -> None:
    """As after a deployment that was taken back: to migrate would help nobody."""
    migrate(engine, PLACE)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {PLACE.version_table} SET version_num = '9999'")
    with pytest.raises(NoDatabase, match=r"has revision 9999, of a newer version.* go on with that version$"):
        open_service(engine, create=create, key_file=tmp_path / "m.key")
    assert revision(engine) == "9999"


def test_a_migration_that_breaks_off_leaves_nothing_behind(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    class Broken(Exception):
        """Raised in place of the last table."""

    def create_index(name: str, *_rest: object, **_options: object) -> None:
        if "attempt" in name:
            raise Broken

    monkeypatch.setattr(op, "create_index", create_index)
    with pytest.raises(Broken):
        migrate(engine, PLACE)
    assert names(engine) == set()
