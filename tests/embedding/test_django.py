"""Django's own connection: the outermost `atomic` decides over the host's rows and ours together."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.db import DatabaseError, connections, transaction
from sqlalchemy import create_engine, func, make_url, select

from partnerships import DatabaseFailed, NoDatabase, UnknownPartnership
from partnerships.doors.embedding.django import DjangoPartnerships, open_on_django
from partnerships.doors.embedding.hooks import Follower
from tests.embedding.commands import assess, identify

HOST = "partnerships_host"
Portal = DjangoPartnerships
SAFEGUARDING = {"id": "safeguarding-1", "party": "ims", "roles": ["safeguarding"]}
CASE = {
    "do": "record",
    "id": "p-1",
    "kind": "crisis_case",
    "actor": SAFEGUARDING,
    "body": {"ground": "ethics"},
}


def django_database(url: str) -> dict[str, Any]:
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": parts.database}
    host = parts.host or parts.query.get("host")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.database,
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": host or "",
        "PORT": str(parts.port or parts.query.get("port") or ""),
    }


@contextmanager
def django_database_of(described: dict[str, Any]) -> Iterator[None]:
    """Have a database under the name HOST in Django's settings."""
    if not settings.configured:
        settings.configure(LOGGING_CONFIG=None)
        django.setup()
    connections.settings[HOST] = connections.configure_settings({"default": {}, HOST: described})[HOST]
    try:
        yield
    finally:
        connections[HOST].close()
        del connections[HOST]
        del connections.settings[HOST]


@pytest.fixture(params=["client-side", "server-side"])
def database(request: pytest.FixtureRequest, host_url: str) -> Iterator[str]:
    """The host's database under a name of Django's; its table is there, ours are not."""
    described = django_database(host_url)
    if request.param == "server-side":
        if "sqlite" in described["ENGINE"]:
            described["OPTIONS"] = {"transaction_mode": "IMMEDIATE"}
        else:
            described["OPTIONS"] = {"server_side_binding": True}
    with django_database_of(described):
        with connections[HOST].cursor() as cursor:
            cursor.execute("CREATE TABLE portal_case (id VARCHAR(64) PRIMARY KEY)")
        yield HOST


@pytest.fixture
def portal(database: str, tmp_path: Path) -> Portal:
    with transaction.atomic(using=database):
        open_on_django(database, create=True, key_file=tmp_path / "host.key")
    return open_on_django(database, key_file=tmp_path / "host.key")


def add_case(id: str) -> None:
    with connections[HOST].cursor() as cursor:
        cursor.execute("INSERT INTO portal_case VALUES (%s)", [id])


