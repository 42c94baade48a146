"""Messages that are over may go after a while: nothing is told twice for it, and nothing that waits goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

import partnerships.scheduler.delivery.delivery as delivering
from partnerships import BadRequest, Service
from partnerships.scheduler.delivery.channel import NotDelivered
from partnerships.scheduler.delivery.people import People
from tests.scheduler.delivery.office import Paper, Slip, System, asked, deliver, delivery, office, several
from tests.storage.rows import all_rows
from tests.story import Story

KEEP = timedelta(days=30)

pytestmark = pytest.mark.every_store


def test_what_was_delivered_goes_after_its_time_and_its_prompt_stays(story: Story, service: Service) -> None:
    asked(story)
    paper = Paper()
    assert deliver(service, paper, keep=KEEP).pruned == 0
    kept = {name: all_rows(service, name) for name in ("prompt", "notice")}
    story.clock.advance(days=30)
    assert deliver(service, paper, keep=KEEP).pruned == 0, "on the day itself it stays"
    story.clock.advance(seconds=1)
    assert deliver(service, paper).pruned == 0, "without a time it stays"
    assert deliver(service, paper, keep=KEEP).pruned == 2
    assert all_rows(service, "message") == all_rows(service, "message_item") == []
    assert {name: all_rows(service, name) for name in kept} == kept
    assert deliver(service, paper, keep=KEEP).routed == 0
    assert len(paper.sent) == 2


def test_what_waits_or_was_given_up_stays(telling: Callable[..., Story], service: Service) -> None:
    clock = asked(telling("p-1")).clock
    paper = Paper(NotDelivered("SMTP 550", permanent=True), *(NotDelivered("SMTP 450") for _ in range(9)))
    deliver(service, paper)
    clock.advance(days=60)
    report = deliver(service, paper, keep=KEEP)
    assert (report.pruned, report.dead_letters, report.waiting) == (0, 1, 1)
    assert service.retry() == 2
    paper.failures = []
    assert deliver(service, paper, keep=KEEP).sent == 2


def test_one_that_was_dropped_goes_too(story: Story, service: Service) -> None:
    asked(story)
    deliver(service, Paper(*(NotDelivered("SMTP 450") for _ in range(2))))
    story.has("exit_dialogue")
    story.clock.advance(hours=1)
    assert deliver(service, Paper(), keep=KEEP).dropped == 2
    story.clock.advance(days=31)
    assert deliver(service, Paper(), keep=KEEP).pruned == 2


def test_while_a_notice_may_make_a_message_again_it_stays(story: Story, service: Service) -> None:
    """The system was told; at IMS nobody was found, and somebody has it tried again much later."""
    asked(story)
    system, paper = System(), Paper()
    for _ in range(40):
        deliver(service, system, paper, people=People([]), keep=KEEP)
        story.clock.advance(days=2)
    assert len(system.sent) == 1
    assert len(all_rows(service, "message")) == 1
    assert service.retry() == 1
    report = deliver(service, system, paper, keep=KEEP)
    assert (len(system.sent), len(paper.sent), report.pruned) == (1, 2, 1)


@pytest.mark.parametrize("batch", [1, 500])
def test_over_years_each_is_told_once(
    telling: Callable[..., Story], service: Service, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "_PRUNED", batch)
    clock = several(telling, 2)[0].clock
    people, papers = office("p-1", "p-2"), (Paper(), System(), Slip())
    papers[2].name = "mail"
    pruned = 0
    for _ in range(24):
        pruned += deliver(service, *papers, people=people, keep=KEEP).pruned
        clock.advance(days=20)
        service.sweep()
    for paper in papers:
        assert len(paper.sent) > 10
        assert set(Counter(message.key for message in paper.sent).values()) == {1}
    told = Counter(message.event["data"]["id"] for message in papers[1].sent)
    steps = Counter(row.prompt_id for row in all_rows(service, "notice") if row.routed_at)
    assert told == steps
    assert pruned == sum(len(paper.sent) for paper in papers) - len(all_rows(service, "message"))


def test_less_than_a_clock_may_jump_is_refused() -> None:
    with pytest.raises(BadRequest, match="keep: it is at least 30 days"):
        delivery(Paper(), keep=timedelta(days=29))
