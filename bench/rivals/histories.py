"""eventsourcing, reading: an aggregate of the same events, which `repository.get` puts together again.

Its events say what ours say, no more: days, instants and texts as its transcodings keep them (that of days is
registered, as its documentation shows). It keeps the state, the records by kind and the moves, and judges
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import JSONTranscoder, Transcoding

from bench.rivals.eventsourcing import environment
from partnerships.storage.rows import Stored

Json = dict[str, Any]


class Days(Transcoding):
    """Days, as ISO text."""

    type = date
    name = "day"

    def encode(self, obj: date) -> str:
        """Write a day."""
        return obj.isoformat()

    def decode(self, data: str) -> date:
        """Read a day."""
        return date.fromisoformat(data)


class Partnership(Aggregate):
    """A partnership."""

    @event("Identified")
    def __init__(self, on: date, recorded_at: datetime, said: Json, body: Json) -> None:
        self.state = said["to"]
        self.moves: list[tuple[str, date]] = []
        self.records: Json = {"partner_profile": (on, said["actor"]["id"], body)}

    @event("Recorded")
    def record(self, on: date, recorded_at: datetime, said: Json, body: Json) -> None:
        """Put a record on file."""
        self.records[said["kind"]] = (on, said["actor"]["id"], body)

    @event("Moved")
    def move(self, on: date, recorded_at: datetime, said: Json, reason: str | None) -> None:
        """Move to another state."""
        self.state = said["to"]
        self.moves.append((said["trigger"], on))


class Histories(Application[UUID]):
    """The application that keeps the histories."""

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        """Let it keep days too."""
        super().register_transcodings(transcoder)
        transcoder.register(Days())

    @classmethod
    def at(cls, url: str) -> Histories:
        """Open it on a database."""
        return cls(env=environment(url, tuned=True))

    def keep(self, entries: Iterable[Stored]) -> UUID:
        """Keep one history, event by event, and give its id."""
        partnership: Partnership | None = None
        for stored in entries:
            chain, content = stored.chain, stored.content or {}
            days = date.fromisoformat(chain["on"]), datetime.fromisoformat(chain["recorded_at"])
            said = {name: chain[name] for name in _SAID if name in chain}
            if partnership is None:
                partnership = Partnership(*days, said, content["body"])
            elif chain["entry"] == "transition":
                partnership.move(*days, said, content.get("reason"))
            else:
                partnership.record(*days, said, content["body"])
        assert partnership is not None
        self.save(partnership)
        return partnership.id

    def partnership(self, id: UUID) -> Partnership:
        """Put a partnership together from its events."""
        partnership: Partnership = self.repository.get(id)
        return partnership


_SAID = (
    "actor",
    "kind",
    "trigger",
    "from",
    "to",
    "evidence",
    "warnings",
    "policy",
    "settings",
    "door",
    "cycle",
)
