"""Killed, frozen and crowded: whenever a worker stops, a receiver that counts by key counts once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Event, Thread
from typing import Any

import pytest

from partnerships import Service
from partnerships.scheduler.addressees import Addressee
from partnerships.scheduler.delivery.channel import NotDelivered
from partnerships.scheduler.delivery.directory import Person
from partnerships.scheduler.delivery.message import Message
from partnerships.scheduler.delivery.people import People
from tests.scheduler.delivery.office import (
    LEASE,
    Paper,
    Slip,
    asked,
    deliver,
    delivery,
    failed,
    office,
    post_of,
    several,
)
from tests.storage.rows import all_rows
from tests.story import Story

pytestmark = pytest.mark.every_store


class Killed(BaseException):
    """A process that ends there and then: nothing behind it is run."""


class DiesAfterSending(Slip):
    """Sends, and is killed before anybody notes it."""

    def send(self, message: Message) -> None:
        super().send(message)
        raise Killed


def test_killed_between_sending_and_noting_it(story: Story, service: Service) -> None:
    asked(story)
    dying = DiesAfterSending()
    with pytest.raises(Killed):
        deliver(service, dying)
    again = Slip()
    again.sent = dying.sent
    assert deliver(service, again).sent == 0
    story.clock.advance(seconds=LEASE.total_seconds())
    assert deliver(service, again).sent == 2
    assert len(again.sent) == 3
    assert {recipient: len(held) for recipient, held in again.received.items()} == {
        "pm-1": 1,
        "partner-of-p-1": 1,
    }


def test_killed_before_sending(story: Story, service: Service) -> None:
    asked(story)
    with pytest.raises(Killed):
        deliver(service, Slip(Killed()))
    story.clock.advance(seconds=LEASE.total_seconds())
    slip = Slip()
    assert deliver(service, slip).sent == 2
    assert len(slip.sent) == 2


def test_killed_while_the_directory_was_asked(story: Story, service: Service) -> None:
    asked(story)

    def dying(addressee: Addressee, partnership: str) -> list[Person]:
        raise Killed

    with pytest.raises(Killed):
        deliver(service, Paper(), people=dying)
    assert all_rows(service, "message") == []
    paper = Paper()
    assert deliver(service, paper).sent == 0
    story.clock.advance(seconds=LEASE.total_seconds())
    assert deliver(service, paper).sent == 2


class DiesOf(Slip):
    """Is killed by whatever goes to one person."""

    def send(self, message: Message) -> None:
        if message.recipient == "pm-1":
            raise Killed
        super().send(message)


def test_a_message_that_kills_whoever_sends_it_is_given_up_and_stops_no_other(
    telling: Callable[..., Story], service: Service
) -> None:
    stories = several(telling, 4)
    people = office(*(story.id for story in stories))
    dying = DiesOf()
    for _ in range(12):
        with pytest.raises(Killed):
            deliver(service, dying, people=people)
        stories[0].clock.advance(seconds=LEASE.total_seconds())
    report = deliver(service, dying, people=people)
    assert sorted(dying.received) == [f"partner-of-p-{one}" for one in (1, 2, 3, 4)]
    assert (report.sent, report.dead, report.waiting) == (0, 4, 0)
    assert {letter["error"] for letter in failed(service)} == {"never finished"}


class Freezes(Slip):
    """Sleeps over its first message until it is woken."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep, self.wake = Event(), Event()

    def send(self, message: Message) -> None:
        if not self.asleep.is_set():
            self.asleep.set()
            assert self.wake.wait(60)
        super().send(message)


def test_a_worker_that_slept_through_its_lease_notes_nothing(
    story: Story, opened: Callable[..., Service], store: str
) -> None:
    asked(story)
    first = story.service
    second = first if store == "sqlite-memory" else opened()
    frozen, awake, reports = Freezes(), Slip(), []
    sleeper = Thread(target=lambda: reports.append(deliver(first, frozen)))
    sleeper.start()
    assert frozen.asleep.wait(60)
    assert deliver(second, awake).sent == 0
    story.clock.advance(seconds=LEASE.total_seconds())
    assert deliver(second, awake).sent == 2
    noted = all_rows(first, "message")
    frozen.wake.set()
    sleeper.join(60)
    (report,) = reports
    assert (report.sent, report.late) == (0, 1)
    assert all_rows(first, "message") == noted
    assert frozen.sent[0].key in {message.key for message in awake.sent}


