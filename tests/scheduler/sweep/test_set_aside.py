"""One partnership that fails is set aside and tried again; it never stops the others."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import partnerships.scheduler.sweep as sweeping
from partnerships import Service
from partnerships.lifecycle.prompts import prompt_id
from partnerships.scheduler.delivery.channel import NotDelivered
from tests.scheduler.damage import breaks, by_hand, mends
from tests.scheduler.delivery.office import System, deliver
from tests.scheduler.sweep.asking import record, take_over
from tests.storage.rows import all_rows
from tests.story import Clock

pytestmark = pytest.mark.every_store

IDS = ["p-1", "p-2", "p-3", "p-4", "p-5"]


@pytest.fixture
def five(service: Service, taking: Service) -> Service:
    """Five partnerships; at each one prompt is due."""
    for id in IDS:
        take_over(taking, id, "2024-01-15")
    return service


def prompts_check(service: Service) -> dict[str, Any]:
    (found,) = [check for check in service.doctor() if check["check"] == "prompts"]
    return found


def asked_of(service: Service) -> list[str]:
    return [row.partnership_id for row in all_rows(service, "prompt")]


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
def test_one_that_fails_is_set_aside_and_stops_no_other(
    five: Service, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", batch)
    breaks(five, "p-3")
    heard: list[tuple[int, int]] = []
    report = five.sweep(progress=lambda done, total: heard.append((done, total)))
    assert asked_of(five) == ["p-1", "p-2", "p-4", "p-5"]
    assert (report.asked, report.looked_at) == (4, 5)
    assert [(one.partnership, one.error, one.tries) for one in report.set_aside] == [("p-3", "Unreadable", 1)]
    assert heard[-1] == (5, 5)
    assert not prompts_check(five)["ok"]
    assert "p-3 (Unreadable, since 2024-03-01)" in prompts_check(five)["detail"]


def test_it_is_left_alone_until_the_next_day_and_then_tried_again(five: Service, clock: Clock) -> None:
    breaks(five, "p-3")
    first = five.sweep().set_aside[0]
    assert five.sweep().looked_at == 0
    clock.advance(days=1)
    again = five.sweep()
    assert [(one.partnership, one.tries, one.since) for one in again.set_aside] == [("p-3", 2, first.since)]
    assert again.looked_at == 1


def test_once_mended_it_is_asked_and_the_finding_is_gone(five: Service, clock: Clock) -> None:
    files = {id: breaks(five, id) for id in ("p-2", "p-3")}
    five.sweep()
    for id, file in files.items():
        mends(five, id, file)
    assert five.sweep().asked == 0
    clock.advance(days=1)
    assert five.sweep().asked == 2
    assert all_rows(five, "set_aside") == []
    assert prompts_check(five)["ok"]
    assert sorted(asked_of(five)) == IDS
    assert all(five.replay(id)["same"] for id in IDS)


def test_a_prompt_that_is_there_already_is_refused_by_its_key(five: Service) -> None:
    """The row of another machine, say, whose history did not come along."""
    id = prompt_id("p-3", "exit_dialogue", "", date(2024, 1, 15))
    by_hand(
        five,
        "INSERT INTO partnerships_prompt"
        " (partnership_id, id, kind, due_on, clause, sequence, made_on, status)"
        " VALUES ('p-3', :id, 'exit_dialogue', '2024-01-15', 'S6.22', 2, '2024-01-15', 'open')",
        id=id,
    )
    report = five.sweep()
    assert report.asked == 4
    assert [(one.partnership, one.error) for one in report.set_aside] in (
        [("p-3", "IntegrityError")],
        [("p-3", "UniqueViolation 23505")],
    )
    assert [row.partnership_id for row in all_rows(five, "notice")] == ["p-1", "p-2", "p-4", "p-5"]
    assert len(five.history("p-3")) == 1, "nothing of it is half-written"
    by_hand(five, "UPDATE partnerships_prompt SET partnership_id = 'p-0' WHERE partnership_id = 'p-3'")
    record(five, "p-3", "comment", "2024-03-01")
    assert five.sweep().asked == 1, "a command lets it be tried again on the same day"
    assert prompts_check(five)["ok"]
    assert five.replay("p-3")["same"]


def test_what_was_asked_before_it_broke_waits_and_keeps_no_other_from_being_told(
    five: Service, clock: Clock
) -> None:
    five.sweep()
    file, system = breaks(five, "p-3"), System()
    report = deliver(five, system)
    assert (report.routed, report.sent, report.failed) == (4, 4, 1)
    assert [one.error for one in report.troubles] == ["Unreadable"]
    assert [about["partnership"] for row in five.undelivered() for about in row["items"]] == ["p-3"]
    mends(five, "p-3", file)
    clock.advance(hours=1)
    assert deliver(five, system).sent == 1
    assert len(system.received["system"]) == 5


def test_what_was_on_its_way_when_it_broke_is_sent_once_mended(five: Service, clock: Clock) -> None:
    five.sweep()
    system = System(*[NotDelivered("HTTP 503")] * 5)
    assert deliver(five, system).failed == 5
    file = breaks(five, "p-3")
    clock.advance(hours=1)
    report = deliver(five, system)
    assert (report.sent, [one.error for one in report.troubles]) == (4, ["Unreadable"])
    mends(five, "p-3", file)
    clock.advance(hours=1)
    assert deliver(five, system).sent == 1
    assert five.undelivered() == []
