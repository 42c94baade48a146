"""Whom a prompt reaches, in how many messages, and what happens where nobody is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from partnerships import POLICY_1_1, Service
from partnerships.lifecycle.vocabulary import Role
from partnerships.scheduler.addressees import Addressee
from partnerships.scheduler.delivery.directory import Person
from partnerships.scheduler.delivery.people import People
from tests.scheduler.delivery.office import (
    Paper,
    Slip,
    System,
    asked,
    deliver,
    failed,
    listed,
    office,
    several,
    tried_again,
)
from tests.storage.rows import all_rows
from tests.story import Story


@pytest.mark.every_store
def test_both_sides_are_told(story: Story, service: Service) -> None:
    asked(story)
    paper = Paper()
    report = deliver(service, paper)
    assert (report.routed, report.sent, report.failed, report.dead) == (1, 2, 0, 0)
    assert (report.waiting, report.dead_letters, report.troubles) == (0, 0, ())
    assert sorted(paper.received) == ["partner-of-p-1", "pm-1"]
    assert {message.address for message in paper.sent} == {"partner-of-p-1@example.org", "pm-1@example.org"}
    assert deliver(service, paper).sent == 0


@pytest.mark.every_store
def test_one_message_a_day_a_person_and_not_twenty(telling: Callable[..., Story], service: Service) -> None:
    several(telling, 20)
    paper = Paper()
    people = office(*(f"p-{one}" for one in range(1, 21)))
    report = deliver(service, paper, people=people)
    assert (report.routed, report.sent) == (20, 21)
    (digest,) = paper.received["pm-1"]
    assert digest.subject == "Partnerships: 20 open prompts"
    assert all(f"Example Radio {one} (fictional)" in digest.text for one in range(1, 21))


def test_what_comes_after_the_days_digest_goes_out_tomorrow(
    telling: Callable[..., Story], service: Service
) -> None:
    paper, people = Paper(), office("p-1", "p-2", "p-3")
    asked(telling("p-1"))
    deliver(service, paper, people=people)
    asked(telling("p-2", name="Second Radio (fictional)"))
    asked(telling("p-3", name="Third Radio (fictional)"))
    report = deliver(service, paper, people=people)
    assert [len(paper.received[one]) for one in ("pm-1", "partner-of-p-2")] == [1, 1]
    assert report.waiting == 1
    story = telling("p-1")
    story.day("2024-03-02")
    deliver(service, paper, people=people)
    today, tomorrow = paper.received["pm-1"]
    assert today.key != tomorrow.key
    assert all(name in tomorrow.text for name in ("Second", "Third"))


def test_a_digest_waits_for_its_hour_in_the_offices_zone(under: Callable[..., Story], clock: Any) -> None:
    story = under(office_time_zone="Africa/Nairobi")
    clock.set("2024-03-01T01:00:00Z")
    asked(story)
    paper = Paper()
    assert deliver(story.service, paper, digest_at=time(7)).sent == 0
    clock.set("2024-03-01T03:59:59Z")
    assert deliver(story.service, paper, digest_at=time(7)).sent == 0
    clock.set("2024-03-01T04:00:00Z")
    assert deliver(story.service, paper, digest_at=time(7)).sent == 2


def test_another_channel_sends_a_message_for_each_prompt(
    telling: Callable[..., Story], service: Service
) -> None:
    several(telling, 3)
    slip = Slip()
    deliver(service, slip, people=office("p-1", "p-2", "p-3"))
    assert len(slip.received["pm-1"]) == 3
    assert len({message.key for message in slip.sent}) == len(slip.sent) == 6


def test_a_system_gets_each_prompt_once_whoever_is_asked(story: Story, service: Service) -> None:
    asked(story)
    system = System()
    report = deliver(service, system)
    assert (report.sent, report.unreached) == (1, 0)
    (message,) = system.sent
    assert message.event["type"] == "prompt.asked"
    assert message.event["data"]["id"] == service.prompts()[0]["id"]
    assert [each["role"] for each in message.event["data"]["for"]] == [
        "programme_manager",
        "partner_representative",
    ]


def test_a_system_gets_no_digest_whatever_its_channel_says(
    telling: Callable[..., Story], service: Service
) -> None:
    several(telling, 2)
    system = System()
    system.digest = True
    assert deliver(service, system).sent == 2
    assert [message.event["type"] for message in system.sent] == ["prompt.asked"] * 2


def test_the_one_who_looks_after_it_is_asked_by_name(story: Story, service: Service) -> None:
    people = People([listed("pm-1", Role.PROGRAMME_MANAGER), listed("pm-7", Role.PROGRAMME_MANAGER)])
    story.to("assessed")
    story.has("arrangement", responsible="pm-7")
    asked(story)
    paper = Paper()
    report = deliver(service, paper, people=people)
    assert sorted(paper.received) == ["pm-7"]
    assert report.unreached == 1


def test_an_escalation_goes_to_those_who_were_not_asked(story: Story, service: Service) -> None:
    story.to("assessed")
    story.has("arrangement", responsible="pm-1", deputy="pm-2")
    asked(story)
    paper = Paper()
    people = People(
        [*(listed(f"pm-{one}", Role.PROGRAMME_MANAGER) for one in (1, 2)), listed("d-1", Role.DIRECTOR)]
    )
    deliver(service, paper, people=people)
    story.clock.advance(days=14)
    service.sweep()
    deliver(service, paper, people=people)
    assert {recipient: len(held) for recipient, held in paper.received.items()} == {
        "pm-1": 1,
        "pm-2": 1,
        "d-1": 1,
    }
    assert "Asked on 1 March 2024, and nobody has answered yet." in paper.received["d-1"][0].text


@pytest.mark.parametrize("channel", [Paper, Slip])
def test_an_escalation_is_told_to_whoever_looks_after_it_since(
    story: Story, service: Service, channel: type[Paper]
) -> None:
    """The first colleague has gone, and the next one was asked by nobody yet."""
    story.to("assessed")
    story.has("arrangement", responsible="pm-1")
    asked(story)
    paper = channel()
    staff = [listed(f"pm-{one}", Role.PROGRAMME_MANAGER) for one in (1, 2)]
    partner = listed("editor-1", Role.PARTNER_REPRESENTATIVE, partnerships=("p-1",))
    people = People([*staff, partner, listed("d-1", Role.DIRECTOR)])
    deliver(service, paper, people=people)
    story.has("arrangement", responsible="pm-2")
    story.clock.advance(days=14)
    service.sweep()
    for _ in range(2):
        deliver(service, paper, people=people)
        story.clock.advance(days=1)
    assert {recipient: len(held) for recipient, held in paper.received.items()} == {
        "pm-1": 1,
        "editor-1": 1,
        "pm-2": 1,
        "d-1": 1,
    }
    assert "nobody has answered yet" in paper.received["pm-2"][0].text


def test_a_director_who_is_not_there_is_waited_for_while_the_deputy_is_told(
    story: Story, service: Service
) -> None:
    story.to("assessed")
    story.has("arrangement", responsible="pm-1", deputy="pm-2")
    asked(story)
    paper, staff = Paper(), [listed(f"pm-{one}", Role.PROGRAMME_MANAGER) for one in (1, 2)]
    deliver(service, paper, people=People(staff))
    story.clock.advance(days=14)
    service.sweep()
    for _ in range(2):
        deliver(service, paper, people=People(staff))
        story.clock.advance(days=1)
    assert [one["error"] for one in failed(service)] == ["nobody in the directory"]
    deliver(service, paper, people=People([*staff, listed("d-1", Role.DIRECTOR)]))
    assert {recipient: len(held) for recipient, held in paper.received.items()} == {
        "pm-1": 1,
        "pm-2": 1,
        "d-1": 1,
    }
    assert failed(service) == []


@pytest.mark.every_store
def test_where_nobody_is_there_it_waits_and_then_it_is_dead(story: Story, service: Service) -> None:
    asked(story)
    paper, nobody = Paper(), People([])
    report = deliver(service, paper, people=nobody)
    assert (report.routed, report.failed, report.waiting, report.unreached) == (0, 1, 1, 2)
    for _ in range(11):
        story.clock.advance(hours=7)
        report = deliver(service, paper, people=nobody)
    assert (report.dead, report.waiting, report.dead_letters) == (1, 0, 1)
    (lost,) = failed(service)
    assert (lost["status"], lost["error"], lost["tries"]) == ("dead", "nobody in the directory", 12)
    assert lost["items"] == [{"partnership": "p-1", "prompt": service.prompts()[0]["id"], "step": "asked"}]
    story.clock.advance(days=1)
    assert deliver(service, paper).sent == 0
    assert tried_again(service, lost["id"]) == 1
    assert deliver(service, paper).sent == 2
    assert failed(service) == []


def test_somebody_whom_no_channel_reaches_is_waited_for(story: Story, service: Service) -> None:
    asked(story)
    bare = listed("pm-1", Role.PROGRAMME_MANAGER).model_copy(update={"addresses": {"fax": "1"}})
    partner = listed("editor-1", Role.PARTNER_REPRESENTATIVE, partnerships=("p-1",))
    report = deliver(service, Paper(), people=People([bare, partner]))
    assert (report.sent, report.failed) == (0, 1)
    assert failed(service)[0]["error"] == "no address"


def test_a_system_is_told_though_the_directory_is_empty(story: Story, service: Service) -> None:
    asked(story)
    paper, system = Paper(), System()
    assert deliver(service, paper, system, people=People([])).sent == 1
    story.clock.advance(minutes=5)
    assert deliver(service, paper, system, people=office()).sent == 2
    assert (len(system.sent), len(paper.sent)) == (1, 2)


def test_a_partner_without_an_account_keeps_nobody_else_waiting(story: Story, service: Service) -> None:
    asked(story)
    paper = Paper()
    report = deliver(service, paper, people=People([listed("pm-1", Role.PROGRAMME_MANAGER)]))
    assert (report.sent, report.unreached, report.waiting) == (1, 1, 0)


def test_a_directory_that_fails_is_asked_again(story: Story, service: Service) -> None:
    asked(story)
    broken = [ConnectionError("ldap://directory.example.org is down")]

    def directory(addressee: Addressee, partnership: str) -> list[Person]:
        if broken:
            raise broken.pop()
        return office()(addressee, partnership)

    paper = Paper()
    assert deliver(service, paper, people=directory).failed == 1
    assert failed(service)[0]["error"] == "ConnectionError"
    story.clock.advance(seconds=31)
    assert deliver(service, paper, people=directory).sent == 2


def test_an_address_is_no_id(story: Story, service: Service) -> None:
    asked(story)
    wrong = lambda addressee, partnership: [Person("ann@example.org", {"paper": "x"})]  # noqa: E731
    assert deliver(service, Paper(), people=wrong).failed == 1
    assert all_rows(service, "message") == []
    assert failed(service)[0]["error"] == "BadRequest"


def test_what_was_answered_before_it_was_routed_is_told_nobody(story: Story, service: Service) -> None:
    asked(story).has("exit_dialogue")
    paper = Paper()
    report = deliver(service, paper)
    assert (report.routed, report.sent, report.waiting) == (1, 0, 0)
    assert all_rows(service, "message") == []


def test_two_databases_never_make_the_same_key(tmp_path: Any, clock: Any) -> None:
    from partnerships import open_service

    keys = []
    for name in ("one", "two"):
        with open_service(tmp_path / name, create=True, policy=POLICY_1_1, clock=clock) as service:
            asked(Story(service, clock))
            paper = Paper()
            deliver(service, paper)
            keys += [message.key for message in paper.sent]
        clock.set("2024-03-01T09:00:00Z")
    assert len(set(keys)) == 4
