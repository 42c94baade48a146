"""What fails in a PostgreSQL server: tried again where nothing can be kept twice, else one clear error."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Connection, NullPool, create_engine, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from partnerships import DatabaseFailed, Service, open_service
from partnerships.storage import writers
from partnerships.storage.failures import Again, database_failed, sqlstate
from partnerships.storage.ledger import Ledger
from tests.crash.meetings import check_whole, meet
from tests.postgresql.server import Server
from tests.storage.rows import another, engine_of
from tests.story import Clock, Story

pytestmark = pytest.mark.on_postgresql

Json = dict[str, Any]

CONNECTIONS = 6


@pytest.fixture
def failed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str | None, Again]]:
    """What failed in the server, by SQLSTATE, and whether it was worth another try."""
    met: list[tuple[str | None, Again]] = []
    judge = writers.again

    def again(error: BaseException, dialect: Any) -> Again:
        met.append((sqlstate(error), judge(error, dialect)))
        return met[-1][1]

    monkeypatch.setattr(writers, "again", again)
    return met


def comment(story: Story, text: str) -> Json:
    return story.command("record", "pm-1", kind="comment", body={"about": 1, "text": text})


def in_opposite_order(stories: list[Story]) -> list[Json]:
    """Two workers write to the same partnerships at once, each in its own order."""
    ready = threading.Barrier(2)

    def work(number: int) -> list[Json]:
        order = stories if number else stories[::-1]
        lines = [json.dumps(comment(one, str(number))).encode() for one in order]
        with another(stories[0].service) as mine:
            ready.wait()
            return list(mine.apply_lines(lines, batch=2))

    with ThreadPoolExecutor(2) as pool:
        return [one for each in pool.map(work, range(2)) for one in each]


@pytest.fixture
def stories(telling: Callable[..., Story]) -> list[Story]:
    return [telling(f"p-{n}", name=f"Radio {n} (fictional)").to("identified") for n in (1, 2)]


def test_two_batches_in_opposite_order_wait_for_each_other_and_are_both_kept(
    stories: list[Story], failed: list[Any]
) -> None:
    told = in_opposite_order(stories)
    assert [one["outcome"] for one in told] == ["accepted"] * 4
    assert failed == []
    assert check_whole(stories[0].service) == {"p-1": 3, "p-2": 3}


def test_a_deadlock_is_decided_afresh(
    stories: list[Story], failed: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who do not hold what they write to beforehand, as a host's own transactions may not."""
    monkeypatch.setattr(Ledger, "hold", lambda ledger, ids: None)
    both_hold_one, flush, seen = threading.Barrier(2), Ledger.flush, threading.local()

    def flush_and_meet(ledger: Ledger, *, alone: bool = False) -> None:
        flush(ledger, alone=alone)
        if not hasattr(seen, "once"):
            seen.once = True
            both_hold_one.wait()

    monkeypatch.setattr(Ledger, "flush", flush_and_meet)
    told = in_opposite_order(stories)
    assert ("40P01", Again.AT_ONCE) in failed
    assert [one["outcome"] for one in told] == ["accepted"] * 4
    assert check_whole(stories[0].service) == {"p-1": 3, "p-2": 3}


def test_a_serialization_failure_is_decided_afresh(
    story: Story, database: tuple[str, Path], failed: list[Any]
) -> None:
    """A database whose own default is stricter than what we need."""
    before = story.to("identified").show()["sequence"]
    strict = make_url(database[0]).update_query_dict(
        {"options": "-c default_transaction_isolation=serializable"}
    )
    with open_service(strict.render_as_string(False), key_file=database[1], clock=story.clock) as other:
        told = meet(story.service, comment(story, "first"), lambda: other.apply(comment(story, "second")))
    assert ("40001", Again.AT_ONCE) in failed
    assert [one["sequence"] for one in told] == [before + 1, before + 2]
    check_whole(story.service)


