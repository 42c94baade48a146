"""Names in every script: a database that cannot keep them is refused, found by the doctor, or says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url

from partnerships import DatabaseFailed, NoDatabase, Service, open_service
from partnerships.storage import migrate
from tests.postgresql.databases import Databases
from tests.storage.logins import run
from tests.story import Clock, Story

pytestmark = pytest.mark.on_postgresql

NAMES = ("Łąka (fictional)", "شبكة محلية (خيالية)", "虚构的电台", "Radio \U0001f4fb (fictional)")


@pytest.fixture(params=["LATIN1", "EUC_JP", "SQL_ASCII"])
def encoded(request: pytest.FixtureRequest, postgresql: Databases) -> Iterator[str]:
    """The URL of an empty database in another encoding."""
    yield postgresql.create("encoded", encoding=request.param)
    postgresql.drop("encoded")


def named(service: Service, clock: Clock) -> list[Any]:
    """Identify a partner of each name, and give the names that are on file."""
    for number, name in enumerate(NAMES):
        Story(service, clock, f"p-{number}", name=name).identify()
    return [line["name"] for line in service.portfolio()]


def test_a_new_database_in_another_encoding_is_refused(encoded: str, tmp_path: Path) -> None:
    with pytest.raises(NoDatabase, match="names in some scripts cannot be kept; make one in UTF8"):
        open_service(encoded, create=True, key_file=tmp_path / "sealing.key")
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert run(encoded, tables)[0][0] == 0


@pytest.fixture
def made_before(encoded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Path]:
    """A database that was made in another encoding before that was looked at."""
    key = tmp_path / "sealing.key"
    with monkeypatch.context() as before:
        before.setattr(migrate, "_check_encoding", lambda *_: None)
        open_service(encoded, create=True, key_file=key).close()
    return encoded, key


@pytest.mark.parametrize("encoded", ["LATIN1"], indirect=True)
def test_one_that_is_in_use_says_what_it_cannot_keep(made_before: tuple[str, Path], clock: Clock) -> None:
    url, key = made_before
    with open_service(url, create=True, key_file=key, clock=clock) as service:
        found = {check["check"]: check for check in service.doctor()}
        assert not found["encoding"]["ok"]
        assert "the server is in LATIN1" in found["encoding"]["detail"]
        Story(service, clock, name="Río (ficticio)").identify()
        for name in NAMES:
            with pytest.raises(DatabaseFailed, match="use a database in UTF8") as caught:
                Story(service, clock, "p-2", name=name).identify()
            assert name not in str(caught.value)
        assert [line["name"] for line in service.portfolio()] == ["Río (ficticio)"]


def test_whatever_the_logins_settings_are(database: tuple[str, Path], clock: Clock) -> None:
    url, key = database
    name = make_url(url).database
    for setting in ("client_encoding TO 'LATIN1'", "datestyle TO 'SQL, DMY'", "timezone TO 'Asia/Yangon'"):
        run(url, f"ALTER DATABASE {name} SET {setting}")
    with open_service(url, key_file=key, clock=clock) as service:
        assert named(service, clock) == list(NAMES)
        found = {check["check"]: check["ok"] for check in service.doctor()}
        assert found["encoding"]
        assert "clock" in found


def test_a_hosts_connection_that_does_not_speak_utf8(database: tuple[str, Path], clock: Clock) -> None:
    url, key = database
    engine = create_engine(url, connect_args={"client_encoding": "latin1"})
    with open_service(engine, key_file=key, clock=clock) as service:
        found = {check["check"]: check for check in service.doctor()}
        assert "the client is in LATIN1" in found["encoding"]["detail"]
        with pytest.raises(DatabaseFailed, match="have it speak UTF8"):
            named(service, clock)
        with engine.connect() as connection, pytest.raises(DatabaseFailed, match="have it speak UTF8"):
            named(service.within(connection), clock)
        with pytest.raises(DatabaseFailed, match="have it speak UTF8"):
            service.portfolio(name=NAMES[0])
        assert service.portfolio() == []
    engine.dispose()
