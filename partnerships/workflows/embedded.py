"""The service inside a transaction of the host's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection

from partnerships.errors import BadRequest, DatabaseFailed
from partnerships.lifecycle.commands import Actor
from partnerships.storage.engines import begin_at_once, has_ended, is_memory
from partnerships.storage.failures import (
    SERIALIZATION_FAILURE,
    UNIQUE_VIOLATION,
    failures,
    reason_of,
    sqlstate,
)
from partnerships.storage.ledger import Ledger
from partnerships.storage.writing import LostRace
from partnerships.workflows.applying import apply
from partnerships.workflows.outcomes import Outcome
from partnerships.workflows.service import Service, ids_in

T = TypeVar("T")
_TRIES = 5


class Embedded(Service):
    """The service on one connection of the host's; made by `Service.within`, closed with the connection."""

    def __init__(self, service: Service, connection: Connection) -> None:
        self._opened, self._context = service._opened, service._context
        self._recent, self._turn = service._recent, service._turn
        self._connection = connection

    def close(self) -> None:
        """Leave the connection to the host."""

    def _run(self, work: Callable[[Ledger], T]) -> T:
        raise BadRequest("a sweep commits batch by batch; run it on the service itself, not in a transaction")

    def _apply(self, command: Any) -> Outcome:
        return self._in_savepoint(command, None)

    def _apply_all(self, commands: list[Any], importer: Actor | None) -> list[Outcome]:
        return [self._in_savepoint(command, importer) for command in commands]

    def _in_savepoint(self, command: Any, importer: Actor | None) -> Outcome:
        """A lost race rolls back to the savepoint alone, and is decided afresh where nobody overtakes it."""
        with failures(self._connection.dialect):
            connection = self._begun(writes=True)
            for races in range(_TRIES):
                try:
                    with connection.begin_nested(), self._barring(connection):
                        ledger = self._ledger(connection)
                        if races and connection.dialect.name == "postgresql":
                            ledger.hold(ids_in([command]))
                        outcome = apply(ledger, self._context, command, importer)
                        ledger.flush()
                        return outcome
                except LostRace:
                    continue
                except Exception as error:
                    if sqlstate(error) != UNIQUE_VIOLATION:
                        raise
        # Under REPEATABLE READ a key that was used meanwhile stays unseen, however often it is looked for.
        raise DatabaseFailed(
            "other writers kept moving the partnership, or used the key; run the transaction again",
            sqlstate=SERIALIZATION_FAILURE,
        )

    def _begun(self, *, writes: bool = False) -> Connection:
        if not self._connection.in_transaction():
            self._connection.begin()
        begin_at_once(self._connection, writes=writes)
        return self._connection

    @contextmanager
    def _reading(self, *, slowly: bool = False) -> Iterator[Ledger]:
        with failures(self._connection.dialect):
            connection = self._begun()
            with self._barring(connection):
                yield Ledger(connection, self._opened.place, self._opened.key)

    @contextmanager
    def _barring(self, connection: Connection) -> Iterator[None]:
        """Bar the host's connection until it rolls back, where SQLite ended its transaction by itself.

        What the host wrote before is gone by then, and what it wrote from then on would be kept at once.
        """
        try:
            yield
        except Exception as error:
            if not has_ended(connection):
                raise
            if not is_memory(connection.engine.url):
                connection.invalidate()
            raise DatabaseFailed(
                "the database failed and took back the host's whole transaction, which has to be rolled back"
                f" and run again: {reason_of(error)}"
            ) from error
