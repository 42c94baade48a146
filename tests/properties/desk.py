"""One database on which generated files are walked, one after another."""

from __future__ import annotations

from datetime import date
from itertools import count
from pathlib import Path

from partnerships import POLICY_1_1, Service, open_service
from tests.properties.steps import Step, Walker
from tests.properties.watched import Watched
from tests.story import Clock

NUMBERS = count(1)


class Desk:
    """One database for all examples, each on a partnership and a partner of its own."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.service: Service = open_service(
            "sqlite://",
            create=True,
            policy=POLICY_1_1.with_settings(take_over_until=date(2100, 1, 1)),
            clock=self.clock,
            key_file=folder / "p.key",
        )

    def walk(self, steps: list[Step]) -> Watched:
        number = next(NUMBERS)
        self.clock.set("2024-03-01T09:00:00+00:00")
        watched = Watched(self.service, self.clock, f"p-{number}", name=f"Example Radio {number} (fictional)")
        walker = Walker(watched)
        for step in steps:
            walker.take(step)
        return watched
