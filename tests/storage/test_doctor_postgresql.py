"""The doctor on PostgreSQL: all well for the application's login, and every fault is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url

from partnerships import NoDatabase, Service, open_service
from partnerships.storage.engines import open_engine
from partnerships.storage.migrate import migrate
from partnerships.storage.place import Place
from partnerships.storage.roles import ROLES
from tests.postgresql.databases import Spares
from tests.postgresql.server import Server
from tests.storage.logins import PASSWORD, login, run
from tests.story import Clock, Story

pytestmark = pytest.mark.on_postgresql

PLACE = Place()
NOT_DURABLE = {"durability"}
FAR_AHEAD = 10**15


@pytest.fixture
def application(database: tuple[str, Path]) -> Iterator[str]:
    with login(database[0], "partnerships_app") as url:
        yield url


def faults(target: Any, key: Path, **options: Any) -> dict[str, str]:
    """What the doctor finds wrong, by the name of the check."""
    with open_service(target, key_file=key, **options) as service:
        return {found["check"]: found["detail"] for found in service.doctor() if not found["ok"]}


def test_all_is_well_for_the_application_on_a_durable_server(durable_server: Server, tmp_path: Path) -> None:
    url, key = durable_server.create("well"), tmp_path / "sealing.key"
    open_service(url, create=True, key_file=key).close()
    with login(url, "partnerships_app") as application:
        assert faults(application, key) == {}


@pytest.mark.parametrize(
    "table", ["meta", "entry", "content", "data_key", "command_key", "attempt", "outbox"]
)
@pytest.mark.parametrize(
    "harm",
    ["DROP TRIGGER {0}_append_only ON {0}"]
    + [
        f"ALTER TABLE {{0}} {how} TRIGGER {{0}}_append_only"
        for how in ("ENABLE", "DISABLE", "ENABLE REPLICA")
    ],
)
def test_a_trigger_that_is_gone_or_not_always_on(
    application: str, database: tuple[str, Path], table: str, harm: str
) -> None:
    assert "append-only" not in faults(application, database[1])
    run(database[0], harm.format(PLACE.named(table)))
    found = faults(application, database[1])
    assert PLACE.named(table) in found["append-only"]
    assert set(found) - NOT_DURABLE == {"append-only"}


def test_a_superuser(database: tuple[str, Path]) -> None:
    assert "superuser" in faults(*database)["privileges"]


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE", "TRIGGER"])
def test_a_login_that_may_do_more_than_append(
    application: str, database: tuple[str, Path], right: str
) -> None:
    run(database[0], f"GRANT {right} ON partnerships_entry TO CURRENT_USER, PUBLIC")
    assert "partnerships_entry" in faults(application, database[1])["privileges"]


def test_roles_that_are_missing(spares: Spares, database: tuple[str, Path], tmp_path: Path) -> None:
    """A database made by a login that may not make roles goes without them, and the doctor says so."""
    url, _ = database
    key = tmp_path / "plain.key"
    name = "plain_maker"
    run(url, "CREATE SCHEMA theirs", f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    try:
        run(
            url,
            f"ALTER SCHEMA theirs OWNER TO {name}",
            f"GRANT CREATE ON DATABASE {database_of(url)} TO {name}",
        )
        plain = as_login(url, name)
        open_service(plain, create=True, key_file=key, schema="theirs", table_prefix="roleless_").close()
        found = faults(plain, key, schema="theirs", table_prefix="roleless_")
        assert all(f"roleless_{role}" in found["roles"] for role in ("owner", "app", "auditor"))
        assert "roleless_owner" in found["privileges"]
        open_service(url, create=True, key_file=key, schema="theirs", table_prefix="roleless_").close()
        with login(url, "roleless_app") as application:
            there = {"schema": "theirs", "table_prefix": "roleless_"}
            assert set(faults(application, key, **there)) <= NOT_DURABLE
    finally:
        for made in (name, *(f"roleless_{role}" for role in ROLES)):
            if run(url, f"SELECT FROM pg_roles WHERE rolname = '{made}'"):
                run(url, f"DROP OWNED BY {made} CASCADE", f"DROP ROLE {made}")


def test_rights_that_a_dump_did_not_bring_are_given_by_the_next_migration(
    application: str, database: tuple[str, Path]
) -> None:
    run(database[0], "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM partnerships_app, partnerships_auditor")
    with pytest.raises(NoDatabase, match="give this login the right, or run `partnerships migrate`"):
        open_service(application, key_file=database[1])
    open_service(database[0], create=True, key_file=database[1]).close()
    assert set(faults(application, database[1])) <= NOT_DURABLE


def database_of(url: str) -> str:
    return str(run(url, "SELECT current_database()")[0][0])


def as_login(url: str, name: str) -> str:
    return make_url(url).set(username=name, password=PASSWORD).render_as_string(hide_password=False)


def test_a_hosts_engine_without_limits(application: str, database: tuple[str, Path]) -> None:
    engine = create_engine(application)
    try:
        found = faults(engine, database[1])
    finally:
        engine.dispose()
    assert {"lock_timeout", "idle_in_transaction_session_timeout"} == set(found) - NOT_DURABLE
    assert not {"lock_timeout", "idle_in_transaction_session_timeout"} & set(faults(application, database[1]))


def test_commits_that_do_not_wait_for_the_disk(durable_server: Server, tmp_path: Path) -> None:
    url, key = durable_server.create("lazy"), tmp_path / "sealing.key"
    open_service(url, create=True, key_file=key).close()
    run(url, f"ALTER DATABASE {database_of(url)} SET synchronous_commit = off")
    with login(url, "partnerships_app") as application:
        found = faults(application, key)
    assert set(found) == {"durability"}
    assert "synchronous_commit is off" in found["durability"]


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_clock_that_is_wrong(application: str, database: tuple[str, Path], seconds: int) -> None:
    found = faults(application, database[1], clock=lambda: datetime.now(UTC) + timedelta(seconds=seconds))
    assert set(found) - NOT_DURABLE == {"clock"}
    assert "differ by" in found["clock"]


def restored(url: str, service: Service, clock: Clock) -> None:
    """Bring the outbox into the order of a cluster that counts far ahead, as a dump of it does."""
    Story(service, clock).identify()
    run(
        url,
        "INSERT INTO partnerships_outbox (partnership_id, sequence, transaction)"
        f" SELECT partnership_id, sequence, {FAR_AHEAD} FROM partnerships_outbox",
    )


def test_an_outbox_restored_from_a_dump(application: str, database: tuple[str, Path], clock: Clock) -> None:
    url, key = database
    with open_service(application, key_file=key, clock=clock) as service:
        restored(url, service, clock)
        found = {check["check"]: check for check in service.doctor()}
        assert not found["feed"]["ok"]
        assert "partnerships migrate" in found["feed"]["detail"]
    with pytest.raises(NoDatabase, match=r"restored from a dump; run `partnerships migrate`"):
        open_service(application, key_file=key)

    engine = open_engine(url, 30)
    migrate(engine, PLACE)
    migrate(engine, PLACE)
    engine.dispose()
    with open_service(application, key_file=key, clock=clock) as service:
        assert {check["check"]: check["ok"] for check in service.doctor()}["feed"]
        cursor = service.feed()[-1]["cursor"]
        assert str(FAR_AHEAD) in cursor
        for number in range(2, 6):
            Story(service, clock, f"p-{number}", name=f"Example {number} (fictional)").identify()
        after = [event["subject"] for event in service.feed(after=cursor)]
        assert after == ["p-2", "p-3", "p-4", "p-5"]
        assert [event["subject"] for event in service.feed()] == ["p-1", "p-1", *after]


def test_opening_with_create_begins_the_new_era_too(database: tuple[str, Path], clock: Clock) -> None:
    url, key = database
    with open_service(url, key_file=key, clock=clock) as service:
        restored(url, service, clock)
    assert "feed" not in faults(url, key, create=True)


@pytest.mark.parametrize("ours", [True, False])
def test_a_hosts_plain_engine_on_sqlite_begins_too_late(template: Path, ours: bool) -> None:
    engine = open_engine(template, 30) if ours else create_engine(f"sqlite:///{template}")
    found = faults(engine, template.with_name("p.sqlite.key"))
    engine.dispose()
    assert ("begin" in found) is not ours
