"""The duties on a real service: what they do, when they stop, and what they never tell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from partnerships import BadRequest, Service
from partnerships.audit.audit import open_audit
from partnerships.audit.log.custodians import Told
from partnerships.scheduler import sweep as sweeping
from partnerships.scheduler.clock import Stopped, sweep_duty
from partnerships.scheduler.clock.checkpointing import checkpoint_duty
from partnerships.scheduler.clock.delivering import deliver_duty
from partnerships.scheduler.delivery.channel import NotDelivered
from partnerships.scheduler.delivery.delivery import Delivery
from tests.doors.commands import record
from tests.scheduler.delivery.office import Paper, office
from tests.scheduler.serve.duties import logged, watch
from tests.story import Clock

Fill = Callable[[int], None]


def made(service: Service) -> list[str]:
    return sorted(row["partnership"] for row in service.prompts(kind="exit_dialogue"))


def test_a_sweep_is_counted_and_escalates_too(service: Service, fill: Fill, clock: Clock) -> None:
    fill(3)
    held, _ = watch(sweep=60)
    duty = sweep_duty(service)
    first = held.round(duty)
    assert first is not None
    assert first.counts == {"looked_at": 3, "asked": 3, "missed": 0, "escalated": 0}
    clock.advance(days=14)
    later = held.round(duty)
    assert later is not None
    assert later.counts["escalated"] == 3


def test_a_sweep_that_is_told_to_end_ends_between_two_batches(
    service: Service, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    fill(5)
    ending = True
    duty = sweep_duty(service, stopping=lambda: ending)
    with pytest.raises(Stopped):
        duty.run()
    assert made(service) == ["p-0", "p-1"]
    ending = False
    assert duty.run().counts["asked"] == 3
    assert made(service) == ["p-0", "p-1", "p-2", "p-3", "p-4"]


def test_what_was_set_aside_is_told_and_the_others_are_made(
    service: Service, fill: Fill, broken: Callable[[str], None]
) -> None:
    fill(3)
    broken("p-1")
    held, _ = watch(sweep=60)
    with logged() as lines:
        assert held.round(sweep_duty(service)) is not None
    aside, done = lines.lines
    assert (aside["event"], aside["partnership"], aside["tries"]) == ("sweep.set_aside", "p-1", 1)
    assert (done["event"], done["asked"], done["set_aside"]) == ("sweep.done", 2, 1)
    assert held.health.answer()["status"] == "fresh"


def test_a_delivery_is_counted_and_what_failed_is_told(service: Service, fill: Fill) -> None:
    fill(2)
    service.sweep()
    refused = NotDelivered("SMTP 550", permanent=True)
    delivery = Delivery([Paper(refused)], office("p-0", "p-1"))
    held, _ = watch(sweep=60)
    with logged() as lines:
        report = held.round(deliver_duty(service, delivery))
    assert report is not None
    assert report.counts["dead"] == 1
    assert report.counts["sent"] >= 1
    assert report.standing == {"waiting": 0, "dead_letters": 1}
    dead = lines.lines[0]
    assert (dead["event"], dead["channel"], dead["error"]) == ("deliver.dead", "paper", "SMTP 550")


def test_a_delivery_that_is_told_to_end_ends_between_two_messages(service: Service, fill: Fill) -> None:
    fill(2)
    service.sweep()
    paper = Paper()
    delivery = Delivery([paper], office("p-0", "p-1"))
    stopped = deliver_duty(service, delivery, stopping=lambda: len(paper.sent) == 1).run()
    assert (stopped.counts["sent"], len(paper.sent)) == (1, 1)
    assert deliver_duty(service, delivery).run().counts["sent"] >= 1


def test_a_checkpoint_tells_how_long_the_log_is(service: Service, fill: Fill, tmp_path: Path) -> None:
    open_audit(service).make_key(tmp_path / "log.key")
    duty = checkpoint_duty(open_audit(service, key_file=tmp_path / "log.key"))
    fill(1)
    first = duty.run().standing["size"]
    assert first > sum(len(service.history(id)) for id in service.ids())
    assert duty.run().standing["size"] == first
    assert service.apply(record("p-0", "comment", "2024-03-13"))["outcome"] == "accepted"
    assert duty.run().standing["size"] > first


def test_custodians_who_were_told_are_counted_and_who_failed_is_noted(
    service: Service, fill: Fill, tmp_path: Path
) -> None:
    open_audit(service).make_key(tmp_path / "log.key")
    told = [Told("board", 3), Told("auditor", 3, "SMTP 450")]
    audit = open_audit(service, key_file=tmp_path / "log.key")
    fill(1)
    report = checkpoint_duty(audit, tell=lambda: told).run()
    assert report.counts == {"told": 1}
    assert [(note.event, note.facts) for note in report.notes] == [
        ("checkpoint.untold", {"custodian": "auditor", "error": "SMTP 450"})
    ]


@pytest.mark.parametrize("every", [0, -1, float("nan"), float("inf")])
def test_an_interval_that_cannot_be_is_named(service: Service, every: float) -> None:
    with pytest.raises(BadRequest, match="every: sweep"):
        sweep_duty(service, every=every)
