"""What never leaves and is never kept: addresses, sealed cases, what is IMS's alone."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict

import pytest

from partnerships import Service
from partnerships.lifecycle.vocabulary import Role
from partnerships.scheduler.delivery.channel import NotDelivered, code_of
from partnerships.scheduler.delivery.people import People
from tests.scheduler.delivery.office import Paper, Slip, System, asked, deliver, failed, listed, office
from tests.storage.rows import everything
from tests.story import Story

SEALED = "A sealed allegation"


def everything_sent(*channels: Paper) -> str:
    return json.dumps([asdict(message) for channel in channels for message in channel.sent], default=str)


@pytest.mark.every_store
def test_no_address_name_or_language_is_stored_or_logged(
    story: Story, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    asked(story)
    caplog.set_level(logging.DEBUG)
    person = listed("pm-1", Role.PROGRAMME_MANAGER, name="Ann Example", language="nn-NO")
    failures = [
        ConnectionError("could not reach pm-1@example.org"),
        NotDelivered("550 no such user pm-1@example.org"),
        NotDelivered("pm-1@example.org"),
    ]
    for failure in failures:
        report = deliver(service, Slip(failure), people=People([person]))
        told = json.dumps([asdict(report), failed(service)])
        assert "example.org" not in told
        story.clock.advance(minutes=5)
    deliver(service, Slip(), people=People([person]))
    kept = repr(everything(service)) + caplog.text
    for secret in ("@example.org", "Ann Example", "nn-NO"):
        assert secret not in kept
    assert "pm-1" in kept


def test_what_is_kept_of_a_failure_is_a_code() -> None:
    assert code_of(NotDelivered("SMTP 450")) == "SMTP 450"
    assert code_of(NotDelivered("no mailbox at ann@example.org")) == "NotDelivered"
    assert code_of(NotDelivered("x" * 100)) == "NotDelivered"
    assert code_of(OSError("10.0.0.1 ann@example.org")) == "OSError"


def test_a_sealed_case_changes_nothing_that_is_sent(telling: Callable[..., Story], service: Service) -> None:
    quiet, troubled = asked(telling("p-1")), asked(telling("p-2"))
    troubled.has("crisis_case", sealed={"summary": SEALED}, ground_text=SEALED)
    paper, system = Paper(), System()
    deliver(service, paper, system, people=office("p-1", "p-2"))
    assert SEALED not in everything_sent(paper, system)
    assert "crisis" not in everything_sent(paper, system).lower()
    of = {message.event["data"]["partnership"]: message.event["data"] for message in system.sent}
    same = {name: of["p-2"][name] for name in of["p-2"] if name not in ("id", "partnership")}
    assert same == {name: of["p-1"][name] for name in of["p-1"] if name not in ("id", "partnership")}
    assert quiet.id == "p-1"


@pytest.mark.every_store
def test_a_partnership_that_a_crisis_ended_sends_nothing(story: Story, service: Service) -> None:
    asked(story)
    paper, system = Paper(NotDelivered("SMTP 450")), System(NotDelivered("HTTP 500"))
    people = People([listed("pm-1", Role.PROGRAMME_MANAGER)])
    assert deliver(service, paper, system, people=people).failed == 2
    story.ready_for("terminate_for_crisis", crisis_case={"sealed": {"summary": SEALED}})
    story.does("terminate_for_crisis")
    story.clock.advance(days=1)
    service.sweep()
    report = deliver(service, paper, system, people=people)
    assert (report.sent, report.dropped, report.waiting) == (0, 2, 0)
    assert paper.sent == system.sent == []


def test_the_partners_person_gets_only_what_concerns_the_partner(story: Story, service: Service) -> None:
    story.to("strategic")
    story.has("partner_profile", type="civil_society")
    story.has("sustainability_review", added_value_ims=None)
    service.sweep()
    asked_of_ims = {line["kind"] for line in service.prompts()}
    assert {"no_longer_meets", "no_added_value"} <= asked_of_ims
    paper = Paper()
    deliver(service, paper)
    (own,) = paper.received["pm-1"]
    assert {prompt["kind"] for prompt in own.event["data"]["prompts"]} == asked_of_ims
    theirs = {
        prompt["kind"]
        for message in paper.received.get("partner-of-p-1", [])
        for prompt in message.event["data"]["prompts"]
    }
    assert theirs.isdisjoint({"no_longer_meets", "no_added_value"})


def test_a_representative_hears_of_no_other_partnership(
    telling: Callable[..., Story], service: Service
) -> None:
    for id, name in (("p-1", "First Radio (fictional)"), ("p-2", "Second Radio (fictional)")):
        asked(telling(id, name=name))
    paper = Paper()
    deliver(service, paper, people=office("p-1", "p-2"))
    assert "First" not in everything_sent_to(paper, "partner-of-p-2")
    assert "Second" not in everything_sent_to(paper, "partner-of-p-1")


def everything_sent_to(paper: Paper, recipient: str) -> str:
    return json.dumps([asdict(message) for message in paper.received[recipient]], default=str)


def test_whom_else_it_was_asked_of_is_not_told_to_people(story: Story, service: Service) -> None:
    story.to("assessed")
    story.has("arrangement", responsible="pm-1", deputy="pm-9")
    asked(story)
    paper = Paper()
    deliver(service, paper)
    assert "pm-9" not in everything_sent(paper)
    assert "pm-1" not in everything_sent_to(paper, "partner-of-p-1")


def test_a_message_shows_no_words_and_no_address(story: Story, service: Service) -> None:
    asked(story)
    paper = Paper()
    deliver(service, paper)
    assert paper.sent
    for message in paper.sent:
        assert "example.org" not in repr(message)
        assert "Radio" not in repr(message)