def test_a_worker_that_slept_writes_nothing_over_what_another_noted(
    story: Story, opened: Callable[..., Service], store: str
) -> None:
    asked(story)
    first = story.service
    second = first if store == "sqlite-memory" else opened()
    frozen, unlucky, reports = Freezes(), Slip(*(NotDelivered("SMTP 450") for _ in range(2))), []
    sleeper = Thread(target=lambda: reports.append(deliver(first, frozen)))
    sleeper.start()
    assert frozen.asleep.wait(60)
    story.clock.advance(seconds=LEASE.total_seconds())
    assert deliver(second, unlucky).failed == 2
    noted = all_rows(first, "message")
    frozen.wake.set()
    sleeper.join(60)
    assert (reports[0].sent, reports[0].late) == (0, 1)
    assert all_rows(first, "message") == noted
    story.clock.advance(minutes=2)
    assert deliver(second, unlucky).sent == 2
    assert frozen.sent[0].key in {message.key for message in unlucky.sent}


@pytest.mark.parametrize("finds_nobody", [False, True])
def test_a_worker_that_slept_over_the_directory_makes_nothing(
    story: Story, opened: Callable[..., Service], store: str, finds_nobody: bool
) -> None:
    """The other one routed it meanwhile, or put it off; neither is undone."""
    asked(story)
    first = story.service
    second = first if store == "sqlite-memory" else opened()
    asleep, wake, reports = Event(), Event(), []

    def slow(addressee: Addressee, partnership: str) -> list[Person]:
        asleep.set()
        assert wake.wait(60)
        return [Person("somebody-else", {"paper": "x"})]

    sleeper = Thread(target=lambda: reports.append(deliver(first, Paper(), people=slow)))
    sleeper.start()
    assert asleep.wait(60)
    story.clock.advance(seconds=LEASE.total_seconds())
    report = deliver(second, Paper(), people=People([]) if finds_nobody else office())
    assert (report.sent, report.failed) == ((0, 1) if finds_nobody else (2, 0))
    noted = all_rows(first, "notice"), all_rows(first, "message")
    wake.set()
    sleeper.join(60)
    assert (reports[0].routed, reports[0].sent) == (0, 0)
    assert (all_rows(first, "notice"), all_rows(first, "message")) == noted


def test_a_prompt_made_while_the_digest_is_sent_is_not_lost(
    telling: Callable[..., Story], service: Service
) -> None:
    first = asked(telling("p-1"))
    people = office("p-1", "p-2")

    class Meanwhile(Paper):
        def send(self, message: Message) -> None:
            if not self.sent:
                asked(telling("p-2", name="Second Radio (fictional)"))
                delivery(Paper(), people=people).deliver(post_of(service), stops_after_routing())
            super().send(message)

    def stops_after_routing() -> Any:
        rounds = iter([False])
        return lambda: next(rounds, True)

    paper = Meanwhile()
    deliver(service, paper, people=people)
    first.clock.advance(days=1)
    deliver(service, paper, people=people)
    texts = [message.text for message in paper.received["pm-1"]]
    assert sum("Second Radio" in text for text in texts) == 1
    assert sum("Example Radio" in text for text in texts) == 1


def test_several_at_once_send_each_message_once(
    telling: Callable[..., Story], opened: Callable[..., Service], store: str
) -> None:
    stories = several(telling, 12)
    people = office(*(story.id for story in stories))
    services = [stories[0].service] + [
        stories[0].service if store == "sqlite-memory" else opened() for _ in range(2)
    ]
    slips, start, reports = [Slip() for _ in services], Barrier(len(services)), []

    def work(service: Service, slip: Slip) -> None:
        start.wait(60)
        reports.append(deliver(service, slip, people=people))

    workers = [Thread(target=work, args=pair) for pair in zip(services, slips, strict=True)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    keys = [message.key for slip in slips for message in slip.sent]
    assert len(keys) == len(set(keys)) == 24
    assert sum(report.routed for report in reports) == 12
    assert sum(report.sent for report in reports) == 24
