"""A partnership that cannot be read keeps no person from the rest of the day's message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from partnerships import Service
from partnerships.scheduler.delivery.channel import NotDelivered
from partnerships.storage.deliveries import Deliveries, Letter
from partnerships.storage.ledger import Ledger
from tests.scheduler.damage import HALF, NO_JSON, breaks, mends
from tests.scheduler.delivery.office import Paper, System, asked, deliver, failed, office, post_of, several
from tests.storage.rows import all_rows, everything
from tests.story import Story

PEOPLE = office("p-1", "p-2", "p-3")


def waits(service: Service, channel: Paper) -> None:
    """Make the messages, none of which gets through at once."""
    channel.failures = [NotDelivered("SMTP 450") for _ in range(10)]
    deliver(service, channel, people=PEOPLE)
    channel.failures = []


def told(paper: Paper, recipient: str) -> list[list[str]]:
    """The partnerships in each message that somebody received."""
    return [
        sorted(one["partnership"] for one in message.event["data"]["prompts"])
        for message in paper.received.get(recipient, [])
    ]


@pytest.mark.every_store
@pytest.mark.parametrize("file", [NO_JSON, HALF])
def test_the_rest_goes_out_and_it_follows_once_mended(
    telling: Callable[..., Story], service: Service, file: str
) -> None:
    clock = several(telling, 3)[0].clock
    paper = Paper()
    waits(service, paper)
    before = breaks(service, "p-2", file)
    clock.advance(hours=1)
    report = deliver(service, paper, people=PEOPLE)
    assert told(paper, "pm-1") == [["p-1", "p-3"]]
    assert (report.sent, report.failed, report.dead) == (3, 2, 0)
    waiting = failed(service)
    assert {row["error"] for row in waiting} <= {"Unreadable", "KeyError"}
    assert [item["partnership"] for row in waiting for item in row["items"]] == ["p-2", "p-2"]
    assert sorted(row["recipient"] for row in waiting) == ["partner-of-p-2", "pm-1"]
    mends(service, "p-2", before)
    clock.advance(hours=1)
    assert deliver(service, paper, people=PEOPLE).sent == 2
    assert told(paper, "pm-1") == [["p-1", "p-3"], ["p-2"]]
    assert failed(service) == []


def test_while_it_is_damaged_it_is_tried_again_and_given_up_alone(
    telling: Callable[..., Story], service: Service
) -> None:
    clock = several(telling, 2)[0].clock
    paper = Paper()
    waits(service, paper)
    before = breaks(service, "p-2")
    for _ in range(20):
        clock.advance(hours=7)
        deliver(service, paper, people=PEOPLE)
    assert told(paper, "pm-1") == [["p-1"]]
    assert {(row["status"], row["error"]) for row in failed(service)} == {("dead", "Unreadable")}
    assert len(all_rows(service, "message_item")) == 4, "each prompt, for the manager and for its partner"
    mends(service, "p-2", before)
    assert service.retry() == 2
    deliver(service, paper, people=PEOPLE)
    assert told(paper, "pm-1") == [["p-1"], ["p-2"]]


def test_what_was_set_aside_once_is_no_part_of_the_message_again(
    telling: Callable[..., Story], service: Service
) -> None:
    clock = several(telling, 2)[0].clock
    paper = Paper()
    waits(service, paper)
    before = breaks(service, "p-2")
    clock.advance(hours=1)
    waits(service, paper)
    mends(service, "p-2", before)
    clock.advance(hours=2)
    deliver(service, paper, people=PEOPLE)
    assert sorted(told(paper, "pm-1")) == [["p-1"], ["p-2"]]


def test_one_that_breaks_after_the_other_is_set_aside_too(
    telling: Callable[..., Story], service: Service
) -> None:
    clock = several(telling, 3)[0].clock
    paper = Paper()
    waits(service, paper)
    files = {}
    for id in ("p-2", "p-3"):
        files[id] = breaks(service, id)
        clock.advance(hours=1)
        waits(service, paper)
    clock.advance(hours=2)
    deliver(service, paper, people=PEOPLE)
    assert told(paper, "pm-1") == [["p-1"]]
    for id, file in files.items():
        mends(service, id, file)
    clock.advance(hours=7)
    deliver(service, paper, people=PEOPLE)
    assert sorted(told(paper, "pm-1")) == [["p-1"], ["p-2"], ["p-3"]]


def test_damage_is_not_held_against_the_channel(telling: Callable[..., Story], service: Service) -> None:
    """A channel that fails five times in a row rests; messages that cannot be made are not its fault."""
    clock = several(telling, 8)[0].clock
    system = System()
    waits(service, system)
    for number in range(1, 8):
        breaks(service, f"p-{number}")
    clock.advance(hours=1)
    report = deliver(service, system)
    assert (report.sent, report.failed) == (1, 7)


def test_a_file_that_is_half_there_keeps_no_notice_of_others_waiting(
    telling: Callable[..., Story], service: Service
) -> None:
    asked(telling("p-1"))
    asked(telling("p-2", name="Example Radio 2 (fictional)"))
    breaks(service, "p-1", HALF)
    report = deliver(service, Paper(), people=PEOPLE)
    assert (report.routed, report.sent, report.failed) == (1, 2, 1)


def test_a_whole_message_is_set_aside_or_passed_on_by_whoever_took_it_last(
    telling: Callable[..., Story], service: Service
) -> None:
    clock, post = several(telling, 2)[0].clock, post_of(service)
    waits(service, Paper())

    def take() -> Letter:
        clock.advance(hours=1)
        now = post.instant()
        taken = post.writing(lambda ledger: Deliveries(ledger).take_letters("paper", now, now, 9))
        return next(letter for letter in taken if letter.recipient == "pm-1")

    def told_of(id: str) -> list[str]:
        with post.reading() as ledger:
            return sorted(about.partnership for about in Deliveries(ledger).items(id))

    def set_aside(letter: Letter) -> bool:
        def move(ledger: Ledger) -> bool:
            rows, now = Deliveries(ledger), post.instant()
            return rows.set_aside(letter, "f" * 32, rows.items(letter.id), now, "ValueError")

        return post.writing(move)

    late, last = take(), take()
    before = everything(service)
    assert not set_aside(late)
    assert everything(service) == before
    assert set_aside(last)
    assert (told_of(last.id), told_of("f" * 32)) == ([], ["p-1", "p-2"])
    notices = all_rows(service, "notice")
    assert [row.again_at for row in notices] == [None, None]
    aside = replace(last, id="f" * 32)
    post.writing(lambda ledger: Deliveries(ledger).pass_on(aside, Deliveries(ledger).items(aside.id), "2024"))
    assert told_of(aside.id) == []
    assert [row.again_at for row in all_rows(service, "notice")] == ["2024", "2024"]
