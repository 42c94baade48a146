"""Checkpoints as a duty: what is new goes into the log, and its head is signed."""

from __future__ import annotations

from typing import Protocol

from partnerships.scheduler.clock.duty import Duty, Report

NAME = "checkpoint"


class Signed(Protocol):
    """A signed head of the log."""

    @property
    def size(self) -> int:
        """Give how many leaves it is over."""


class Signs(Protocol):
    """What signs: the audit, where a signing key is at hand."""

    def checkpoint(self) -> Signed:
        """Sign the log's head; where nothing is new the newest checkpoint stands."""


def checkpoint_duty(audit: Signs, *, every: float = 3600) -> Duty:
    """Give the duty that takes what is new into the log and signs it, every so many seconds."""

    def run() -> Report:
        return Report({}, {"size": audit.checkpoint().size})

    return Duty(NAME, every, run)
