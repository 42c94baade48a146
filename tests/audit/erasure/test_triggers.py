"""The database itself opens for what an erasure names, and for nothing it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from partnerships import open_service
from partnerships.audit.erasing.erasure import erase
from partnerships.storage.migrate import downgrade, migrate
from partnerships.storage.place import Place
from partnerships.storage.roles import APPLICATION, AUDITOR, role_name
from tests.audit.erasure.erasing import HOW, erased, is_green
from tests.storage.logins import login
from tests.storage.rows import engine_of, everything
from tests.story import Clock, Story


def told(story: Story) -> int:
    """A partnership with a case, a remembered outcome, and an erasure that is its newest entry."""
    story.to("active_activity")
    story.has("crisis_case", key="k-1")
    story.record("agreement", key="k-2", ends_on="2031-01-01")
    (at,) = erased(story, 2)["sequences"]
    return at


def refuses(story: Story, *statements: str, saying: str = "append-only|no erasure names") -> None:
    before = everything(story.service)
    for statement in statements:
        with engine_of(story.service).connect() as connection:
            with pytest.raises(DBAPIError, match=saying):
                connection.exec_driver_sql(statement)
            connection.rollback()
    assert everything(story.service) == before


@pytest.mark.every_store
def test_only_what_is_named_goes(story: Story) -> None:
    at = told(story)
    refuses(
        story,
        "DELETE FROM partnerships_content WHERE sequence = 3",
        "DELETE FROM partnerships_content",
        "DELETE FROM partnerships_data_key",
        "DELETE FROM partnerships_command_key",
        "DELETE FROM partnerships_attempt",
        "UPDATE partnerships_content SET body = NULL WHERE sequence = 3",
        "UPDATE partnerships_command_key SET fingerprint = 'x'",
        f"INSERT INTO partnerships_erased VALUES ('p-1', 3, {at})",
        "INSERT INTO partnerships_erased VALUES ('p-1', 3, 3)",
        "INSERT INTO partnerships_erased VALUES ('p-2', 2, 1)",
    )


@pytest.mark.every_store
def test_outcomes_and_keys_change_only_at_the_moment_of_an_erasure(story: Story) -> None:
    told(story)
    story.has("comment", about=1)
    rewrite = 'UPDATE partnerships_command_key SET outcome = \'{"id":"p-1","sequence":9}\''
    refuses(story, rewrite, "DELETE FROM partnerships_data_key WHERE scope = 'file'")
    other = 'UPDATE partnerships_command_key SET outcome = \'{"id":"p-2"}\''
    erased(story, 3)
    refuses(story, other)


@pytest.mark.on_postgresql
def test_no_session_and_no_flag_opens_more(story: Story) -> None:
    told(story)
    flag = "SELECT set_config('partnerships_erasing.flag', 'yes', false)"
    before = everything(story.service)
    for session in ("origin", "replica", "local"):
        for statement in (
            "DELETE FROM partnerships_content WHERE sequence = 3",
            "UPDATE partnerships_content SET body = NULL WHERE sequence = 3",
            "DELETE FROM partnerships_data_key",
            "UPDATE partnerships_data_key SET wrapped = ''",
            "DELETE FROM partnerships_command_key",
            "TRUNCATE partnerships_content",
            "TRUNCATE partnerships_command_key",
            "SELECT partnerships_erase_content('p-1', 3)",
            "SELECT partnerships_erase_data_key('p-1', 'case:1')",
        ):
            with engine_of(story.service).connect() as connection:
                connection.execute(text(f"SET LOCAL session_replication_role = {session}"))
                connection.execute(text(flag))
                with pytest.raises(DBAPIError, match="append-only"):
                    connection.execute(text(statement))
                connection.rollback()
                connection.execute(text("RESET partnerships_erasing.flag"))
                connection.commit()
    assert everything(story.service) == before
    is_green(story.service)


@pytest.mark.on_postgresql
def test_the_application_erases_by_the_owners_functions_alone(
    story: Story, database: tuple[str, Path]
) -> None:
    told(story)
    plain = "DELETE FROM partnerships_content WHERE sequence = 3"
    by_function = "SELECT partnerships_erase_content('p-1', 3)"
    for role, statement, why in (
        (APPLICATION, plain, "permission denied"),
        (APPLICATION, by_function, "no erasure names"),
        (AUDITOR, by_function, "permission denied"),
    ):
        with login(database[0], role_name(Place(), role)) as url:
            engine = create_engine(url, poolclass=NullPool)
            with engine.connect() as connection, pytest.raises(DBAPIError, match=why):
                connection.execute(text(statement))


@pytest.mark.on_postgresql
def test_a_table_of_the_callers_own_deceives_no_function(story: Story, database: tuple[str, Path]) -> None:
    told(story)
    with login(database[0], role_name(Place(), APPLICATION)) as url:
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(
                text("CREATE TEMP TABLE partnerships_erased AS SELECT 'p-1' AS partnership_id, 3 AS sequence")
            )
            connection.execute(text("SET search_path = pg_temp, public"))
            with pytest.raises(DBAPIError, match="no erasure names"):
                connection.execute(text("SELECT partnerships_erase_content('p-1', 3)"))


def test_missing_content_that_no_erasure_names_is_found(story: Story) -> None:
    from partnerships.audit.audit import open_audit

    told(story)
    with engine_of(story.service).begin() as connection:
        connection.execute(text("DROP TRIGGER partnerships_content_no_delete"))
        connection.execute(text("DELETE FROM partnerships_content WHERE sequence = 4"))
    faults = open_audit(story.service).verify().faults
    assert [(fault.rule, fault.sequence) for fault in faults] == [("content.missing", 4)]
    checks = {check["check"]: check for check in story.service.doctor()}
    assert not checks["append-only"]["ok"]


def test_the_doctor_misses_what_guards_the_erased(story: Story) -> None:
    story.to("identified")
    with engine_of(story.service).begin() as connection:
        connection.execute(text("DROP TRIGGER partnerships_erased_is_named"))
    checks = {check["check"]: check for check in story.service.doctor()}
    assert (checks["append-only"]["ok"], "erased_is_named" in checks["append-only"]["detail"]) == (
        False,
        True,
    )


@pytest.mark.on_postgresql
def test_the_doctor_misses_each_trigger_that_looks_at_rows(story: Story) -> None:
    story.to("identified")
    for name, table in (
        ("content_content_is_erased", "content"),
        ("data_key_data_key_is_idle", "data_key"),
        ("command_key_outcome_is_erased", "command_key"),
        ("content_no_update", "content"),
        ("erased_erased_is_named", "erased"),
    ):
        with engine_of(story.service).begin() as connection:
            full = f"partnerships_{table}"
            connection.execute(text(f"ALTER TABLE {full} DISABLE TRIGGER partnerships_{name}"))
        found = next(check for check in story.service.doctor() if check["check"] == "append-only")
        assert (found["ok"], f"partnerships_{name}" in found["detail"]) == (False, True), found


@pytest.mark.every_store
def test_the_migration_goes_back_and_forth(story: Story) -> None:
    """Before it, and again after it was taken back, nothing at all is deleted."""
    told(story)
    engine = engine_of(story.service)
    downgrade(engine, Place(), "0003")
    with engine.connect() as connection:
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text("DELETE FROM partnerships_content WHERE sequence = 3"))
        connection.rollback()
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text("UPDATE partnerships_command_key SET fingerprint = 'x'"))
        connection.rollback()
    migrate(engine, Place())
    assert next(check for check in story.service.doctor() if check["check"] == "append-only")["ok"]


@pytest.mark.on_postgresql
def test_it_works_wherever_the_tables_live(database: tuple[str, Path], clock: Clock) -> None:
    where = {"table_prefix": "bare_", "schema": "office"}
    with open_service(database[0], create=True, clock=clock, key_file=database[1], **where) as service:
        story = Story(service, clock).to("assessed")
        story.has("crisis_case", key="k-1")
        outcome = erased(story, 2, 3)
        assert outcome["remains"]["clean"]
        assert next(check for check in service.doctor() if check["check"] == "append-only")["ok"]
        with login(database[0], "bare_app") as url, open_service(url, key_file=database[1], **where) as app:
            assert erase(app, "p-1", **HOW, entries=[4])["outcome"] == "accepted"
