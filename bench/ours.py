"""Ours as one contender among others: a partnership with a full file, renewed again and again."""

from __future__ import annotations

from pathlib import Path

from bench.scene import Clock, Commands, accepted, days
from bench.turns import Recorded
from partnerships import open_service


class Contender:
    """A service on a new database; each renewal follows the records that it rests on."""

    def __init__(self, url: str, key_file: Path | None = None) -> None:
        self._clock = Clock()
        self._days = days()
        self._commands = Commands("p-1")
        self._service = open_service(url, create=True, clock=self._clock, key_file=key_file)
        for command in (
            *self._commands.assessed(self._clock.day),
            *self._commands.begun(self._clock.day),
            *self._commands.filled(self._clock.day),
        ):
            accepted(self._service, command)

    def prepare(self) -> None:
        """Put on file what the renewal rests on."""
        self._clock.day = next(self._days)
        *records, self._renewal = self._commands.round(self._clock.day)
        for command in records:
            accepted(self._service, command)

    def renew(self) -> None:
        """Apply the decision."""
        accepted(self._service, self._renewal)

    def recorded(self) -> Recorded:
        """Read the history through the service."""
        renewals = [entry for entry in self._service.history("p-1") if entry.get("trigger") == "renew"]
        return Recorded(self._service.show("p-1")["state"], len(renewals), renewals[-1]["reason"])

    def asked(self, query: str) -> str:
        """Ask on one of the service's connections."""
        with self._service._reading() as ledger:
            return str(ledger.connection.exec_driver_sql(query).scalar())

    def close(self) -> None:
        """Close the service."""
        self._service.close()
