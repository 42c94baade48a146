"""Delivery as a duty: what is asked reaches people, and what could not be delivered is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from partnerships.scheduler.clock.duty import Duty, Note, Report

if TYPE_CHECKING:
    from partnerships.scheduler.delivery.delivery import Delivery
    from partnerships.scheduler.delivery.report import DeliveryReport

NAME = "deliver"
_COUNTS = ("routed", "sent", "failed", "dropped", "dead", "unreached", "pruned")
_STANDING = ("waiting", "dead_letters")


class Deliverer(Protocol):
    """What can deliver: the service."""

    def deliver(self, delivery: Delivery, *, stop: Callable[[], bool] | None) -> DeliveryReport:
        """Send what waits; `stop` is asked between two messages."""


def deliver_duty(
    service: Deliverer,
    delivery: Delivery,
    *,
    every: float = 60,
    stopping: Callable[[], bool] = lambda: False,
) -> Duty:
    """Give the duty that delivers, every so many seconds; `stopping` is asked between two messages."""

    def run() -> Report:
        delivered = service.deliver(delivery, stop=stopping)
        return Report(
            {name: getattr(delivered, name) for name in _COUNTS},
            {name: getattr(delivered, name) for name in _STANDING},
            [_note(trouble) for trouble in delivered.troubles],
        )

    return Duty(NAME, every, run)


def _note(trouble: Any) -> Note:
    event = f"{NAME}.dead" if trouble.is_dead else f"{NAME}.not_delivered"
    facts = {"message": trouble.id, "channel": trouble.channel, "error": trouble.error}
    return Note(event, facts, passing=not trouble.is_dead)
