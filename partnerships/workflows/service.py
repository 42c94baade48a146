"""The service: what a portal embeds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from partnerships.errors import BadRequest, DatabaseFailed
from partnerships.lifecycle.canonical import plain_canonical
from partnerships.lifecycle.commands import Actor
from partnerships.lifecycle.fold import fold
from partnerships.lifecycle.policy import POLICY_1_1, Policy
from partnerships.lifecycle.vocabulary import Role
from partnerships.storage.engines import begin_at_once, is_memory
from partnerships.storage.ledger import Ledger, LostRace
from partnerships.storage.recent import Recent
from partnerships.storage.writers import Writers
from partnerships.workflows import doctor, explaining, feed, histories, outcomes, portfolio, reading
from partnerships.workflows.applying import apply
from partnerships.workflows.context import Context
from partnerships.workflows.opening import Opened, open_database
from partnerships.workflows.outcomes import Outcome
from partnerships.workflows.policytable import policy_table
from partnerships.workflows.streaming import BadLine, outcomes_of, read_line
from partnerships.workflows.viewer import Viewer

if TYPE_CHECKING:
    from partnerships.workflows.registers import ImportReport

Reader = dict[str, Any] | Actor | None
_TRIES = 5


def open_service(
    target: str | Path | Engine,
    *,
    create: bool = False,
    policy: Policy | Sequence[Policy] = POLICY_1_1,
    clock: Callable[[], datetime] | None = None,
    key_file: str | Path | None = None,
    door: str = "library",
    principal: str | None = None,
) -> Service:
    """Open a service on a database.

    `target` is a URL, the path of an SQLite file, or the host's own engine; `create` makes or migrates the
    database first. `policy` is a version or several, each in force from its day. `clock` gives aware UTC
    instants. `key_file` is where the sealing key lives (by default beside the SQLite file, mode 0600).
    `door` and `principal` show in the history as `via`.

    Raises NoDatabase where the database is absent, not ours or waits for a migration.
    """
    opened = open_database(target, create=create, key_file=key_file)
    policies = (policy,) if isinstance(policy, Policy) else tuple(policy)
    return Service(opened, Context(policies, clock or (lambda: datetime.now(UTC)), door, principal))


class Service:
    """Partnerships on one database: commands, explanations and readings, in the contract's JSON shapes.

    Readings take an `actor` (None: the operator, an IMS reader who sees no sealed content). They raise
    UnknownPartnership for an id not on file, NotAllowed where the partner's side asks for what is not its own
    (L2), and BadRequest for an argument that cannot be. All raise DatabaseFailed when the database
    fails, and SealingKeyError where the sealing key is needed and missing, or another database's.
    """

    def __init__(self, opened: Opened, context: Context) -> None:
        self._opened = opened
        self._context = context
        self._writers = Writers(opened.engine)
        self._recent = Recent()
        # A database in memory is one connection: all its threads take turns, whichever service they use.
        in_memory = opened.engine.dialect.name == "sqlite" and is_memory(opened.engine.url)
        shared = opened.engine.__dict__
        self._turn: AbstractContextManager[Any] = (
            shared.setdefault("partnerships_turn", RLock()) if in_memory else nullcontext()
        )

    def __enter__(self) -> Service:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the database's connections back."""
        self._writers.close()
        self._opened.engine.dispose()

    def apply(
        self, command: dict[str, Any] | str | bytes, *, connection: Connection | None = None
    ) -> Outcome:
        """Apply one command and give its outcome, durable unless it is on the host's `connection`.

        On a connection of the host's it works in a savepoint and commits nothing: a rollback of the host's
        takes it back.
        """
        try:
            raw = command if isinstance(command, dict) else read_line(command)
        except BadLine as error:
            return outcomes.invalid([("line", str(error))])
        if connection is None:
            return self._apply_all([raw], None)[0]
        with _failures():
            if not connection.in_transaction():
                connection.begin()
            begin_at_once(connection)
            with connection.begin_nested():
                return apply(Ledger(connection, self._opened.key), self._context, raw)

    def apply_lines(
        self, lines: Iterable[bytes], *, importing_actor: dict[str, Any] | None = None, batch: int = 1
    ) -> Iterator[Outcome]:
        """Apply JSON Lines and give their outcomes in order, each with its `line`, once durable.

        `batch` commands share one transaction. An `importing_actor` (a director) takes a past history over:
        each command's `recorded_at` is kept as a claim. Raises BadRequest for another importing actor.
        """
        importer = None
        if importing_actor is not None:
            importer = self._viewer(importing_actor).actor
            if importer is None or not importer.holds(Role.DIRECTOR) or importer.holds(Role.AUDITOR):
                raise BadRequest("a past history is imported by a director; name one as the actor")
        return outcomes_of(lines, lambda commands: self._apply_all(commands, importer), batch)

    def why(
        self, id: str, *, trigger: str | None = None, actor: Reader = None, on: reading.Day = None
    ) -> Any:
        """Give every trigger from here (or the one named): allowed or not, and all that is missing."""
        with self._reading() as ledger:
            return explaining.why(ledger, self._context, id, self._viewer(actor), trigger, on)

    def checklist(self, id: str, *, actor: Reader = None, on: reading.Day = None) -> list[dict[str, Any]]:
        """Give what is missing for each next step, gathered by clause."""
        with self._reading() as ledger:
            return explaining.checklist(ledger, self._context, id, self._viewer(actor), on)

    def show(
        self,
        id: str,
        *,
        actor: Reader = None,
        as_of: reading.Day = None,
        known_at: reading.Instant = None,
    ) -> dict[str, Any]:
        """Give a partnership now, as of a day, or as known at an instant (UTC)."""
        with self._reading() as ledger:
            return reading.show(ledger, self._context, id, self._viewer(actor), as_of, known_at)

    def history(
        self, id: str, *, actor: Reader = None, after: int = 0, limit: int | None = None
    ) -> list[dict[str, Any]]:
        """Give who did what, when, on what evidence, under which policy version."""
        viewer = self._viewer(actor)
        with self._reading() as ledger:
            partnership = reading.load(ledger, id, viewer)
            return histories.history(ledger, partnership, viewer, after=after, limit=limit)

    def portfolio(self, *, actor: Reader = None, **filters: Any) -> list[dict[str, Any]]:
        """Give the portfolio's lines in order of id.

        Filters: on (day), state, overdue, name (a part of it), identifier (SCHEME:VALUE), type, level,
        country, responsible, limit, after (an id).
        """
        with self._reading() as ledger:
            return portfolio.portfolio(ledger, self._context, self._viewer(actor), **filters)

    def feed(self, *, after: str | None = None, limit: int = 1000) -> list[dict[str, Any]]:
        """Give accepted entries after a cursor as CloudEvents 1.0, nothing sealed in them."""
        with self._reading() as ledger:
            return feed.feed(ledger, after=after, limit=limit)

    def import_register(
        self,
        path: str | Path,
        actor: dict[str, Any],
        *,
        progress: Callable[[int, int], None] | None = None,
    ) -> ImportReport:
        """Import IATI, 360Giving or CSV as candidates; raises RegisterError for a bad file."""
        from partnerships.workflows.registers import import_register

        return import_register(self, path, actor, progress=progress)

    def replay(self, id: str) -> dict[str, Any]:
        """Fold a history anew and compare it with the live projection, byte for byte."""
        with self._reading() as ledger:
            live = reading.load(ledger, id, Viewer(None))
            folded = fold(id, ledger.entries(id))
            sides = [plain_canonical([p.sequence, p.head, *p.as_json()]) for p in (live, folded)]
        return {"same": sides[0] == sides[1], "live": sides[0], "replayed": sides[1]}

    def ids(self) -> Iterator[str]:
        """Give every partnership's id, in order, in pages: nothing is held open while the caller goes on."""
        after = ""
        while True:
            with self._reading() as ledger:
                page = portfolio.ids(ledger, after)
            if not page:
                return
            yield from page
            after = page[-1]

    def doctor(self) -> list[dict[str, Any]]:
        """Give what was examined of this installation: {"check", "ok", "detail"}."""
        with self._reading() as ledger:
            return doctor.examine(ledger, self._context, self._opened.key_file)

    def policy_table(self) -> list[dict[str, Any]]:
        """Give the clause catalogue with what enforces each clause."""
        return policy_table(self._context.policy(self._context.today())[0])

    def _apply_all(self, commands: list[Any], importer: Actor | None) -> list[Outcome]:
        """Apply commands in one transaction; a lost race is decided afresh, a few times."""
        for _ in range(_TRIES):
            try:
                with self._writing() as ledger:
                    return [apply(ledger, self._context, command, importer) for command in commands]
            except LostRace:
                continue
        raise DatabaseFailed("other writers kept moving the partnership; try again")

    def _viewer(self, actor: Reader) -> Viewer:
        return Viewer.of(actor, sealed=self._context.settings.l4_sealed)

    @contextmanager
    def _reading(self) -> Iterator[Ledger]:
        """Give one moment of the database: what is read first and last belongs together."""
        with _failures(), self._turn, self._opened.engine.connect() as connection, connection.begin():
            begin_at_once(connection)
            yield Ledger(connection, self._opened.key)

    @contextmanager
    def _writing(self) -> Iterator[Ledger]:
        with _failures(), self._turn, self._writers.transaction() as connection:
            yield Ledger(connection, self._opened.key, self._recent)


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout, sqlite3.Error) as error:
        reason = getattr(error, "orig", None) or error
        raise DatabaseFailed(f"the database failed, and nothing of this was kept: {reason}") from error
