"""A message on its way: made when it is sent, tried again, given up, dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from partnerships import Service
from partnerships.lifecycle.vocabulary import Role
from partnerships.scheduler.delivery.backoff import Backoff
from partnerships.scheduler.delivery.channel import NotDelivered
from partnerships.scheduler.delivery.people import People
from partnerships.storage.deliveries import NOTICE
from tests.scheduler.delivery.office import (
    Paper,
    Slip,
    asked,
    deliver,
    delivery,
    failed,
    listed,
    office,
    post_of,
    several,
    tried_again,
)
from tests.storage.rows import all_rows
from tests.story import Story


@pytest.mark.every_store
def test_a_failed_message_goes_out_later_under_the_same_key(story: Story, service: Service) -> None:
    asked(story)
    slip = Slip(NotDelivered("SMTP 450"))
    report = deliver(service, slip)
    assert (report.sent, report.failed, report.waiting) == (1, 1, 1)
    (trouble,) = report.troubles
    assert (trouble.channel, trouble.error, trouble.is_dead) == ("paper", "SMTP 450", False)
    assert deliver(service, slip).sent == 0
    story.clock.advance(seconds=31)
    assert deliver(service, slip).sent == 1
    assert [message.key for message in slip.sent].count(trouble.id) == 1
    assert failed(service) == []


@pytest.mark.every_store
def test_one_that_is_refused_for_good_is_dead_at_once_until_somebody_asks(
    story: Story, service: Service
) -> None:
    asked(story)
    paper = Paper(NotDelivered("SMTP 550", permanent=True))
    report = deliver(service, paper)
    assert (report.sent, report.dead, report.dead_letters) == (1, 1, 1)
    (letter,) = failed(service)
    assert (letter["status"], letter["error"], letter["channel"]) == ("dead", "SMTP 550", "paper")
    assert letter["items"] == [{"partnership": "p-1", "prompt": service.prompts()[0]["id"], "step": "asked"}]
    story.clock.advance(days=3)
    assert deliver(service, paper).sent == 0
    assert tried_again(service, "no-such-message", "notice-1x") == 0
    assert tried_again(service) == 1
    assert deliver(service, paper).sent == 1
    assert paper.sent[-1].key == letter["message"]


def test_some_are_tried_again_by_their_ids_and_what_is_no_id_is_none(story: Story, service: Service) -> None:
    asked(story)
    paper = Paper(*(NotDelivered("SMTP 550", permanent=True) for _ in range(2)))
    assert deliver(service, paper).dead == 2
    ids = [row["message"] for row in failed(service)]
    assert tried_again(service, "0" * 32, NOTICE, f"{NOTICE}9", NOTICE + "9" * 19) == 0
    assert tried_again(service, *ids) == 2
    assert (deliver(service, paper).sent, failed(service)) == (2, [])


def test_it_is_given_up_after_so_many_tries(story: Story, service: Service) -> None:
    asked(story)
    backoff = Backoff(tries=3, chance=lambda: 0.0)
    paper = Paper(*(NotDelivered("SMTP 450") for _ in range(6)))
    for pause in (30, 60, 0):
        report = deliver(service, paper, backoff=backoff)
        story.clock.advance(seconds=pause)
    assert (report.dead, report.waiting, report.dead_letters) == (2, 0, 2)
    story.clock.advance(days=1)
    assert deliver(service, paper, backoff=backoff).sent == 0
    assert [letter["tries"] for letter in failed(service)] == [3, 3]


def test_what_was_answered_meanwhile_is_left_out(telling: Callable[..., Story], service: Service) -> None:
    first = several(telling, 2)[0]
    paper = Paper(*(NotDelivered("SMTP 450") for _ in range(3)))
    deliver(service, paper, people=office("p-1", "p-2"))
    first.has("exit_dialogue")
    first.clock.advance(minutes=1)
    report = deliver(service, paper, people=office("p-1", "p-2"))
    assert (report.sent, report.dropped) == (2, 1)
    (message,) = paper.received["pm-1"]
    assert "Example Radio 2" in message.text
    assert "Example Radio 1" not in message.text
    statuses = sorted(row.status for row in all_rows(service, "message"))
    assert statuses == ["dropped", "sent", "sent"]


def test_it_goes_to_those_who_look_after_it_when_it_is_sent(story: Story, service: Service) -> None:
    asked(story)
    paper = Paper(NotDelivered("SMTP 450"), NotDelivered("SMTP 450"))
    deliver(service, paper)
    story.clock.advance(minutes=1)
    others = People([listed("pm-2", Role.PROGRAMME_MANAGER)])
    report = deliver(service, paper, people=others)
    assert (report.sent, report.dropped) == (0, 2)
    report = deliver(service, paper, people=others)
    assert (report.routed, report.sent, list(paper.received)) == (1, 1, ["pm-2"])
    assert deliver(service, paper, people=others).sent == 0


@pytest.mark.every_store
def test_whoever_looks_after_it_by_the_digests_hour_is_told_and_nobody_twice(
    story: Story, service: Service
) -> None:
    """Another colleague takes the partnership over before the message goes out."""
    people = People(
        [
            listed("pm-1", Role.PROGRAMME_MANAGER),
            listed("pm-2", Role.PROGRAMME_MANAGER),
            listed("partner-of-p-1", Role.PARTNER_REPRESENTATIVE, partnerships=("p-1",)),
        ]
    )
    paper, at_noon = Paper(), {"people": people, "digest_at": time(12)}
    story.to("assessed").has("arrangement", responsible="pm-1")
    asked(story)
    assert deliver(service, paper, **at_noon).waiting == 2
    story.has("arrangement", responsible="pm-2")
    story.clock.advance(hours=3, minutes=1)
    for _ in range(3):
        deliver(service, paper, **at_noon)
    assert sorted(message.recipient for message in paper.sent) == ["partner-of-p-1", "pm-2"]
    story.day("2024-03-02").clock.advance(hours=4)
    assert deliver(service, paper, **at_noon).sent == 0
    assert service.undelivered() == []


@pytest.mark.every_store
@pytest.mark.parametrize("channel", [Paper, Slip])
def test_where_nobody_is_left_to_be_asked_it_waits(
    story: Story, service: Service, channel: type[Paper]
) -> None:
    """The directory is empty for a moment, and everybody is back afterwards."""
    asked(story)
    paper = channel(NotDelivered("SMTP 450"), NotDelivered("SMTP 450"))
    deliver(service, paper)
    story.clock.advance(minutes=1)
    for _ in range(2):
        deliver(service, paper, people=People([]))
    assert [one["error"] for one in failed(service)] == ["nobody in the directory"]
    story.clock.advance(minutes=1)
    assert deliver(service, paper).routed == 1
    story.day("2024-03-02")
    deliver(service, paper)
    assert sorted(message.recipient for message in paper.sent) == ["partner-of-p-1", "pm-1"]


def test_each_reads_it_under_the_address_of_the_day(story: Story, service: Service) -> None:
    asked(story)
    paper = Paper(NotDelivered("SMTP 450"))
    people = People([listed("pm-1", Role.PROGRAMME_MANAGER)])
    deliver(service, paper, people=people)
    story.clock.advance(minutes=1)
    moved = listed("pm-1", Role.PROGRAMME_MANAGER).model_copy(update={"addresses": {"paper": "new"}})
    deliver(service, paper, people=People([moved]))
    assert [message.address for message in paper.sent] == ["new"]


def test_a_person_without_an_address_any_more_is_tried_again(story: Story, service: Service) -> None:
    asked(story)
    paper = Paper(NotDelivered("SMTP 450"))
    people = People([listed("pm-1", Role.PROGRAMME_MANAGER)])
    deliver(service, paper, people=people)
    story.clock.advance(minutes=1)
    bare = listed("pm-1", Role.PROGRAMME_MANAGER).model_copy(update={"addresses": {}})
    assert deliver(service, paper, people=People([bare])).failed == 1
    assert failed(service)[0]["error"] == "no address"
    story.clock.advance(minutes=2)
    assert deliver(service, paper, people=people).sent == 1


def test_a_channel_that_fails_again_and_again_rests_until_the_next_round(
    telling: Callable[..., Story], service: Service
) -> None:
    several(telling, 8)
    people = office(*(f"p-{one}" for one in range(1, 9)))
    slip, other = Slip(*(OSError("unreachable") for _ in range(5))), Paper()
    other.name = "mail"
    report = deliver(service, slip, other, people=people)
    assert (report.failed, report.waiting) == (5, 16)
    assert len(slip.sent) == 0
    assert len(other.sent) == 9
    assert deliver(service, slip, other, people=people).sent == 11
    assert {letter["tries"] for letter in failed(service)} == {1}


def test_receivers_that_refuse_for_good_stop_no_other(
    telling: Callable[..., Story], service: Service
) -> None:
    several(telling, 4)
    slip = Slip(*(NotDelivered("SMTP 550", permanent=True) for _ in range(6)))
    report = deliver(service, slip, people=office(*(f"p-{one}" for one in range(1, 5))))
    assert (report.dead, report.sent, report.waiting) == (6, 2, 0)


def test_it_stops_between_two_messages(telling: Callable[..., Story], service: Service) -> None:
    several(telling, 4)
    slip = Slip()
    round = delivery(slip, people=office("p-1", "p-2", "p-3", "p-4"))
    report = round.deliver(post_of(service), lambda: len(slip.sent) == 3)
    assert (report.routed, report.sent, report.waiting) == (4, 3, 5)
    assert round.deliver(post_of(service)).sent == 5
    assert {row.tries for row in all_rows(service, "message")} == {1}


def test_a_channel_that_no_process_has_leaves_its_messages_waiting(story: Story, service: Service) -> None:
    asked(story)
    other = Paper()
    other.name = "fax"
    people = People(
        [listed("pm-1", Role.PROGRAMME_MANAGER).model_copy(update={"addresses": {"fax": "1", "paper": "2"}})]
    )
    stopped = delivery(other, Paper(), people=people)
    stopped.deliver(post_of(service), lambda: bool(all_rows(service, "message")))
    paper = Paper()
    assert deliver(service, paper, people=people).waiting == 1
    assert len(paper.sent) == 1
    assert failed(service) == []
    story.clock.advance(hours=1)
    assert [(letter["channel"], letter["error"]) for letter in failed(service)] == [("fax", None)]
    assert deliver(service, other, people=people).sent == 1


def test_a_prompt_that_no_process_routes_shows(story: Story, service: Service) -> None:
    asked(story)
    assert failed(service) == []
    story.clock.advance(hours=1)
    (notice,) = failed(service)
    assert (notice["status"], notice["message"], notice["error"]) == ("waiting", None, None)
    assert notice["items"][0]["prompt"] == service.prompts()[0]["id"]


def test_pauses_double_up_to_the_longest_and_are_shortened_by_chance() -> None:
    steady, eager = Backoff(chance=lambda: 0.0), Backoff(chance=lambda: 1.0)
    pauses = [steady.after(tries) for tries in range(1, 13)]
    assert pauses[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert pauses[10:] == [timedelta(hours=6), None]
    assert eager.after(1) == timedelta(seconds=15)
    assert Backoff(tries=10_000, chance=lambda: 0.0).after(9_999) == timedelta(hours=6)
