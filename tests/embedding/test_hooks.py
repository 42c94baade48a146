"""Hooks: called after the outermost commit, once, in order; never after a rollback."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from partnerships import Service, open_service
from partnerships.doors.embedding.hooks import Follower, follow_session
from partnerships.doors.embedding.session import on_session
from tests.embedding.commands import identify


@pytest.fixture
def service(host_url: str, tmp_path: Path) -> Iterator[Service]:
    # One connection at a time: a follower that asked for one before the session gave its back would wait.
    engine = create_engine(host_url, pool_size=1, max_overflow=0, pool_timeout=1)
    wide = create_engine(host_url)
    open_service(wide, create=True, key_file=tmp_path / "host.key").close()
    wide.dispose()
    with open_service(engine, key_file=tmp_path / "host.key") as service:
        yield service
    engine.dispose()


@pytest.fixture
def sessions(service: Service) -> sessionmaker[Session]:
    return sessionmaker(service._opened.engine)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def follower(service: Service, sessions: sessionmaker[Session], told: list[str]) -> Follower:
    follower = Follower(service, lambda happened: told.append(happened["id"]))
    follow_session(follower, sessions)
    return follower


@pytest.mark.usefixtures("follower")
def test_after_a_commit_the_hook_is_told_of_each_entry_in_order(
    service: Service, sessions: sessionmaker[Session], told: list[str]
) -> None:
    with sessions.begin() as session:
        for id in ("p-2", "p-1"):
            on_session(service, session).apply(identify(id))
        assert told == []
    assert told == ["p-2/1", "p-1/1"]
    with sessions.begin() as session:
        on_session(service, session).apply(identify("p-3"))
    assert told == ["p-2/1", "p-1/1", "p-3/1"]


@pytest.mark.usefixtures("follower")
def test_a_rollback_tells_nothing_then_or_later(
    service: Service, sessions: sessionmaker[Session], told: list[str]
) -> None:
    with sessions() as session:
        on_session(service, session).apply(identify("p-1"))
        session.rollback()
        assert told == []
        on_session(service, session).apply(identify("p-2"))
        session.commit()
    assert told == ["p-2/1"]


@pytest.mark.usefixtures("follower")
def test_the_end_of_a_savepoint_tells_nothing(
    service: Service, sessions: sessionmaker[Session], told: list[str]
) -> None:
    with sessions() as session:
        with session.begin_nested():
            on_session(service, session).apply(identify("p-1"))
        assert told == []
        session.rollback()
    assert told == []


def test_a_hook_that_fails_is_called_again_and_the_commit_stays(
    service: Service, sessions: sessionmaker[Session], caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    def hook(happened: dict[str, Any]) -> None:
        told.append(happened["id"])
        if len(told) == 1:
            raise RuntimeError("the mail server is away")

    follower = Follower(service, hook)
    follow_session(follower, sessions)
    with caplog.at_level(logging.ERROR, "partnerships.hooks"):
        with sessions.begin() as session:
            on_session(service, session).apply(identify("p-1"))
    assert [record.name for record in caplog.records] == ["partnerships.hooks"]
    assert list(service.ids()) == ["p-1"]
    assert follower.run() == 1
    assert told == ["p-1/1", "p-1/1"]


def test_a_hook_that_commits_is_told_of_its_own_entry_next(
    service: Service, sessions: sessionmaker[Session]
) -> None:
    told: list[str] = []

    def hook(happened: dict[str, Any]) -> None:
        if not told:
            with sessions.begin() as session:
                on_session(service, session).apply(identify("p-2"))
        told.append(happened["id"])

    follow_session(Follower(service, hook), sessions)
    with sessions.begin() as session:
        on_session(service, session).apply(identify("p-1"))
    assert told == ["p-1/1", "p-2/1"]


def test_a_scoped_session_is_followed_too(
    service: Service, sessions: sessionmaker[Session], told: list[str]
) -> None:
    scoped = scoped_session(sessions)
    follow_session(Follower(service, lambda happened: told.append(happened["id"])), scoped)
    on_session(service, scoped()).apply(identify("p-1"))
    scoped.commit()
    scoped.remove()
    assert told == ["p-1/1"]


@pytest.mark.usefixtures("follower")
def test_every_follower_of_a_session_is_run(
    service: Service, sessions: sessionmaker[Session], told: list[str]
) -> None:
    told_too: list[str] = []
    follow_session(Follower(service, lambda happened: told_too.append(happened["id"])), sessions)
    with sessions.begin() as session:
        on_session(service, session).apply(identify("p-1"))
    assert told == told_too == ["p-1/1"]


def test_a_follower_goes_on_where_another_stopped(
    service: Service, sessions: sessionmaker[Session], told: list[str]
) -> None:
    with sessions.begin() as session:
        on_session(service, session).apply(identify("p-1"))
    first = Follower(service, lambda happened: told.append(happened["id"]))
    assert first.run() == 1
    with sessions.begin() as session:
        on_session(service, session).apply(identify("p-2"))
    assert Follower(service, lambda happened: told.append(happened["id"]), after=first.cursor).run() == 1
    assert told == ["p-1/1", "p-2/1"]


def test_two_threads_tell_each_event_once() -> None:
    events = [{"cursor": str(number)} for number in (1, 2)]
    entered, go = Event(), Event()
    told: list[str] = []

    class Feeding:
        def feed(self, *, after: str | None = None, limit: int = 1000) -> list[dict[str, Any]]:
            return events[int(after or 0) :]

    def hook(happened: dict[str, Any]) -> None:
        entered.set()
        assert go.wait(30)
        told.append(happened["cursor"])

    follower = Follower(Feeding(), hook)
    threads = [Thread(target=follower.run) for _ in range(2)]
    threads[0].start()
    assert entered.wait(30)
    threads[1].start()
    go.set()
    for thread in threads:
        thread.join(30)
    assert told == ["1", "2"]


def test_what_is_committed_while_the_last_page_is_read_is_told_too() -> None:
    """As under one event loop, where another task commits while this one reads."""
    events = [{"cursor": "1"}]
    told: list[str] = []

    class Feeding:
        def feed(self, *, after: str | None = None, limit: int = 1000) -> list[dict[str, Any]]:
            seen = events[int(after or 0) :]
            if not seen and len(events) == 1:
                events.append({"cursor": "2"})
                assert follower.run() == 0
            return seen

    follower = Follower(Feeding(), lambda happened: told.append(happened["cursor"]))
    assert follower.run() == 2
    assert told == ["1", "2"]
