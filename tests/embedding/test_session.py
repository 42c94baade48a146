"""A host's Session: its transaction decides over our rows and its own together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, select
from sqlalchemy.orm import Session, sessionmaker

from partnerships import DatabaseFailed, Service, UnknownPartnership, open_service
from partnerships.doors.embedding.session import on_session
from partnerships.storage.ledger import Ledger
from tests.embedding.commands import Case, assess, comment, identify, make_host_tables


@pytest.fixture
def service(host_url: str, tmp_path: Path) -> Iterator[Service]:
    engine = create_engine(host_url)
    make_host_tables(engine)
    with open_service(engine, create=True, key_file=tmp_path / "host.key") as service:
        yield service
    engine.dispose()


@pytest.fixture
def sessions(service: Service) -> sessionmaker[Session]:
    return sessionmaker(service._opened.engine)


def cases(sessions: sessionmaker[Session]) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(Case.id).order_by(Case.id)))


def test_the_hosts_row_and_ours_are_committed_together(
    service: Service, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        session.add(Case(id="p-1"))
        assert on_session(service, session).apply(identify("p-1"))["outcome"] == "accepted"
        assert on_session(service, session).show("p-1")["sequence"] == 1
    assert cases(sessions) == list(service.ids()) == ["p-1"]


def test_a_rollback_takes_both_back(service: Service, sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        session.add(Case(id="p-1"))
        assert on_session(service, session).apply(identify("p-1"))["outcome"] == "accepted"
        session.rollback()
    assert cases(sessions) == list(service.ids()) == []


def test_a_savepoint_of_the_hosts_takes_back_its_part(
    service: Service, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        on_session(service, session).apply(identify("p-1"))
        with session.begin_nested() as savepoint:
            on_session(service, session).apply(identify("p-2"))
            savepoint.rollback()
        on_session(service, session).apply(identify("p-3"))
    assert list(service.ids()) == ["p-1", "p-3"]


def test_a_refusal_leaves_the_hosts_transaction_usable(
    service: Service, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        embedded = on_session(service, session)
        session.add(Case(id="p-1"))
        embedded.apply(identify("p-1"))
        refused = embedded.apply(assess("p-1"))
        assert refused["outcome"] == "refused"
        assert refused["findings"]
        with pytest.raises(UnknownPartnership):
            embedded.show("p-9")
        session.add(Case(id="p-2"))
        assert embedded.apply(identify("p-2"))["outcome"] == "accepted"
    assert cases(sessions) == list(service.ids()) == ["p-1", "p-2"]


def test_another_writer_overtakes_a_host_once_at_most(
    service: Service,
    sessions: sessionmaker[Session],
    host_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whenever the host has looked, another tries to be first: it is let by where it does not hold it up."""
    look = Ledger.meet
    told: list[str] = []
    service.apply(identify("p-1"))

    def meet(ledger: Ledger, id: str, key: str | None) -> Any:
        found = look(ledger, id, key)
        if ledger.connection.engine is service._opened.engine:
            with suppress(DatabaseFailed):
                told.append(other.apply(comment("p-1"))["outcome"])
        return found

    # It waits for no lock: it is held up or let by at once, however slow the machine is.
    url = make_url(host_url)
    patience = {"timeout": 0}
    if url.get_backend_name() == "postgresql":
        url, patience = url.update_query_dict({"options": "-c lock_timeout=1"}), {}
    with open_service(url, key_file=tmp_path / "host.key", **patience) as other:
        with monkeypatch.context() as patch, sessions.begin() as session:
            patch.setattr(Ledger, "meet", meet)
            assert on_session(service, session).apply(comment("p-1"))["outcome"] == "accepted"
        assert told in ([], ["accepted"])
        assert other.apply(comment("p-1"))["sequence"] == len(told) + 3