def test_a_host_whose_snapshot_is_old_gets_one_clear_error(story: Story) -> None:
    before = story.to("identified").show()["sequence"]
    with another(story.service) as other, engine_of(story.service).connect() as host:
        host.execution_options(isolation_level="REPEATABLE READ")
        assert story.service.within(host).show("p-1")["sequence"] == before
        other.apply(comment(story, "other"))
        with pytest.raises(DatabaseFailed, match="nothing of this was kept") as caught:
            story.service.apply(comment(story, "host"), connection=host)
        assert (caught.value.sqlstate, caught.value.unknown) == ("40001", False)
        host.rollback()
        assert story.service.apply(comment(story, "host"), connection=host)["sequence"] == before + 2
        host.commit()
    check_whole(story.service)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_host_that_cannot_see_who_used_its_key_is_asked_to_run_its_transaction_again(
    story: Story, level: str
) -> None:
    """A refusal moves no partnership, so that nothing else stands in the way of the second."""
    story.to("identified")
    sent_twice = story.command("trigger", "pm-1", trigger="assess") | {"key": "form-1"}
    with another(story.service) as other, engine_of(story.service).connect() as host:
        host.execution_options(isolation_level=level)
        story.service.within(host).show("p-1")
        first = other.apply(sent_twice)
        with pytest.raises(DatabaseFailed, match="run the transaction again") as caught:
            story.service.apply(sent_twice, connection=host)
        assert caught.value.sqlstate == "40001"
        host.rollback()
        assert story.service.apply(sent_twice, connection=host) == first
        host.commit()


def commits_by_itself(host: Connection) -> None:
    host.execution_options(isolation_level="AUTOCOMMIT")


def only_reads(host: Connection) -> None:
    host.execution_options(postgresql_readonly=True)


def has_failed(host: Connection) -> None:
    host.begin()
    with suppress(DBAPIError):
        host.exec_driver_sql("SELECT 1 / 0")


@pytest.mark.parametrize(
    ("is_unfit", "told"),
    [(commits_by_itself, "AUTOCOMMIT"), (only_reads, "read-only"), (has_failed, "roll it back first")],
)
def test_a_hosts_transaction_that_cannot_be_written_in_is_told_why(
    story: Story, is_unfit: Callable[[Connection], None], told: str
) -> None:
    before = story.to("identified").show()["sequence"]
    with engine_of(story.service).connect() as host:
        is_unfit(host)
        with pytest.raises(DatabaseFailed, match=told):
            story.service.apply(comment(story, "host"), connection=host)
    assert story.show()["sequence"] == before


@pytest.mark.parametrize(("key", "told"), [(None, "unknown"), (" ", "unknown"), ("form-1", "accepted")])
def test_what_was_sent_and_not_answered_is_sent_again_with_a_key_alone(
    story: Story, monkeypatch: pytest.MonkeyPatch, key: str | None, told: str
) -> None:
    before = story.to("identified").show()["sequence"]
    answered, write = engine_of(story.service), Ledger.flush
    lost: list[int] = []

    def flush(ledger: Ledger, *, alone: bool = False) -> None:
        write(ledger, alone=alone)
        if not lost:
            lost.append(ledger.cursor.connection.info.backend_pid)
            with answered.connect() as another_one:
                another_one.exec_driver_sql(f"SELECT pg_terminate_backend({lost[0]}, 30000)")
            ledger.cursor.execute("SELECT 1")

    monkeypatch.setattr(Ledger, "flush", flush)
    if told == "unknown":
        with pytest.raises(DatabaseFailed, match="unknown: look at the history") as caught:
            story.service.apply(comment(story, "sent") | {"key": key})
        assert caught.value.unknown
    else:
        assert story.service.apply(comment(story, "sent") | {"key": key})["outcome"] == told
    assert story.show()["sequence"] == before + 1


