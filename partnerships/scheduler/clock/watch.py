"""The watch over duties: each round is run, counted and told of, and none stops the others."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import Any

from partnerships.scheduler.clock.duty import Duty, Report, Stopped
from partnerships.scheduler.clock.health import Health
from partnerships.scheduler.clock.logs import logger, told
from partnerships.scheduler.clock.metrics import Metrics

PATIENCE = 3
"""How many rounds may fail before a duty counts as stale."""


class Watch:
    """Runs rounds, keeps their health and metrics, and logs them."""

    def __init__(self, health: Health, metrics: Metrics | None = None, log: Any = None) -> None:
        self.health = health
        self.metrics = metrics or Metrics(health)
        self.log = log or logger()

    @classmethod
    def over(cls, duties: Iterable[Duty]) -> Watch:
        """Give a watch for which each duty is stale after three intervals without a good round."""
        return cls(Health({duty.name: PATIENCE * duty.every for duty in duties}))

    def round(self, duty: Duty) -> Report | None:
        """Run one round; give what it did, or None where it was not done. Nothing it raises goes further."""
        began = monotonic()
        try:
            report = duty.run()
        except Stopped:
            self.metrics.ended(duty.name, "stopped", monotonic() - began)
            self.log.info(f"{duty.name}.stopped")
            return None
        except Exception as error:
            self.metrics.ended(duty.name, "failed", monotonic() - began)
            self.log.error(f"{duty.name}.failed", **told(error))
            return None
        seconds = monotonic() - began
        self.health.good(duty.name)
        self.metrics.ended(duty.name, "done", seconds)
        self.metrics.add(duty.name, report)
        for note in report.notes:
            self.log.warning(note.event, **note.facts)
        self.log.info(f"{duty.name}.done", seconds=round(seconds, 3), **report.counts, **report.standing)
        return report
