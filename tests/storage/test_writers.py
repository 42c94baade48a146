"""Writers: what is decided afresh, tried again or given up, on a database that fails as it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from partnerships.errors import DatabaseFailed
from partnerships.storage import writers as module
from partnerships.storage.writers import Writers
from partnerships.storage.writing import LostRace

PATIENCE = 10.0


class Failed(Exception):
    """An error of the driver, with the SQLSTATE that the server told."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(f"the server says {sqlstate}")
        self.sqlstate = sqlstate


UNIQUE, SHUTS_DOWN, READ_ONLY = "23505", "57P01", "25006"


class Database:
    """Stands for an engine and its ledgers: notes all that is asked of it, and fails where it is told to.

    `fails` gives what each next attempt raises, before its work or, as ("written", error), after its flush.
    """

    def __init__(self, name: str = "postgresql", *fails: Any) -> None:
        driver = SimpleNamespace(Error=Failed, OperationalError=Failed, InterfaceError=Failed)
        self.dialect = SimpleNamespace(name=name, loaded_dbapi=driver)
        self.pool = object()
        self.fails: Iterator[Any] = iter(fails)
        self.told: list[str] = []
        self.connections = 0
        self.broken = False
        self.away = 0

    def connect(self) -> Any:
        if self.away:
            self.away -= 1
            raise Failed(SHUTS_DOWN)
        self.connections += 1
        number = self.connections

        def rollback() -> None:
            self.told.append("rollback")
            if self.broken:
                raise Failed(SHUTS_DOWN)

        return SimpleNamespace(
            execution_options=lambda isolation_level: self.told.append(isolation_level),
            connection=SimpleNamespace(rollback=rollback),
            invalidate=lambda: self.told.append("invalidate"),
            close=lambda: self.told.append(f"close {number}"),
        )

    def dispose(self, close: bool) -> None:
        self.told.append(f"dispose {close}")

    def ledger(self, connection: Any) -> Any:
        made = SimpleNamespace(connection=connection, wrote=False)

        def begin(assuming: bool) -> None:
            made.wrote = False
            self.told.append("assume" if assuming else "look")
            made.fails = next(self.fails, None)

        def flush(alone: bool) -> None:
            made.wrote = True
            self.told.append("write alone" if alone else "write")
            if isinstance(made.fails, tuple):
                raise made.fails[1]

        made.begin, made.flush = begin, flush
        made.hold = lambda ids: self.told.append(f"hold {','.join(ids)}")
        made.cursor = SimpleNamespace(execute=self.told.append)
        return made

    def writers(self, keep: bool = True) -> Writers:
        made: Any = Writers
        return made(self, self.ledger, PATIENCE, keep=keep)


def work(ledger: Any) -> str:
    if isinstance(ledger.fails, Exception):
        raise ledger.fails
    return "done"


