"""Crisis cases as the fold keeps them: who raised, who recommended, how each ended (S6.25, L3)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from partnerships.lifecycle.commands import is_partners_case


@dataclass(slots=True)
class Advice:
    """One recommendation on a case."""

    advice: str
    sequence: int
    on: date
    by: str = field(repr=False)


@dataclass(slots=True)
class Case:
    """One case from its recording to its end; recorded again after its closure it is another one.

    `opened` is the sequence of the first recording, `latest` that of the version that counts, `entries` all
    that belong to it. `ended` is the closure's or the termination's sequence, `decider` who took it.
    """

    case: str
    cycle: int
    opened: int
    latest: int
    on: date
    ground: str | None
    ground_text: bool
    agreement_clause: bool
    raisers: list[str] = field(repr=False)
    entries: list[int]
    advice: list[Advice] = field(default_factory=list)
    safeguarded: bool = False
    ended: int | None = None
    decider: str | None = field(default=None, repr=False)

    @property
    def is_partners(self) -> bool:
        """Tell whether the partner's side raised it under an id of its own, so that it binds nothing yet."""
        return is_partners_case(self.case)

    @property
    def standing_advice(self) -> Advice | None:
        """Give the latest recommendation on this case."""
        return self.advice[-1] if self.advice else None

    @property
    def recommenders(self) -> set[str]:
        """Give everybody who recommended on this case."""
        return {item.by for item in self.advice}

    def as_json(self) -> dict[str, Any]:
        """Give the JSON that the sealed part of the projection keeps."""
        value = asdict(self)
        value["on"] = self.on.isoformat()
        for item in value["advice"]:
            item["on"] = item["on"].isoformat()
        return value

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Case:
        """Read what `as_json` gave."""
        advice = [
            Advice(item["advice"], item["sequence"], date.fromisoformat(item["on"]), item["by"])
            for item in value["advice"]
        ]
        return cls(**{**value, "on": date.fromisoformat(value["on"]), "advice": advice})


@dataclass(slots=True)
class Hidden:
    """A sequence that the partner's side does not see; `by` the partner's actor whose own case it is."""

    sequence: int
    by: str | None = field(default=None, repr=False)
