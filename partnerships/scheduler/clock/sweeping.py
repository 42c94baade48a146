"""The sweep as a duty: prompts that are due are made, unanswered ones go to the director (L7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from partnerships.scheduler.clock.duty import Duty, Note, Report, Stopped

if TYPE_CHECKING:
    from partnerships.scheduler.sweep import SweepReport

NAME = "sweep"


class Sweeper(Protocol):
    """What can sweep: the service."""

    def sweep(self, *, progress: Callable[[int, int], None]) -> SweepReport:
        """Make what is due; `progress` is called after each batch, and ends the sweep where it raises."""


def sweep_duty(service: Sweeper, *, every: float = 300, stopping: Callable[[], bool] = lambda: False) -> Duty:
    """Give the duty that sweeps, every so many seconds; `stopping` is asked after each batch."""

    def go_on(_done: int, _of: int) -> None:
        if stopping():
            raise Stopped

    def run() -> Report:
        swept = service.sweep(progress=go_on)
        counts = {name: getattr(swept, name) for name in ("looked_at", "asked", "missed", "escalated")}
        notes = [Note(f"{NAME}.set_aside", one.as_json()) for one in swept.set_aside]
        return Report(counts, {"set_aside": len(notes)}, notes)

    return Duty(NAME, every, run)
