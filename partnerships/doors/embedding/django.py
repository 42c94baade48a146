"""The service on Django's own connection, inside `transaction.atomic`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import Any

from django.db import connections, transaction
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from partnerships.doors.embedding.hooks import Follower
from partnerships.errors import DatabaseFailed, NoDatabase
from partnerships.workflows.outcomes import Outcome
from partnerships.workflows.service import Service, open_service


def open_on_django(using: str = "default", **options: Any) -> DjangoPartnerships:
    """Open a service on a database of Django's settings, with the options of `open_service`.

    With `create=True`, as in a migration's step, the tables are made in the transaction that runs.
    Raises what `open_service` raises, and NoDatabase for a database that is neither SQLite nor PostgreSQL
    with psycopg 3.
    """
    engine = _engine(using)
    with _atomic(using):
        return DjangoPartnerships(open_service(engine, **options), engine, using)


class DjangoPartnerships:
    """A service that shares Django's connection: the outermost `atomic` of the host decides.

    Outside any `atomic` each call is one of its own.
    """

    def __init__(self, service: Service, engine: Engine, using: str) -> None:
        self._service = service
        self._engine = engine
        self._using = using

    @contextmanager
    def within(self) -> Iterator[Service]:
        """Give the service inside the transaction that runs, for work of several steps."""
        with (
            _atomic(self._using),
            _barring(self._using),
            self._engine.connect() as connection,
            connection.begin(),
        ):
            yield self._service.within(connection)

    def apply(self, command: dict[str, Any] | str | bytes) -> Outcome:
        """Apply one command in a savepoint of Django's transaction."""
        with self.within() as service:
            return service.apply(command)

    def why(self, id: str, **options: Any) -> dict[str, Any]:
        """Give every trigger from here: allowed or not, and all that is missing; see `Service.why`."""
        with self.within() as service:
            return service.why(id, **options)

    def show(self, id: str, **options: Any) -> dict[str, Any]:
        """Give a partnership as the transaction sees it; see `Service.show`."""
        with self.within() as service:
            return service.show(id, **options)

    def history(self, id: str, **options: Any) -> list[dict[str, Any]]:
        """Give who did what, when, on what evidence; see `Service.history`."""
        with self.within() as service:
            return service.history(id, **options)

    def portfolio(self, **options: Any) -> list[dict[str, Any]]:
        """Give the portfolio's lines in order of id; see `Service.portfolio`."""
        with self.within() as service:
            return service.portfolio(**options)

    def overview(self, **options: Any) -> dict[str, Any]:
        """Give the whole portfolio in numbers; see `Service.overview`."""
        with self.within() as service:
            return service.overview(**options)

    def prompts(self, **options: Any) -> list[dict[str, Any]]:
        """Give prompts in order of their due days; see `Service.prompts`."""
        with self.within() as service:
            return service.prompts(**options)

    def feed(self, *, after: str | None = None, limit: int = 1000) -> list[dict[str, Any]]:
        """Give accepted entries after a cursor; see `Service.feed`."""
        with self.within() as service:
            return service.feed(after=after, limit=limit)

    def follow_commit(self, follower: Follower) -> None:
        """Run a follower after the outermost commit of the transaction that runs; never after a rollback."""
        transaction.on_commit(follower.run_and_log, using=self._using)


class _Lent:
    """Django's driver connection, lent to SQLAlchemy, which neither ends its transaction nor changes it."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def commit(self) -> None:
        """Leave the commit to Django."""

    def rollback(self) -> None:
        """Leave the rollback to Django."""

    def close(self) -> None:
        """Leave the connection open for Django."""

    def create_function(self, *_arguments: Any, **_options: Any) -> None:
        """Keep Django's own SQL functions: SQLAlchemy has another REGEXP."""

    def add_notice_handler(self, _handler: Any) -> None:
        """Leave the server's notices to Django."""


def _engine(using: str) -> Engine:
    django = connections[using]
    name = str(django.settings_dict["NAME"] or "")
    if django.vendor == "sqlite":
        return _lending(using, URL.create("sqlite", database=name))
    if django.vendor == "postgresql" and django.Database.__name__ == "psycopg":
        return _lending(using, URL.create("postgresql+psycopg", database=name))
    raise NoDatabase(f"Django's database {using!r} is not one we know: SQLite, or PostgreSQL with psycopg 3")


@cache
def _lending(using: str, url: URL) -> Engine:
    """Give the one engine of a database: the key of one in memory lives as long as its engine."""
    # Looking for the type `hstore` would end the transaction where it finds none.
    options = {"use_native_hstore": False} if url.get_backend_name() == "postgresql" else {}
    return create_engine(
        url, creator=lambda: _lend(using), poolclass=NullPool, pool_reset_on_return=None, **options
    )


def _lend(using: str) -> Any:
    django = connections[using]
    django.ensure_connection()
    return _Lent(django.connection)


def _atomic(using: str) -> AbstractContextManager[Any]:
    django = connections[using]
    if not django.in_atomic_block:
        outermost: AbstractContextManager[Any] = transaction.atomic(using=using)
        return outermost
    # A block that is broken already raises here, before anything is asked of it.
    django.validate_no_broken_transaction()
    return nullcontext()


@contextmanager
def _barring(using: str) -> Iterator[None]:
    """Let Django know where SQLite ended its transaction by itself: what follows would be kept at once."""
    try:
        yield
    except DatabaseFailed:
        django = connections[using]
        if django.vendor == "sqlite" and not django.connection.in_transaction:
            transaction.set_rollback(True, using=using)
        raise