@pytest.fixture
def small() -> Iterator[Server]:
    """A server of this test's own with few connections."""
    settings = {"max_connections": str(CONNECTIONS), "superuser_reserved_connections": "0"}
    with Server(durable=True, settings=settings) as server:
        yield server


def opened(server: Server, folder: Path, clock: Clock) -> Service:
    return open_service(server.create("full"), create=True, key_file=folder / "sealing.key", clock=clock)


def fill(taken: ExitStack, url: URL) -> None:
    """Take every connection that the server has left."""
    engine = create_engine(url, poolclass=NullPool)
    with suppress(OperationalError):
        while True:
            taken.enter_context(engine.connect())


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_server_that_restarts_between_two_commands_is_not_noticed(
    small: Server, tmp_path: Path, clock: Clock, mode: str
) -> None:
    with opened(small, tmp_path, clock) as service:
        story = Story(service, clock).to("identified")
        before = story.record("comment")["sequence"]
        small.restart(mode)
        outcome = story.record("comment")
        assert (outcome["outcome"], outcome["sequence"]) == ("accepted", before + 1)
        small.restart(mode)
        assert story.show()["sequence"] == before + 1
        check_whole(service)


def test_a_server_that_comes_back_is_waited_for(
    small: Server, tmp_path: Path, clock: Clock, failed: list[Any]
) -> None:
    with opened(small, tmp_path, clock) as service, ThreadPoolExecutor(1) as pool:
        story = Story(service, clock).to("identified")
        small.stop()
        waiting = pool.submit(story.record, "comment")
        while not failed:
            assert not waiting.done(), waiting.result()
        small.start()
        assert waiting.result()["outcome"] == "accepted"
        assert {again for _, again in failed} == {Again.LATER}
        check_whole(service)


def test_too_many_connections_are_waited_out_or_told(
    small: Server, tmp_path: Path, clock: Clock, failed: list[Any]
) -> None:
    with (
        opened(small, tmp_path, clock) as holder,
        another(holder) as patient,
        another(holder, timeout=0) as impatient,
        ThreadPoolExecutor(1) as pool,
    ):
        story = Story(holder, clock).to("identified")
        before = story.show()["sequence"]
        for one in (patient, impatient):
            # What opening it left in its pool would do; only a new connection is refused.
            engine_of(one).dispose()
        with ExitStack() as taken:
            fill(taken, engine_of(holder).url)
            with pytest.raises(DatabaseFailed, match="too many clients") as caught:
                impatient.apply(comment(story, "impatient"))
            assert not caught.value.unknown
            assert caught.value.sqlstate == "53300"
            failed.clear()
            waiting = pool.submit(patient.apply, comment(story, "patient"))
            while not failed:
                assert not waiting.done(), waiting.result()
        assert waiting.result()["outcome"] == "accepted"
        assert story.show()["sequence"] == before + 1
        check_whole(holder)


def test_an_error_quotes_no_row(service: Service) -> None:
    """A server's detail may hold what a row says; ours is its first line alone."""
    with engine_of(service).connect() as connection, pytest.raises(IntegrityError) as caught:
        connection.exec_driver_sql("INSERT INTO partnerships_meta VALUES ('sealing_key', 'a secret word')")
    assert "DETAIL" in str(caught.value.orig)
    told = str(database_failed(caught.value))
    assert "duplicate key" in told
    assert "DETAIL" not in told
    assert "\n" not in told


def test_a_server_is_understood_through_a_driver_that_keeps_its_fields_apart() -> None:
    """As pg8000 does, which a host's engine may use."""

    class ProgrammingError(Exception):
        pass

    fields = {"S": "ERROR", "C": "23505", "M": "duplicate key value", "D": "Key (key)=(a secret word)"}
    error = DBAPIError("INSERT", None, ProgrammingError(fields))
    assert sqlstate(error) == "23505"
    told = str(database_failed(error))
    assert told.endswith(": duplicate key value")
    assert "secret" not in told
