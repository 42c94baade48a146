"""Counts and ages in the Prometheus text format."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Summary, generate_latest

from partnerships.scheduler.clock.duty import Report
from partnerships.scheduler.clock.health import Health


class Metrics:
    """What became of the duties of one process; `registry` may be the host's own."""

    def __init__(self, health: Health, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self._health = health
        by_duty, by_what = ["duty"], ["duty", "what"]
        self._rounds = Counter(
            "partnerships_rounds",
            "Rounds of a duty, by how they ended.",
            ["duty", "result"],
            registry=self.registry,
        )
        self._done = Counter(
            "partnerships_done", "What the rounds of a duty did.", by_what, registry=self.registry
        )
        self._standing = Gauge(
            "partnerships_standing",
            "How things stood after the latest round.",
            by_what,
            registry=self.registry,
        )
        self._seconds = Summary(
            "partnerships_round_seconds", "How long rounds took.", by_duty, registry=self.registry
        )
        self._age = Gauge(
            "partnerships_last_good_age_seconds",
            "Seconds since the last good round, or else since the start.",
            by_duty,
            registry=self.registry,
        )

    def expect(self, duty: str) -> None:
        """Show a duty before its first round, so that its absence can be told from its silence."""
        for result in ("done", "failed", "stopped"):
            self._rounds.labels(duty, result)
        self._age.labels(duty).set_function(lambda: self._health.age(duty))

    def ended(self, duty: str, result: str, seconds: float) -> None:
        """Count a round that was done, failed or stopped."""
        self._rounds.labels(duty, result).inc()
        self._seconds.labels(duty).observe(seconds)

    def add(self, duty: str, report: Report) -> None:
        """Count what a round did, and note how things stand."""
        for what, number in report.counts.items():
            self._done.labels(duty, what).inc(number)
        for what, number in report.standing.items():
            self._standing.labels(duty, what).set(number)

    def text(self) -> bytes:
        """Give everything in the text format."""
        return generate_latest(self.registry)
