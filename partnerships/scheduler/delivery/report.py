"""What one round of deliveries did, in numbers and codes."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Trouble:
    """A message or notice that did not get through: its id, and a code of what was wrong."""

    id: str
    channel: str | None
    error: str
    is_dead: bool


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a round did, and how much stands.

    `routed` counts notices; `sent`, `dropped` (nothing in it was open any more), `failed` (to be tried again)
    and `dead` count messages, the last two notices too. `late` counts messages that were sent after the lease
    had ended and another had taken them. `unreached` counts addressees for whom the directory knew nobody,
    `pruned` messages that were over long enough to go.
    `waiting` and `dead_letters` stand at the end of the round.
    """

    routed: int
    sent: int
    dropped: int
    failed: int
    dead: int
    late: int
    unreached: int
    pruned: int
    waiting: int
    dead_letters: int
    troubles: tuple[Trouble, ...]


@dataclass(slots=True)
class Tally:
    """Counts while a round runs."""

    routed: int = 0
    sent: int = 0
    dropped: int = 0
    late: int = 0
    unreached: int = 0
    pruned: int = 0
    troubles: list[Trouble] = field(default_factory=list)

    def trouble(self, id: str, channel: str | None, error: str, *, is_dead: bool) -> None:
        """Note what did not get through."""
        self.troubles.append(Trouble(id, channel, error, is_dead))

    def report(self, *, waiting: int, dead_letters: int) -> DeliveryReport:
        """Give the report."""
        dead = sum(trouble.is_dead for trouble in self.troubles)
        return DeliveryReport(
            self.routed,
            self.sent,
            self.dropped,
            len(self.troubles) - dead,
            dead,
            self.late,
            self.unreached,
            self.pruned,
            waiting,
            dead_letters,
            tuple(self.troubles),
        )
