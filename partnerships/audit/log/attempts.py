"""The attempts log checked against its chain: nothing altered, nothing taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from partnerships.audit.verifying.fault import Fault
from partnerships.storage.attempts import GENESIS, attempt_digest, linked_attempts
from partnerships.storage.ledger import Ledger

RULES = {
    "attempts.gone": "An attempt that was linked is not in the log any more.",
    "attempts.altered": "An attempt is not what its link commits to, or the link was altered.",
    "attempts.gap": "Links are missing before this one.",
}
"""What each rule means."""


def check_attempts(ledger: Ledger, head: str | None = None) -> Iterator[Fault]:
    """Give what is wrong with the attempts log; a place is a link's position.

    `head` is the chain's head as a checkpoint has it, by which links that were cut off at the end are missed.
    """
    previous, expected, seen = GENESIS, 0, head is None
    for position, attempt_id, digest, said in linked_attempts(ledger):
        if position != expected:
            yield Fault(
                "attempts.gap", f"links are missing before it: {position - expected}", position=position
            )
        elif said[0] is None:
            yield Fault(
                "attempts.gone",
                f"attempt {attempt_id} was taken out",
                position=position,
            )
        elif _digest(previous, said) != digest:
            yield Fault(
                "attempts.altered",
                f"attempt {attempt_id} is not the one that was linked",
                partnership=said[1],
                position=position,
            )
        # Each link is checked against the one before it as it is kept, so that one fault is one finding.
        previous, expected = digest, position + 1
        seen = seen or digest == head
    if not seen:
        yield Fault("attempts.gap", "the chain ends before the head that was signed", position=expected)


def _digest(previous: Any, said: Sequence[Any]) -> str | None:
    """Give the digest of what can be digested: SQLite keeps values of any type as it was given them."""
    try:
        return attempt_digest(previous, said)
    except (TypeError, ValueError):
        return None
