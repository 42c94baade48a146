"""A host's AsyncSession, on each asynchronous driver."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from partnerships import NoDatabase, UnknownPartnership
from partnerships.doors.embedding.hooks import Follower, follow_session
from partnerships.doors.embedding.session import AsyncPartnerships, open_async
from tests.embedding.commands import Base, Case, assess, identify

Sessions = async_sessionmaker[AsyncSession]
Work = Callable[[AsyncPartnerships, Sessions], Awaitable[None]]


@pytest.fixture(params=["postgresql+asyncpg", "postgresql+psycopg", "sqlite+aiosqlite"])
def in_host(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Work], None]:
    """Runs work in a host whose engine is asynchronous."""
    url = make_url(f"sqlite:///{tmp_path / 'host.sqlite'}")
    if request.param.startswith("postgresql"):
        url = make_url(request.getfixturevalue("postgresql_host"))
    url = url.set(drivername=request.param)

    @asynccontextmanager
    async def opened() -> AsyncIterator[tuple[AsyncPartnerships, Sessions]]:
        engine = create_async_engine(url)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(Base.metadata.create_all)
            partnerships = await open_async(engine, create=True, key_file=tmp_path / "host.key")
            yield partnerships, async_sessionmaker(engine)
        finally:
            await engine.dispose()

    def run(work: Work) -> None:
        async def hosted() -> None:
            async with opened() as (partnerships, sessions):
                await work(partnerships, sessions)

        asyncio.run(hosted())

    return run


async def on_file(partnerships: AsyncPartnerships, sessions: Sessions) -> tuple[list[str], list[str]]:
    """The ids of the host's cases, and of our partnerships."""
    async with sessions() as session:
        cases = list(await session.scalars(select(Case.id).order_by(Case.id)))
        return cases, [line["id"] for line in await partnerships.portfolio(session)]


def test_the_hosts_row_and_ours_are_committed_together(in_host: Callable[[Work], None]) -> None:
    async def work(partnerships: AsyncPartnerships, sessions: Sessions) -> None:
        async with sessions.begin() as session:
            session.add(Case(id="p-1"))
            assert (await partnerships.apply(session, identify("p-1")))["outcome"] == "accepted"
            assert (await partnerships.show(session, "p-1"))["sequence"] == 1
            assert len(await partnerships.history(session, "p-1")) == 1
            assert (await partnerships.overview(session))["partnerships"] == 1
            triggers = (await partnerships.why(session, "p-1"))["triggers"]
            assert [step["trigger"] for step in triggers] == ["assess", "decline"]
        assert await on_file(partnerships, sessions) == (["p-1"], ["p-1"])

    in_host(work)


def test_a_rollback_takes_both_back(in_host: Callable[[Work], None]) -> None:
    async def work(partnerships: AsyncPartnerships, sessions: Sessions) -> None:
        async with sessions() as session:
            assert (await partnerships.apply(session, identify("p-1")))["outcome"] == "accepted"
            session.add(Case(id="p-1"))
            await session.rollback()
        assert await on_file(partnerships, sessions) == ([], [])

    in_host(work)


def test_a_refusal_leaves_the_hosts_transaction_usable(in_host: Callable[[Work], None]) -> None:
    async def work(partnerships: AsyncPartnerships, sessions: Sessions) -> None:
        async with sessions.begin() as session:
            await partnerships.apply(session, identify("p-1"))
            refused = await partnerships.apply(session, assess("p-1"))
            assert refused["outcome"] == "refused"
            with pytest.raises(UnknownPartnership):
                await partnerships.show(session, "p-9")
            session.add(Case(id="p-1"))
        assert await on_file(partnerships, sessions) == (["p-1"], ["p-1"])

    in_host(work)


def test_sealed_content_is_written_and_read(in_host: Callable[[Work], None]) -> None:
    async def work(partnerships: AsyncPartnerships, sessions: Sessions) -> None:
        safeguarding = {"id": "safeguarding-1", "party": "ims", "roles": ["safeguarding"]}
        case: dict[str, Any] = {"do": "record", "id": "p-1", "kind": "crisis_case", "actor": safeguarding}
        case["body"] = {"ground": "other", "ground_text": "A made-up ground"}
        async with sessions.begin() as session:
            await partnerships.apply(session, identify("p-1"))
            assert (await partnerships.apply(session, case))["outcome"] == "accepted"
        async with sessions() as session:
            seen = await partnerships.show(session, "p-1", actor=safeguarding)
            assert seen["crisis_cases"] == [{"case": "1", "open": True, "entries": [2]}]

    in_host(work)


def test_hooks_fire_after_the_outermost_commit_alone(in_host: Callable[[Work], None]) -> None:
    async def work(partnerships: AsyncPartnerships, sessions: Sessions) -> None:
        told: list[str] = []
        follower = Follower(partnerships.service, lambda happened: told.append(happened["subject"]))
        async with sessions() as session:
            follow_session(follower, session)
            await partnerships.apply(session, identify("p-1"))
            await session.rollback()
            assert told == []
            async with session.begin_nested():
                await partnerships.apply(session, identify("p-2"))
            assert told == []
            await session.commit()
            assert told == ["p-2"]

    in_host(work)


@pytest.mark.parametrize("in_host", ["postgresql+asyncpg", "postgresql+psycopg"], indirect=True)
def test_of_two_that_open_one_partnership_the_second_is_refused(in_host: Callable[[Work], None]) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )

    async def work(partnerships: AsyncPartnerships, sessions: Sessions) -> None:
        async with asyncio.timeout(60), sessions() as first, sessions() as second, sessions() as watcher:
            assert (await partnerships.apply(first, identify("p-1")))["outcome"] == "accepted"
            later = asyncio.create_task(partnerships.apply(second, identify("p-1")))
            while not await watcher.scalar(waiting):
                await watcher.rollback()
            await first.commit()
            outcome = await later
            assert outcome["outcome"] == "refused"
            assert [finding["kind"] for finding in outcome["findings"]] == ["structure"]
            await second.commit()
            assert len(await partnerships.history(watcher, "p-1")) == 1

    in_host(work)


def test_opening_takes_one_connection_at_a_time(tmp_path: Path) -> None:
    async def opened() -> None:
        url = f"sqlite+aiosqlite:///{tmp_path / 'host.sqlite'}"
        engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=0)
        for create in (True, False):
            await open_async(engine, create=create, key_file=tmp_path / "host.key")
        async with engine.connect():
            with pytest.raises(NoDatabase, match="all connections of the pool"):
                await open_async(engine, key_file=tmp_path / "host.key")
        await engine.dispose()

    asyncio.run(opened())


@pytest.mark.parametrize("driver", ["postgresql+asyncpg", "postgresql+psycopg"])
def test_a_server_that_is_not_there_is_told_as_everywhere(driver: str) -> None:
    async def opened() -> None:
        engine = create_async_engine(URL.create(driver, host="127.0.0.1", port=1, database="x"))
        with pytest.raises(NoDatabase, match="check the URL, and that the server runs"):
            await open_async(engine)
        await engine.dispose()

    asyncio.run(opened())
