"""The scene: partnerships with a full file, and the rounds of renewal that lengthen their histories."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from partnerships import Service, open_service
from tests.bodies import BODIES, agreement, plus

Json = dict[str, Any]

FIRST_DAY = date(2024, 3, 1)
PM = {"id": "pm-1", "party": "ims", "roles": ["programme_manager"]}
DIRECTOR = {"id": "director-1", "party": "ims", "roles": ["director"]}

ROUND = ("sustainability_review", "renewal_note", "agreement", "comment", "renew")
"""What one round of renewal puts into the history, in order."""

REASON = "The series found its readers, and the newsroom wants to go on."
"""What a decision to renew gives as its reason."""


class Clock:
    """A clock that stands still until the scene moves it on by days."""

    def __init__(self) -> None:
        self.day = FIRST_DAY

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(9), UTC)


def open_scene(folder: Path, clock: Clock) -> Service:
    """Open a new database in a folder."""
    return open_service(f"sqlite:///{folder / 'ours.sqlite'}", create=True, clock=clock)


class Commands:
    """The commands of one partnership, each with a key and, where it is said, a day.

    Whoever goes on with a partnership gives `keys` of its own, and the day on which its agreement began.
    """

    def __init__(self, id: str, keys: str | None = None, began: date | None = None) -> None:
        self.id = id
        self._keys = keys or id
        self._number = 0
        self._began = began

    def record(self, kind: str, day: date, **fields: Any) -> Json:
        """Put a complete record on file."""
        if kind == "agreement":
            # A later version keeps the day on which the agreement began.
            self._began = self._began or day
            body = agreement(self._began.isoformat(), "activity")
        else:
            body = BODIES[kind](day.isoformat())
        return self._command("record", PM, day, kind=kind, body=body | fields)

    def trigger(self, name: str, day: date, **said: Any) -> Json:
        """Take a decision."""
        return self._command("trigger", DIRECTOR, day, trigger=name, **said)

    def renewal(self, day: date) -> Json:
        """Renew, with a reason."""
        return self.trigger("renew", day, reason=REASON)

    def assessed(self, day: date) -> Iterator[Json]:
        """Go as far as the assessment's decision, which is left out."""
        profile = BODIES["partner_profile"](day.isoformat())
        profile["identifiers"] = [{"scheme": "example", "value": self.id}]
        yield self._command("identify", PM, day, body=profile)
        for kind in ("context_analysis", "stakeholder_mapping", "selection", "assessment"):
            yield self.record(kind, day)

    def begun(self, day: date) -> Iterator[Json]:
        """Go from there into an activity partnership."""
        yield self.trigger("assess", day)
        yield self.record("inclusion_commitment", day)
        yield self.record("agreement", day)
        yield self.trigger("begin_activity", day)

    def filled(self, day: date) -> Iterator[Json]:
        """Put on file whatever else an active partnership's file can hold without a crisis."""
        for kind in ("arrangement", "register_entry", "strategic_importance", "exit_dialogue"):
            yield self.record(kind, day)
        yield self.record("sustainability_review", day)
        yield self.record("position", day)
        yield self.record("agreement", day, reference="a-2", collaboration="A network of local editors")

    def round(self, day: date) -> Iterator[Json]:
        """Renew once: a review, a note, a version of the agreement with a later endline, a remark."""
        for step in ROUND[:-1]:
            later = {"ends_on": plus(day.isoformat(), days=365)} if step == "agreement" else {}
            yield self.record(step, day, **later)
        yield self.renewal(day)

    def _command(self, do: str, actor: Json, day: date, **parts: Any) -> Json:
        self._number += 1
        key = f"{self._keys}-{self._number}"
        return {"do": do, "id": self.id, "actor": actor, "on": day.isoformat(), "key": key, **parts}


def days(start: date = FIRST_DAY) -> Iterator[date]:
    """Give one day after the other."""
    while True:
        start += timedelta(days=1)
        yield start


def accepted(service: Service, command: Json) -> Json:
    """Apply a command and insist that it was accepted without a warning."""
    outcome = service.apply(command)
    if outcome["outcome"] != "accepted" or outcome["warnings"]:
        raise AssertionError(f"the scene went wrong: {outcome}")
    return outcome
