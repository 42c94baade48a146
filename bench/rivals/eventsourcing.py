"""eventsourcing: an aggregate whose events are its history, and its current state what they add up to.

As in its tutorial and its chapter on applications: `repository.get`, a command method that guards and
triggers an event, `save`; automatic snapshots at the interval that it finds likely; all else as it is when
nobody sets anything. `tuned` goes beyond that: more snapshots, and on PostgreSQL the database functions with
which its own speed runs are made. `cached` turns on the repository's cache, which a query fast-forwards at
each `get`.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from sqlalchemy.engine import make_url

from bench.rivals import ENDLINE, STATE, Rival, today
from bench.turns import Recorded

SNAPSHOT_EVERY = 100
"""What its documentation finds likely."""

TUNED_SNAPSHOT_EVERY = 10
"""Faster here: fewer events are replayed at each `get`."""


class Partnership(Aggregate):
    """A partnership."""

    @event("Began")
    def __init__(self, state: str, endline: str) -> None:
        self.state = state
        self.endline = endline
        self.renewals = 0
        self.reason = ""

    def renew(self, command: dict[str, Any]) -> None:
        """Renew, where the state and the endline allow it."""
        if self.state != STATE or today().isoformat() > self.endline:
            raise PermissionError("the partnership does not allow it")
        self._renew(command)

    @event("Renewed")
    def _renew(self, command: dict[str, Any]) -> None:
        self.state = STATE
        self.renewals += 1
        self.reason = command["reason"]


class Partnerships(Application[UUID]):
    """The application, with automatic snapshots."""

    snapshotting_intervals: ClassVar = {Partnership: SNAPSHOT_EVERY}

    def begin(self, endline: date) -> UUID:
        """Begin a partnership."""
        partnership = Partnership(STATE, endline.isoformat())
        self.save(partnership)
        return partnership.id

    def renew(self, id: UUID, command: dict[str, Any]) -> None:
        """Renew a partnership."""
        partnership: Partnership = self.repository.get(id)
        partnership.renew(command)
        self.save(partnership)


class Tuned(Partnerships):
    """The same with more snapshots."""

    name = Partnerships.name
    snapshotting_intervals: ClassVar = {Partnership: TUNED_SNAPSHOT_EVERY}


class Contender(Rival):
    """An application on a database of its own."""

    def __init__(self, url: str, endline: date = ENDLINE, tuned: bool = False, cached: bool = False) -> None:
        cache = {"AGGREGATE_CACHE_MAXSIZE": "1000"} if cached else {}
        kind = Tuned if tuned else Partnerships
        self._application = kind(env=environment(url, tuned=tuned) | cache)
        super().__init__()
        self._id = self._application.begin(endline)

    def renew(self) -> None:
        """Call the application."""
        self._application.renew(self._id, self.command)

    def recorded(self) -> Recorded:
        """Read the events, and the state that the repository gives."""
        partnership: Partnership = self._application.repository.get(self._id)
        events = [each for each in self._application.events.get(self._id) if "Renewed" in type(each).__name__]
        return Recorded(partnership.state, len(events), events[-1].command["reason"])

    def asked(self, query: str) -> str:
        """Ask on a connection of the recorder's."""
        with self._application.recorder.datastore.transaction(commit=False) as cursor:
            cursor.execute(query)
            row = cursor.fetchone()
            return str(next(iter(row.values())) if isinstance(row, dict) else row[0])

    def close(self) -> None:
        """Close the application."""
        self._application.close()


def environment(url: str, *, tuned: bool) -> dict[str, str]:
    """Give the settings for a database; `tuned` has PostgreSQL run functions of the library's."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(parts.database)}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts.database),
        "POSTGRES_HOST": str(parts.host or parts.query.get("host")),
        "POSTGRES_PORT": str(parts.port or parts.query.get("port") or 5432),
        "POSTGRES_USER": str(parts.username),
        "POSTGRES_PASSWORD": str(parts.password or ""),
        "POSTGRES_ENABLE_DB_FUNCTIONS": "y" if tuned else "n",
    }