def cases() -> list[str]:
    with connections[HOST].cursor() as cursor:
        cursor.execute("SELECT id FROM portal_case ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def ids(portal: Portal) -> list[str]:
    return [line["id"] for line in portal.portfolio()]


def test_outside_any_atomic_each_call_is_one_of_its_own(portal: Portal) -> None:
    assert portal.apply(identify("p-1"))["outcome"] == "accepted"
    assert connections[HOST].get_autocommit()
    assert portal.show("p-1")["sequence"] == len(portal.history("p-1")) == 1
    assert [step["trigger"] for step in portal.why("p-1")["triggers"]] == ["assess", "decline"]
    assert portal.prompts(on="2100-01-01") == []
    assert portal.overview()["partnerships"] == 1


def test_the_hosts_row_and_ours_are_committed_together(portal: Portal) -> None:
    with transaction.atomic(using=HOST):
        add_case("p-1")
        portal.apply(identify("p-1"))
    connections[HOST].close()
    assert cases() == ids(portal) == ["p-1"]


def test_a_rollback_takes_both_back(portal: Portal) -> None:
    with transaction.atomic(using=HOST):
        add_case("p-1")
        portal.apply(identify("p-1"))
        assert ids(portal) == ["p-1"]
        transaction.set_rollback(True, using=HOST)
    assert cases() == ids(portal) == []


def test_an_inner_atomic_takes_back_its_part(portal: Portal) -> None:
    with transaction.atomic(using=HOST):
        portal.apply(identify("p-1"))
        with transaction.atomic(using=HOST):
            portal.apply(identify("p-2"))
            transaction.set_rollback(True, using=HOST)
        portal.apply(identify("p-3"))
    assert ids(portal) == ["p-1", "p-3"]


def test_a_refusal_leaves_the_hosts_transaction_usable(portal: Portal) -> None:
    with transaction.atomic(using=HOST):
        portal.apply(identify("p-1"))
        refused = portal.apply(assess("p-1"))
        assert refused["outcome"] == "refused"
        assert refused["findings"]
        with pytest.raises(UnknownPartnership):
            portal.show("p-9")
        add_case("p-1")
        assert portal.apply(identify("p-2"))["outcome"] == "accepted"
    assert (cases(), ids(portal)) == (["p-1"], ["p-1", "p-2"])


def test_opening_neither_commits_nor_rolls_back_what_runs(portal: Portal, tmp_path: Path) -> None:
    with transaction.atomic(using=HOST):
        add_case("p-1")
        open_on_django(HOST, key_file=tmp_path / "host.key").apply(identify("p-1"))
        add_case("p-2")
        transaction.set_rollback(True, using=HOST)
    assert cases() == ids(portal) == []


def test_a_rollback_takes_back_the_tables_too(database: str, tmp_path: Path) -> None:
    with transaction.atomic(using=database):
        open_on_django(database, create=True, key_file=tmp_path / "host.key")
        transaction.set_rollback(True, using=database)
    with pytest.raises(NoDatabase):
        open_on_django(database, key_file=tmp_path / "host.key")


def test_a_transaction_that_is_broken_is_not_asked_anything(portal: Portal) -> None:
    with transaction.atomic(using=HOST):
        add_case("p-1")
        with pytest.raises(DatabaseError), transaction.atomic(using=HOST, savepoint=False):
            add_case("p-1")
        with pytest.raises(transaction.TransactionManagementError):
            portal.apply(identify("p-1"))
    assert cases() == ids(portal) == []


def test_a_case_is_sealed_and_read(portal: Portal) -> None:
    portal.apply(identify("p-1"))
    assert portal.apply(CASE)["outcome"] == "accepted"
    seen = portal.show("p-1", actor=SAFEGUARDING)
    assert seen["crisis_cases"] == [{"case": "1", "open": True, "entries": [2]}]


def test_hooks_fire_after_the_outermost_commit_alone(portal: Portal) -> None:
    told: list[str] = []
    follower = Follower(portal, lambda happened: told.append(happened["subject"]))
    with transaction.atomic(using=HOST):
        with transaction.atomic(using=HOST):
            portal.apply(identify("p-1"))
            portal.follow_commit(follower)
        assert told == []
    assert told == ["p-1"]
    with transaction.atomic(using=HOST):
        portal.apply(identify("p-2"))
        portal.follow_commit(follower)
        transaction.set_rollback(True, using=HOST)
    assert told == ["p-1"]
    assert follower.run() == 0


def test_djangos_own_sql_functions_stay(portal: Portal) -> None:
    """SQLAlchemy would put a REGEXP of its own in the place of Django's, which takes numbers too."""
    portal.apply(identify("p-1"))
    if connections[HOST].vendor == "sqlite":
        with connections[HOST].cursor() as cursor:
            cursor.execute("SELECT 12 REGEXP '^1'")
            assert cursor.fetchone() == (1,)
    else:
        assert connections[HOST].connection._notice_handlers == []


def test_a_connection_that_is_lost_is_told_of_and_made_anew(portal: Portal, host_url: str) -> None:
    portal.apply(identify("p-1"))
    if connections[HOST].vendor == "sqlite":
        connections[HOST].connection.close()
    else:
        backend = connections[HOST].connection.info.backend_pid
        admin = create_engine(host_url)
        with admin.connect() as connection:
            connection.execute(select(func.pg_terminate_backend(backend)))
        admin.dispose()
    with pytest.raises((DatabaseFailed, DatabaseError)):
        portal.apply(identify("p-2"))
    connections[HOST].close()
    assert ids(portal) == ["p-1"]


def test_each_thread_works_on_its_own_connection(portal: Portal) -> None:
    def work(id: str) -> str:
        try:
            return str(portal.apply(identify(id))["outcome"])
        finally:
            connections[HOST].close()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(work, "p-1").result() == "accepted"
    assert ids(portal) == ["p-1"]


def test_a_database_in_memory_keeps_its_key_while_it_is_there() -> None:
    """As Django's own test runner uses it: migrated by one opening, used by another."""
    name = "file:portal?mode=memory&cache=shared"
    with django_database_of({"ENGINE": "django.db.backends.sqlite3", "NAME": name}):
        open_on_django(HOST, create=True)
        portal = open_on_django(HOST)
        portal.apply(identify("p-1"))
        assert portal.apply(CASE)["outcome"] == "accepted"
        assert open_on_django(HOST).show("p-1", actor=SAFEGUARDING)["crisis_cases"]


def test_a_database_that_is_not_ours_to_keep_is_refused(
    monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    monkeypatch.setattr(connections[database], "vendor", "oracle")
    with pytest.raises(NoDatabase, match=HOST):
        open_on_django(database)
