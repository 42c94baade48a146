"""A full disk in the middle of a host's transaction, all of which SQLite then takes back by itself.

The host goes on with nothing before it has rolled back: half of its transaction is never kept.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session

from partnerships import DatabaseFailed, Service, open_service
from partnerships.doors.embedding.django import open_on_django
from partnerships.doors.embedding.session import on_session, open_async
from tests.embedding.commands import Base, Case, identify, make_host_tables
from tests.embedding.test_django import HOST, add_case, cases, django_database, django_database_of

LARGE = {**identify("p-1"), "body": {"name": "Example p-1 (fictional)", "note": "x" * 90_000}}
PAGES = range(12)
"""How many pages there are left; with some of them SQLite takes back the statement alone."""


def limit(used: Any, left: int) -> str:
    return f"PRAGMA max_page_count = {int(used) + left}"


def fill(connection: Connection, left: int) -> None:
    """Leave so many pages to the transaction that runs."""
    used = connection.exec_driver_sql("PRAGMA page_count").scalar()
    connection.exec_driver_sql(limit(used, left))


@pytest.fixture(params=["ours", "the host's"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    path = tmp_path / "host.sqlite"
    target = path if request.param == "ours" else create_engine(f"sqlite:///{path}")
    with open_service(target, create=True, key_file=tmp_path / "host.key") as service:
        make_host_tables(service._opened.engine)
        yield service


def kept(service: Service) -> list[str]:
    with Session(service._opened.engine) as session:
        return list(session.scalars(text("SELECT id FROM portal_case ORDER BY id")))


@pytest.mark.parametrize("reads", [False, True])
def test_on_a_connection(service: Service, reads: bool) -> None:
    ended = 0
    for left in PAGES:
        with service._opened.engine.connect() as host:
            host.execute(text(f"INSERT INTO portal_case VALUES ('first-{left}')"))
            fill(host, left)
            with pytest.raises(DatabaseFailed, match="full") as caught:
                service.apply(LARGE, connection=host)
            if "whole transaction" in str(caught.value):
                ended += 1
                with pytest.raises((PendingRollbackError, DatabaseFailed)):  # noqa: PT012
                    if reads:
                        service.within(host).feed()
                    host.execute(text(f"INSERT INTO portal_case VALUES ('second-{left}')"))
                host.rollback()
                continue
            host.execute(text(f"INSERT INTO portal_case VALUES ('second-{left}')"))
            host.rollback()
            host.invalidate()
    assert ended
    assert kept(service) == []
    assert service.apply(LARGE)["outcome"] == "accepted"


def test_in_a_session(service: Service) -> None:
    ended = 0
    for left in PAGES:
        with Session(service._opened.engine) as session:
            session.add(Case(id=f"first-{left}"))
            session.flush()
            fill(session.connection(), left)
            with pytest.raises(DatabaseFailed, match="full") as caught:
                on_session(service, session).apply(LARGE)
            if "whole transaction" in str(caught.value):
                ended += 1
                with pytest.raises(PendingRollbackError):  # noqa: PT012
                    session.add(Case(id=f"second-{left}"))
                    session.commit()
            session.rollback()
            session.connection().invalidate()
    assert ended
    assert kept(service) == []


def test_in_an_asynchronous_session(tmp_path: Path) -> None:
    async def work() -> int:
        engine, ended = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'host.sqlite'}"), 0
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        partnerships = await open_async(engine, create=True, key_file=tmp_path / "host.key")
        sessions = async_sessionmaker(engine)
        for left in PAGES:
            async with sessions() as session:
                session.add(Case(id=f"first-{left}"))
                await session.flush()
                await (await session.connection()).run_sync(fill, left)
                with pytest.raises(DatabaseFailed, match="full") as caught:
                    await partnerships.apply(session, LARGE)
                if "whole transaction" in str(caught.value):
                    ended += 1
                    session.add(Case(id=f"second-{left}"))
                    with pytest.raises(PendingRollbackError):
                        await session.commit()
                await session.rollback()
                await (await session.connection()).invalidate()
        async with sessions() as session:
            assert list(await session.scalars(text("SELECT id FROM portal_case"))) == []
            assert (await partnerships.apply(session, LARGE))["outcome"] == "accepted"
        await engine.dispose()
        return ended

    assert asyncio.run(work())


def test_in_djangos_atomic(tmp_path: Path) -> None:
    with django_database_of(django_database(f"sqlite:///{tmp_path / 'host.sqlite'}")):
        portal = open_on_django(HOST, create=True, key_file=tmp_path / "host.key")
        with connections[HOST].cursor() as cursor:
            cursor.execute("CREATE TABLE portal_case (id text PRIMARY KEY)")
        ended = 0
        for left in PAGES:
            with pytest.raises(transaction.TransactionManagementError), transaction.atomic(HOST):  # noqa: PT012
                add_case(f"first-{left}")
                with connections[HOST].cursor() as cursor:
                    cursor.execute("PRAGMA page_count")
                    cursor.execute(limit(cursor.fetchone()[0], left))
                with pytest.raises(DatabaseFailed, match="full") as caught:
                    portal.apply(LARGE)
                ended += "whole transaction" in str(caught.value)
                if "whole transaction" not in str(caught.value):
                    transaction.set_rollback(True, using=HOST)
                add_case(f"second-{left}")
            connections[HOST].close()
        assert ended
        assert cases() == []
        assert portal.apply(LARGE)["outcome"] == "accepted"
