"""A small builder that lets a test read as policy: who puts what on file, who decides, what comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests.bodies import BODIES, DECIDED_BY, NAME, NEEDED, RECORDED_BY, agreement, plus
from tests.outcomes import accepted

Json = dict[str, Any]

ROLES = {
    "pm": "programme_manager",
    "director": "director",
    "committee": "committee",
    "safeguarding": "safeguarding",
    "finance": "finance",
    "auditor": "auditor",
    "service": "service",
    "partner": "partner_representative",
}
STATE_OF = {"activity": "active_activity", "associate": "active_associate", "strategic": "strategic"}
BEGIN = {state: f"begin_{category}" for category, state in STATE_OF.items()}


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, day: str = "2024-03-01") -> None:
        self.now = datetime.combine(date.fromisoformat(day), time(9), UTC)

    def __call__(self) -> datetime:
        return self.now

    def set(self, instant: str) -> None:
        self.now = datetime.fromisoformat(instant).astimezone(UTC)

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)


def actor(name: str, *more_roles: str, partnerships: list[str] | None = None) -> Json:
    """`actor("pm-1")` is a programme manager, `actor("pm-1", "director")` one who is a director as well."""
    role = ROLES[name.rsplit("-", 1)[0]]
    made: Json = {
        "id": name,
        "party": "partner" if name.startswith("partner") else "ims",
        "roles": [role, *more_roles],
    }
    if partnerships is not None:
        made["partnerships"] = partnerships
    return made


class Story:
    """One partnership and its people: `record` and `trigger` give the outcome, `has` and `does` insist."""

    def __init__(self, service: Any, clock: Clock, id: str = "p-1", **profile: Any) -> None:
        self.service, self.clock, self.id, self.profile = service, clock, id, profile
        self.category = "activity"
        self.endline: str | None = None
        self.walked: list[str] = []

    @property
    def today(self) -> str:
        return self.clock.now.date().isoformat()

    def day(self, day: str) -> Story:
        self.clock.now = datetime.combine(date.fromisoformat(day), time(9), UTC)
        return self

    def who(self, by: str | Json) -> Json:
        if isinstance(by, dict):
            return by
        return actor(by, partnerships=[self.id]) if by.startswith("partner") else actor(by)

    def apply(self, command: Json) -> Json:
        self.clock.advance(seconds=1)
        outcome: Json = self.service.apply(command)
        return outcome

    def command(self, do: str, by: str | Json, **parts: Any) -> Json:
        made = {"do": do, "id": self.id, "actor": self.who(by), **parts}
        return {name: value for name, value in made.items() if value is not None}

    def identify(self, by: str | Json = "pm-1", on: str | None = None, **overrides: Any) -> Json:
        body = BODIES["partner_profile"](on or self.today) | self.profile | overrides
        return self.apply(self.command("identify", by, body=body, on=on))

    def body(self, kind: str, /, on: str | None = None, **overrides: Any) -> Json:
        day = on or self.today
        if kind == "agreement":
            return agreement(day, overrides.get("category", self.category)) | overrides
        if kind == "partner_profile":
            return BODIES[kind](day) | self.profile | overrides
        about = {
            "stakeholder_mapping": {"candidates": [self.profile.get("name") or NAME]},
            "context_analysis": {"country": self.profile.get("country") or "KE"},
        }
        return BODIES[kind](day) | about.get(kind, {}) | overrides

    def record(
        self,
        kind: str,
        /,
        by: str | Json | None = None,
        on: str | None = None,
        key: str | None = None,
        expected_sequence: int | None = None,
        **overrides: Any,
    ) -> Json:
        usual = RECORDED_BY.get(kind, "pm-1")
        if kind == "position" and overrides.get("party") == "partner":
            usual = "partner-1"
        body = self.body(kind, on, **overrides)
        return self.apply(
            self.command(
                "record",
                by or usual,
                kind=kind,
                body=body,
                on=on,
                key=key,
                expected_sequence=expected_sequence,
            )
        )

    def has(self, kind: str, /, **overrides: Any) -> int:
        """Puts a record on file, insists that it was accepted, and gives its sequence."""
        outcome = self.record(kind, **overrides)
        assert outcome["outcome"] == "accepted", outcome
        if kind == "agreement":
            self.endline = self.body(kind, overrides.get("on"), **_fields(overrides)).get("ends_on")
        return int(outcome["sequence"])

    def trigger(
        self,
        trigger: str,
        by: str | Json | None = None,
        on: str | None = None,
        reason: str | None = None,
        key: str | None = None,
        expected_sequence: int | None = None,
    ) -> Json:
        who = by or DECIDED_BY.get(trigger, "director-1")
        return self.apply(
            self.command(
                "trigger",
                who,
                trigger=trigger,
                on=on,
                reason=reason,
                key=key,
                expected_sequence=expected_sequence,
            )
        )

    def does(self, trigger: str, **how: Any) -> int:
        """Takes a decision, insists that it was accepted, and gives its sequence."""
        outcome = self.trigger(trigger, **how)
        assert outcome["outcome"] == "accepted", outcome
        return int(outcome["sequence"])

    def ready_for(self, trigger: str, /, without: str = "", on: str | None = None, **overrides: Any) -> Story:
        """Puts on file what a decision asks for, `without` one record or with other fields in some."""
        assert set(overrides) <= {name for name, _, _ in self._needed(trigger)}, overrides
        for name, kind, fields in self._needed(trigger):
            if name != without:
                self.has(kind, on=on, **fields | overrides.get(name, {}))
        return self

    def _needed(self, trigger: str) -> list[tuple[str, str, Json]]:
        if trigger not in ("renew", "extend"):
            return NEEDED[trigger]
        starts = plus(self.endline or self.today, days=1)
        follow = {
            "reference": "a-2",
            "category": self.category,
            "continues": "a-1",
            "starts_on": starts,
            "ends_on": plus(starts, months=12, days=-1),
        }
        return [
            ("sustainability_review", "sustainability_review", {}),
            ("renewal_note", "renewal_note", {}),
            ("agreement", "agreement", follow),
        ]

    def to(self, state: str, via: str = "active_activity") -> Story:
        """Walks to a state by the ordinary commands, each of which has to be accepted without a warning."""
        into = state if state in BEGIN else via
        path = {"identified": [], "assessed": ["assess"]}.get(state, ["assess", BEGIN[into]])
        path += {"transitioning": ["begin_transition"], "exited": ["begin_transition", "exit"]}.get(state, [])
        path += ["terminate_for_crisis"] if state == "terminated_for_crisis" else []
        if into == "active_associate" and len(path) > 1:
            self.profile.setdefault("level", "international")
        assert path[: len(self.walked)] == self.walked, (path, self.walked)
        if not self.walked and self.service_knows_nothing():
            accepted(self.identify()).warned()
        for trigger in path[len(self.walked) :]:
            if trigger.startswith("begin_") and trigger != "begin_transition":
                self.category = trigger.removeprefix("begin_")
            self.ready_for(trigger)
            accepted(self.trigger(trigger)).warned()
            self.walked.append(trigger)
        assert self.state == state
        return self

    def service_knows_nothing(self) -> bool:
        return self.id not in set(self.service.ids())

    def withdraw(
        self, sequence: int, by: str | Json = "pm-1", reason: str | None = "Put here by mistake"
    ) -> Json:
        return self.apply(self.command("withdraw", by, sequence=sequence, reason=reason))

    def revert(
        self, sequence: int, by: str | Json = "director-2", reason: str | None = "Decided too early"
    ) -> Json:
        return self.apply(self.command("revert", by, sequence=sequence, reason=reason))

    def open(
        self, sequence: int, by: str | Json = "safeguarding-1", reason: str | None = "To look into it"
    ) -> Json:
        return self.apply(self.command("open", by, sequence=sequence, reason=reason))

    def show(self, by: str | Json | None = None, **at: Any) -> Json:
        read: Json = self.service.show(self.id, actor=self.who(by) if by else None, **at)
        return read

    def history(self, by: str | Json | None = None, **part: Any) -> list[Json]:
        read: list[Json] = self.service.history(self.id, actor=self.who(by) if by else None, **part)
        return read

    def entry(self, sequence: int) -> Json:
        return next(entry for entry in self.history() if entry["sequence"] == sequence)

    def why(self, trigger: str, by: str | Json | None = None, on: str | None = None) -> Json:
        read = self.service.why(self.id, trigger=trigger, actor=self.who(by) if by else None, on=on)
        return next(one for one in read["triggers"] if one["trigger"] == trigger)

    @property
    def state(self) -> str:
        return str(self.show()["state"])

    def findings(self, **at: Any) -> set[str]:
        """The clauses of the standing findings."""
        return {finding["clause"] for finding in self.show(**at)["findings"]}

    def lapsed(self, **at: Any) -> set[str]:
        return {one["reference"] for one in self.show(**at)["agreements"] if one["lapsed"]}

    def snapshot(self) -> str:
        known = not self.service_knows_nothing()
        mine = [self.show(), self.history()] if known else []
        return json.dumps([mine, self.service.portfolio(), self.service.feed()], sort_keys=True, default=str)

    @contextmanager
    def nothing_changes(self) -> Iterator[None]:
        before = self.snapshot()
        yield
        assert self.snapshot() == before


def _fields(overrides: Json) -> Json:
    return {
        name: value
        for name, value in overrides.items()
        if name not in ("by", "on", "key", "expected_sequence")
    }
