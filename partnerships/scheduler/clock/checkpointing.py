"""Checkpoints as a duty: what is new goes into the log, and its head is signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from partnerships.scheduler.clock.duty import Duty, Note, Report

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


class Told(Protocol):
    """What became of one custodian's turn."""

    @property
    def custodian(self) -> str:
        """Give the custodian's id."""

    @property
    def error(self) -> str | None:
        """Give a code or a class where the checkpoint was not taken, or None."""


def checkpoint_duty(audit: Signs, *, every: float = 3600, tell: Callable[[], Iterable[Told]] = tuple) -> Duty:
    """Give the duty that takes what is new into the log and signs it, every so many seconds.

    `tell` then takes the newest checkpoint to the custodians who do not have it yet.
    """

    def run() -> Report:
        size = audit.checkpoint().size
        told = list(tell())
        failed = [
            Note("checkpoint.untold", {"custodian": one.custodian, "error": one.error})
            for one in told
            if one.error is not None
        ]
        return Report({"told": len(told) - len(failed)}, {"size": size}, failed)

    return Duty(NAME, every, run)