def ids() -> list[str]:
    return ["p-1", "p-2"]


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses made; time passes only in them."""
    made: list[float] = []
    monkeypatch.setattr(module, "sleep", made.append)
    monkeypatch.setattr(module, "uniform", lambda least, most: (least + most) / 2)
    monkeypatch.setattr(module, "monotonic", lambda: sum(made))
    return made


def run(database: Database, **how: Any) -> tuple[str, list[str]]:
    return database.writers().run(work, of=ids, **how), database.told


class TestOneTransaction:
    def test_on_postgresql_it_holds_its_partnerships_and_is_committed(self) -> None:
        assert run(Database()) == (
            "done",
            ["AUTOCOMMIT", "look", "BEGIN", "hold p-1,p-2", "write", "COMMIT"],
        )

    def test_without_any_it_holds_none(self) -> None:
        database = Database()
        database.writers().run(work)
        assert database.told == ["AUTOCOMMIT", "look", "BEGIN", "write", "COMMIT"]

    def test_on_sqlite_it_takes_the_lock_at_once_also_for_one_command(self) -> None:
        whole = ["look", "BEGIN IMMEDIATE", "write", "COMMIT"]
        assert run(Database("sqlite")) == run(Database("sqlite"), alone=True) == ("done", whole)

    def test_on_postgresql_one_command_needs_none_and_with_a_key_looks_only_as_it_writes(self) -> None:
        assert run(Database(), alone=True) == ("done", ["AUTOCOMMIT", "look", "write alone"])
        told = run(Database(), alone=True, repeatable=True)
        assert told == ("done", ["AUTOCOMMIT", "assume", "write alone"])
        assert run(Database(), repeatable=True)[1][1] == "look"

    def test_whatever_else_is_raised_is_taken_back_and_goes_on(self) -> None:
        database = Database("sqlite", KeyError("p-1"))
        with pytest.raises(KeyError):
            run(database)
        assert database.told == ["look", "BEGIN IMMEDIATE", "rollback", "close 1"]

    def test_a_connection_that_is_gone_is_not_used_again(self) -> None:
        database = Database("sqlite", KeyError("p-1"))
        database.broken = True
        with pytest.raises(KeyError):
            run(database)
        assert database.told[2:] == ["rollback", "invalidate", "close 1"]


class TestLostRaces:
    def test_one_that_is_overtaken_again_and_again_locks_before_it_looks(self) -> None:
        attempts = [LostRace("p-1")] * 4
        _, told = run(Database("postgresql", *attempts), alone=True)
        assert told.count("rollback") == 4
        assert told[-5:] == ["look", "BEGIN", "hold p-1,p-2", "write", "COMMIT"]
        assert told.count("BEGIN") == 1

    def test_it_is_given_up_in_the_end(self) -> None:
        database = Database("sqlite", *[LostRace("p-1")] * 21)
        with pytest.raises(DatabaseFailed, match="other writers"):
            run(database)
        assert run(Database("sqlite", *[LostRace("p-1")] * 20))[0] == "done"

    def test_after_one_nothing_is_assumed_for_a_while(self) -> None:
        database = Database("postgresql", ("written", LostRace("p-1")))
        writers = database.writers()
        for _ in range(33):
            writers.run(work, alone=True, repeatable=True)
        looks = [told for told in database.told if told in ("assume", "look")]
        assert looks == ["assume", *["look"] * 32, "assume"]


class TestFailures:
    def test_what_the_server_ended_for_others_sake_is_tried_again_at_once(self, pauses: list[float]) -> None:
        assert run(Database("postgresql", *[Failed(UNIQUE)] * 20))[0] == "done"
        with pytest.raises(DatabaseFailed) as error:
            run(Database("postgresql", *[Failed(UNIQUE)] * 21))
        assert not error.value.unknown
        assert pauses == []

    def test_and_is_looked_at_then(self) -> None:
        _, told = run(Database("postgresql", ("written", Failed(UNIQUE))), alone=True, repeatable=True)
        assert [one for one in told if one in ("assume", "look")] == ["assume", "look"]

    def test_a_server_that_is_gone_is_waited_for_ever_longer(self, pauses: list[float]) -> None:
        assert run(Database("postgresql", *[Failed(SHUTS_DOWN)] * 8))[0] == "done"
        assert pauses == [0.75 * most for most in (0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.0, 1.0)]

    def test_so_is_one_that_lets_nobody_in(self, pauses: list[float]) -> None:
        database = Database()
        database.away = 2
        assert run(database, alone=True) == ("done", ["AUTOCOMMIT", "look", "write alone"])
        assert len(pauses) == 2

    def test_but_not_longer_than_patience_lasts(self, pauses: list[float]) -> None:
        with pytest.raises(DatabaseFailed) as error:
            run(Database("postgresql", *[Failed(SHUTS_DOWN)] * 99))
        assert not error.value.unknown
        assert PATIENCE <= sum(pauses) < PATIENCE + 1

    def test_what_may_be_kept_is_done_again_only_for_its_key(self, pauses: list[float]) -> None:
        written = ("written", Failed(SHUTS_DOWN))
        assert run(Database("postgresql", written), alone=True, repeatable=True)[0] == "done"
        with pytest.raises(DatabaseFailed) as error:
            run(Database("postgresql", written), alone=True)
        assert error.value.unknown
        assert len(pauses) == 1

    @pytest.mark.parametrize("fails", [Failed(READ_ONLY), ("written", Failed(READ_ONLY))])
    def test_what_never_works_is_told_at_once(self, fails: Any, pauses: list[float]) -> None:
        database = Database("postgresql", fails)
        with pytest.raises(DatabaseFailed) as error:
            run(database, repeatable=True)
        assert not error.value.unknown
        assert (pauses, database.connections) == ([], 1)


class TestConnections:
    def test_one_is_kept_ready_and_no_more(self) -> None:
        database = Database("sqlite")
        writers = database.writers()

        def nested(ledger: Any) -> str:
            return writers.run(work)

        for task in (work, nested, work):
            writers.run(task)
        assert database.connections == 2
        assert [told for told in database.told if told.startswith("close")] == ["close 1"]
        writers.close()
        writers.close()
        assert database.told[-1] == "close 2"

    def test_none_where_the_hosts_pool_may_not_spare_it(self) -> None:
        database = Database("sqlite")
        database.writers(keep=False).run(work)
        assert database.told[-1] == "close 1"

    def test_after_a_fork_the_parents_are_left_alone(self) -> None:
        database = Database("sqlite")
        writers = database.writers()
        writers.run(work)
        writers.leave()
        writers.run(work)
        assert database.connections == 2
        assert [told for told in database.told if told.startswith(("close", "dispose"))] == ["dispose False"]
