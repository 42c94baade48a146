"""Three roles on PostgreSQL: the application appends, the auditor reads nothing sealed, neither undoes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from partnerships import Service, open_service
from partnerships.scheduler.delivery.channel import NotDelivered
from partnerships.storage.place import Place
from partnerships.storage.roles import APPLICATION, AUDITOR, ROLES, role_name
from partnerships.storage.tables import APPEND_ONLY
from tests.scheduler.damage import breaks
from tests.scheduler.delivery.office import Paper, asked, deliver
from tests.storage.logins import login, run
from tests.story import Clock, Story
from tests.tables import TABLES

pytestmark = pytest.mark.on_postgresql

PLACE = Place()
SEALED = ("SELECT sealed FROM partnerships_content", "SELECT sealed FROM partnerships_partnership")


@pytest.fixture
def application(database: tuple[str, Path]) -> Iterator[str]:
    with login(database[0], role_name(PLACE, APPLICATION)) as url:
        yield url


@pytest.fixture
def auditor(database: tuple[str, Path]) -> Iterator[str]:
    with login(database[0], role_name(PLACE, AUDITOR)) as url:
        yield url


@pytest.fixture
def opened_by_application(application: str, database: tuple[str, Path], clock: Clock) -> Iterator[Service]:
    with open_service(application, clock=clock, key_file=database[1]) as service:
        yield service


def refused(url: str, *statements: str) -> None:
    """Each statement is refused to this login for want of the privilege."""
    engine = create_engine(url, poolclass=NullPool)
    for statement in statements:
        with (
            engine.connect() as connection,
            pytest.raises(DBAPIError, match=r"permission denied|must be owner"),
        ):
            connection.execute(text(statement))


def test_the_migrations_make_three_roles_that_cannot_log_in(database: tuple[str, Path]) -> None:
    rows = run(database[0], "SELECT rolname, rolcanlogin, rolsuper FROM pg_roles ORDER BY 1")
    made = {name: (logs_in, is_super) for name, logs_in, is_super in rows}
    for role in ROLES:
        assert made[role_name(PLACE, role)] == (False, False)


def test_the_owner_owns_the_tables(database: tuple[str, Path]) -> None:
    query = "SELECT DISTINCT tableowner FROM pg_tables WHERE tablename LIKE 'partnerships\\_%'"
    assert run(database[0], query) == [("partnerships_owner",)]


@pytest.mark.parametrize("end", ["exited", "terminated_for_crisis"])
def test_the_application_lives_a_whole_life(opened_by_application: Service, clock: Clock, end: str) -> None:
    story = Story(opened_by_application, clock).to(end)
    assert story.state == end
    assert opened_by_application.replay("p-1")["same"]


def test_the_application_keeps_keys_refusals_and_what_is_sealed(
    opened_by_application: Service, clock: Clock
) -> None:
    story = Story(opened_by_application, clock).to("active_activity")
    story.has("crisis_case")
    assert story.record("comment", key="k-1") == story.record("comment", key="k-1")
    assert story.trigger("exit")["outcome"] == "refused"
    assert opened_by_application.portfolio()
    assert opened_by_application.feed()


def test_the_application_asks_and_delivers(
    service: Service, opened_by_application: Service, clock: Clock
) -> None:
    application, paper = opened_by_application, Paper(*(NotDelivered("SMTP 450") for _ in range(2)))
    for id in ("p-1", "p-2"):
        asked(Story(application, clock, id, name=f"Example Radio {id} (fictional)"))
    deliver(application, paper)
    breaks(service, "p-2")
    clock.advance(hours=1)
    report = deliver(application, paper)
    assert (report.sent, report.failed) == (2, 1)
    clock.advance(days=31)
    assert deliver(application, paper, keep=timedelta(days=30)).pruned == 2


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_the_application_undoes_nothing(application: str, name: str) -> None:
    table = PLACE.named(name)
    column = TABLES.metadata.tables[table].primary_key.columns[0].name
    refused(
        application,
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"ALTER TABLE {table} ADD COLUMN more int",
        f"DROP TRIGGER {table}_append_only ON {table}",
        f"DROP TABLE {table}",
        "SET session_replication_role = replica",
        "SET ROLE partnerships_owner",
    )


def test_the_auditor_reads_feed_portfolio_and_overview_and_nothing_sealed(
    opened_by_application: Service, auditor: str, database: tuple[str, Path], clock: Clock, tmp_path: Path
) -> None:
    story = Story(opened_by_application, clock, identifiers=[{"scheme": "XX-REG", "value": "1"}])
    story.to("active_activity").has("crisis_case")
    clock.advance(days=400)
    opened_by_application.sweep()
    with open_service(auditor, clock=clock, key_file=tmp_path / "none.key") as service:
        assert service.feed() == opened_by_application.feed()
        assert service.portfolio() == opened_by_application.portfolio()
        assert service.overview() == opened_by_application.overview()
    assert run(database[0], SEALED[0] + " WHERE sealed IS NOT NULL")
    refused(auditor, *SEALED, "SELECT * FROM partnerships_data_key", "SELECT * FROM partnerships_content")


@pytest.mark.parametrize("name", [*APPEND_ONLY, "partnership", "identifier"])
def test_the_auditor_writes_nothing(auditor: str, name: str) -> None:
    table = PLACE.named(name)
    refused(auditor, f"INSERT INTO {table} DEFAULT VALUES", f"DELETE FROM {table}", f"TRUNCATE {table}")
