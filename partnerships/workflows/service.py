"""The service: what a portal embeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from sqlalchemy import URL, Connection, Engine

from partnerships.errors import BadRequest
from partnerships.lifecycle.commands import Actor
from partnerships.lifecycle.policy import POLICY_1_1, Policy
from partnerships.lifecycle.records.fields import is_id
from partnerships.lifecycle.texts import BLANKS
from partnerships.lifecycle.vocabulary import Role
from partnerships.scheduler.context import Context
from partnerships.scheduler.sweep import SweepReport, sweep
from partnerships.storage.engines import begin_reading, is_memory
from partnerships.storage.failures import failures
from partnerships.storage.forks import tell
from partnerships.storage.ledger import Ledger
from partnerships.storage.place import DEFAULT_PREFIX, Place
from partnerships.storage.recent import Recent
from partnerships.storage.writers import Writers
from partnerships.workflows import (
    doctor,
    explaining,
    feed,
    histories,
    outcomes,
    overview,
    portfolio,
    prompting,
    reading,
)
from partnerships.workflows.applying import apply
from partnerships.workflows.arguments import (
    Day,
    Instant,
    PortfolioFilters,
    PromptFilters,
    read_count,
    read_day,
    read_text,
)
from partnerships.workflows.grave import tell_of_grave
from partnerships.workflows.opening import Opened, open_database
from partnerships.workflows.outcomes import Outcome
from partnerships.workflows.policytable import policy_table
from partnerships.workflows.streaming import BadLine, outcomes_of, read_line
from partnerships.workflows.viewer import Viewer

if TYPE_CHECKING:
    from partnerships.scheduler.delivery.delivery import Delivery
    from partnerships.scheduler.delivery.post import Post
    from partnerships.scheduler.delivery.report import DeliveryReport
    from partnerships.workflows.registers import ImportReport

T = TypeVar("T")
Reader = dict[str, Any] | Actor | None


def open_service(
    target: str | Path | URL | Engine,
    *,
    create: bool = False,
    policy: Policy | Sequence[Policy] = POLICY_1_1,
    clock: Callable[[], datetime] | None = None,
    key_file: str | Path | None = None,
    door: str = "library",
    principal: str | None = None,
    table_prefix: str = DEFAULT_PREFIX,
    schema: str | None = None,
    timeout: float = 30,
) -> Service:
    """Open a service on a database.

    `target` is a URL, the path of an SQLite file, or the host's own engine; `create` makes or migrates the
    database first. `policy` is a version or several, each in force from its day. `clock` gives aware UTC
    instants. `key_file` is where the sealing key lives (by default beside the SQLite file, mode 0600).
    `door` and `principal` show in the history as `via`. `table_prefix` and, on PostgreSQL, `schema` say where
    the tables live. `timeout` is in seconds: how long one writer waits for another's lock, and how long a
    server that restarts is waited for.

    Raises NoDatabase where the database is absent, not ours or waits for a migration, and BadRequest for a
    prefix or schema that cannot be.
    """
    place = Place(table_prefix, schema)
    opened = open_database(target, create=create, key_file=key_file, place=place, timeout=timeout)
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
        self.after_grave: list[Callable[[], object]] = []
        """Called after a crisis termination or an exception was committed, such as to sign a checkpoint."""
        self._recent = Recent()
        self._writers = Writers(opened.engine, self._ledger, opened.timeout, keep=not opened.is_hosts)
        # A database in memory is one connection: all its threads take turns, whichever service they use.
        in_memory = opened.engine.dialect.name == "sqlite" and is_memory(opened.engine.url)
        shared = opened.engine.__dict__
        self._turn: AbstractContextManager[Any] = (
            shared.setdefault("partnerships_turn", RLock()) if in_memory else nullcontext()
        )
        # A database in memory was copied with the process; the host's engine is for the host to look after.
        if not in_memory and not opened.is_hosts:
            tell(self, Service._use_own_connections)

    def __enter__(self) -> Service:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the database's connections back; an engine of the host's stays open."""
        self._writers.close()
        if not self._opened.is_hosts:
            self._opened.engine.dispose()

    def apply(
        self, command: dict[str, Any] | str | bytes, *, connection: Connection | None = None
    ) -> Outcome:
        """Apply one command and give its outcome, durable unless it is on the host's `connection`.

        Its "outcome" is "accepted" (with "state", "sequence", "warnings"), "refused" ("findings"), "invalid"
        ("errors"), "conflict" or "not_found"; none of these is raised. On a connection of the host's it works
        in a savepoint and commits nothing: a rollback of the host's takes it back.
        """
        try:
            raw = command if isinstance(command, dict) else read_line(command)
        except BadLine as error:
            return outcomes.invalid([("line", str(error))])
        if connection is not None:
            return self.within(connection).apply(raw)
        return self._apply(raw)

    def within(self, connection: Connection) -> Service:
        """Give the same service on a connection of the host's, inside the host's transaction.

        Each command works in a savepoint and commits nothing: a rollback of the host's takes it back.
        Readings see what the transaction sees.
        """
        from partnerships.workflows.embedded import Embedded

        return Embedded(self, connection)

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
            decide_nothing = (Role.AUDITOR, Role.SERVICE)
            if importer is None or not importer.holds(Role.DIRECTOR) or importer.holds(*decide_nothing):
                raise BadRequest("a past history is imported by a director; name one as the actor")
        return outcomes_of(lines, lambda commands: self._apply_all(commands, importer), batch)

    def why(
        self, id: str, *, trigger: str | None = None, actor: Reader = None, on: Day = None
    ) -> dict[str, Any]:
        """Give every trigger from here (or the one named): allowed or not, and all that is missing.

        {"id", "state", "on", "triggers": [{"trigger", "target", "allowed", "findings", "warnings"}]}
        """
        with self._reading() as ledger:
            return explaining.why(ledger, self._context, id, self._viewer(actor), trigger, on)

    def checklist(self, id: str, *, actor: Reader = None, on: Day = None) -> list[dict[str, Any]]:
        """Give the same by clause: [{"trigger", "target", "missing": [{"clause", "text", "findings"}]}]."""
        with self._reading() as ledger:
            return explaining.checklist(ledger, self._context, id, self._viewer(actor), on)

    def show(
        self,
        id: str,
        *,
        actor: Reader = None,
        as_of: Day = None,
        known_at: Instant = None,
    ) -> dict[str, Any]:
        """Give a partnership now, as of a day, or as known at an instant (UTC).

        {"id", "state", "category", "cycle", "sequence", "ended_as", "register", "partner", "endline",
        "overdue", "agreements", "findings"} and more.
        """
        with self._reading() as ledger:
            return reading.show(ledger, self._context, id, self._viewer(actor), as_of, known_at)

    def history(
        self, id: str, *, actor: Reader = None, after: int = 0, limit: int | None = None
    ) -> list[dict[str, Any]]:
        """Give the entries: "sequence", "entry", "kind" or "trigger", "on", "actor", "body", "evidence"..."""
        viewer = self._viewer(actor)
        with self._reading() as ledger:
            partnership = reading.load(ledger, id, viewer)
            return histories.history(ledger, partnership, viewer, after=after, limit=limit)

    def portfolio(self, *, actor: Reader = None, **filters: Unpack[PortfolioFilters]) -> list[dict[str, Any]]:
        """Give the portfolio's lines in order of id: "id", "name", "state", "endline", "overdue" and more.

        Filters: on (day), state, overdue, name (a part of it), identifier (SCHEME:VALUE), type, level,
        country, responsible, limit, after (an id).
        """
        with self._reading() as ledger:
            return portfolio.portfolio(ledger, self._context, self._viewer(actor), **filters)

    def overview(self, *, actor: Reader = None, on: Day = None, limit: int = 100) -> dict[str, Any]:
        """Give the whole portfolio in numbers on a day, a section for each report that the policy asks for.

        A section shows at most `limit` lines and counts the others.
        """
        with self._reading() as ledger:
            return overview.overview(ledger, self._context, self._viewer(actor), on=on, limit=limit)

    def feed(self, *, after: str | None = None, limit: int = 1000) -> list[dict[str, Any]]:
        """Give accepted entries as CloudEvents 1.0, nothing sealed in them; go on after the last "cursor"."""
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
        """Fold a history anew and compare it with the live projection, byte for byte, sealed parts too.

        `live` and `replayed` are the two as the operator may see them: without what is sealed.
        """
        with self._reading() as ledger:
            return reading.replay(ledger, id)

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

    def sweep(self, on: Day = None, *, progress: Callable[[int, int], None] | None = None) -> SweepReport:
        """Make the prompts that are due (L7), each once, whoever else sweeps the same database.

        `on` is a day, by default today where each partnership is. Raises BadRequest for a day after today.
        """
        return sweep(self._run, self._context, read_day(on, "on"), progress)

    def prompts(self, *, actor: Reader = None, **filters: Unpack[PromptFilters]) -> list[dict[str, Any]]:
        """Give prompts in order of their due days: what is asked, of whom, why, and what became of it.

        Filters: on (a day: what stood open then, or will be due by then if nothing happens), status (one, or
        a list of several), kind, for_ (an actor's or a partnership's id), country, responsible, limit, after
        (a prompt's id).
        """
        with self._reading() as ledger:
            return prompting.prompts(ledger, self._context, self._viewer(actor), **filters)

    def deliver(self, delivery: Delivery, *, stop: Callable[[], bool] | None = None) -> DeliveryReport:
        """Bring what was asked to people and systems, one round; `stop` is asked between messages."""
        return delivery.deliver(self._post(), stop)

    def undelivered(self, *, limit: int = 1000) -> list[dict[str, Any]]:
        """Give what is not delivered yet, waiting or given up; opaque ids, no text, no address."""
        from partnerships.scheduler.delivery.delivery import undelivered

        return undelivered(self._post(), limit=read_count(limit, "limit"))

    def retry(self, ids: Iterable[str] | None = None) -> int:
        """Have what was given up tried again, all of it or the ids named; gives how many there are."""
        from partnerships.scheduler.delivery.delivery import retry

        wanted = None if ids is None else [read_text(id, "ids") for id in ids]
        return retry(self._post(), wanted)

    def _post(self) -> Post:
        from partnerships.scheduler.delivery.post import Post

        return Post(self._run, self._reading, self._context, self._opened.key.id)

    def _use_own_connections(self) -> None:
        self._recent = Recent()
        self._writers.leave()

    def _run(self, work: Callable[[Ledger], T]) -> T:
        """Run work in a transaction of its own, again where nothing of it was kept, or all of it may be."""
        with self._turn:
            return self._writers.run(work, repeatable=True)

    def _apply(self, command: Any) -> Outcome:
        """Apply one command in a transaction of its own."""

        def work(ledger: Ledger) -> Outcome:
            return self._decided(ledger, command)

        with self._turn:
            of, keyed = partial(ids_in, [command]), _is_keyed(command)
            outcome = self._writers.run(work, of=of, alone=True, repeatable=keyed)
        tell_of_grave(self.after_grave, [command], [outcome])
        return outcome

    def _apply_all(self, commands: list[Any], importer: Actor | None) -> list[Outcome]:
        """Apply commands in one transaction; a lost race is decided afresh."""

        def work(ledger: Ledger) -> list[Outcome]:
            told = []
            for command in commands:
                told.append(self._decided(ledger, command, importer))
                if len(commands) > 1:
                    ledger.flush()
            return told

        keyed = all(map(_is_keyed, commands))
        with self._turn:
            of, alone = partial(ids_in, commands), len(commands) == 1
            told = self._writers.run(work, of=of, alone=alone, repeatable=keyed)
        tell_of_grave(self.after_grave, commands, told)
        return told

    def _decided(self, ledger: Ledger, command: Any, importer: Actor | None = None) -> Outcome:
        outcome = apply(ledger, self._context, command, importer)
        if outcome["outcome"] != "accepted" and not ledger.holds_good:
            # What is said against a command is said of what is on file, not of what was assumed.
            ledger.begin()
            outcome = apply(ledger, self._context, command, importer)
        return outcome

    def _viewer(self, actor: Reader) -> Viewer:
        return Viewer.of(actor, sealed=self._context.settings.l4_sealed)

    def _ledger(self, connection: Connection) -> Ledger:
        return Ledger(connection, self._opened.place, self._opened.key, self._recent)

    @contextmanager
    def _reading(self, *, slowly: bool = False) -> Iterator[Ledger]:
        """Give one moment of the database; with `slowly` whoever takes it may pause, as at a pager."""
        engine = self._opened.engine
        with failures(engine.dialect), self._turn, engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin() as moment:
                begin_reading(connection, pauses=slowly and not self._opened.is_hosts)
                yield Ledger(connection, self._opened.place, self._opened.key)
                # There is nothing to commit, and a damaged file would not let us.
                moment.rollback()


def ids_in(commands: list[Any]) -> set[str]:
    """Give the ids that commands name, as far as they are ids."""
    named = (command.get("id") for command in commands if isinstance(command, dict))
    return {id for id in named if isinstance(id, str) and is_id(id)}


def _is_keyed(command: Any) -> bool:
    key = command.get("key") if isinstance(command, dict) else None
    return isinstance(key, str) and bool(key.strip(BLANKS))
