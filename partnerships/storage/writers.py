"""Writers: ledgers that are kept ready, each for one transaction at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from random import uniform
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import Engine

from partnerships.errors import DatabaseFailed
from partnerships.storage.failures import Again, again, database_failed, is_failure, may_be_kept
from partnerships.storage.forks import leave
from partnerships.storage.ledger import Ledger
from partnerships.storage.writing import LostRace

T = TypeVar("T")

_RACES = 20
_OVERTAKEN = 3
"""After how many lost races a single command locks its partnership before it looks."""

_WARY = 32
"""How many commands read first after one was overtaken."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0


class Writers:
    """Runs work in transactions of its own, which are committed where nothing is raised.

    Begin and commit go to the driver itself: through SQLAlchemy they take longer than all that is written. So
    only statements of the ledger work there.
    """

    def __init__(self, engine: Engine, make: Callable[[Any], Ledger], patience: float, *, keep: bool) -> None:
        """Use an engine's connections; `keep` holds one ready, which a host's own pool may not spare."""
        self._engine = engine
        self._keep = keep
        self._make = make
        self._patience = patience
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._idle: list[Ledger] = []
        self._wary = 0

    def run(
        self,
        work: Callable[[Ledger], T],
        *,
        of: Callable[[], Collection[str]] = tuple,
        alone: bool = False,
        repeatable: bool = False,
    ) -> T:
        """Run work and commit; `alone` where it is one command, which needs no transaction around it.

        A lost race is decided afresh. On PostgreSQL, work that is not alone locks the partnerships `of` these
        ids first, and so does a command that was overtaken again and again: nobody overtakes whoever holds
        them. What failed in the server is tried again for `patience` seconds, where nothing can have been
        kept of it, or where it is `repeatable` for its keys. Raises DatabaseFailed.
        """
        races, pause, until = 0, _FIRST_PAUSE, monotonic() + self._patience
        while True:
            wrote = False
            try:
                ledger = self._take()
                lone = alone and races <= _OVERTAKEN and not self._is_sqlite
                # Where nobody else was at work lately, what is assumed is checked where it is written; only
                # with a key: a connection that died unseen is then no reason to give up.
                assuming = alone and repeatable and races == 0 and self._wary == 0
                try:
                    return self._once(ledger, work, of, lone, assuming)
                finally:
                    wrote = ledger.wrote
            except LostRace:
                races, self._wary = races + 1, _WARY
                if races > _RACES:
                    raise DatabaseFailed("other writers kept moving the partnership; try again") from None
            except Exception as error:
                if not is_failure(error, self._engine.dialect):
                    raise
                chance = again(error, self._engine.dialect)
                if chance is Again.AT_ONCE and races < _RACES:
                    races += 1
                elif chance is Again.LATER and (repeatable or not wrote) and monotonic() < until:
                    sleep(uniform(pause / 2, pause))
                    pause = min(pause * 2, _LONGEST_PAUSE)
                else:
                    unknown = wrote and may_be_kept(error, self._engine.dialect)
                    raise database_failed(error, unknown=unknown) from error

    def close(self) -> None:
        """Give the connections back."""
        while self._idle:
            self._idle.pop().connection.close()

    def leave(self) -> None:
        """Let go of all connections after a fork: they are the parent's."""
        leave((self._idle, self._engine.pool))
        self._idle = []
        self._engine.dispose(close=False)

    def _take(self) -> Ledger:
        try:
            return self._idle.pop()
        except IndexError:
            # Asked for first, another thread might take the last one in between.
            return self._make(self._connect())

    def _connect(self) -> Any:
        connection = self._engine.connect()
        if not self._is_sqlite:
            # One statement is its own transaction; around several, BEGIN and COMMIT are told.
            connection.execution_options(isolation_level="AUTOCOMMIT")
        return connection

    def _once(
        self,
        ledger: Ledger,
        work: Callable[[Ledger], T],
        of: Callable[[], Collection[str]],
        alone: bool,
        assuming: bool,
    ) -> T:
        ledger.begin(assuming=assuming)
        self._wary = max(self._wary - 1, 0)
        try:
            if not alone:
                # SQLite takes its lock at once, so that two writers never deadlock.
                ledger.cursor.execute("BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN")
                if not self._is_sqlite and (ids := of()):
                    ledger.hold(ids)
            result = work(ledger)
            ledger.flush(alone=alone)
            if not alone:
                ledger.cursor.execute("COMMIT")
        except BaseException:
            self._give_up(ledger)
            raise
        # One is enough to spare a checkout; more would keep the pool from readers.
        if self._idle or not self._keep:
            ledger.connection.close()
        else:
            self._idle.append(ledger)
        return result

    def _give_up(self, ledger: Ledger) -> None:
        try:
            ledger.connection.connection.rollback()
        except Exception:
            # The connection is gone, and with it the transaction.
            ledger.connection.invalidate()
        with suppress(Exception):
            ledger.connection.close()
