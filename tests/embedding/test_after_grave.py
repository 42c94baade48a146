"""What a host hangs on the grave commands: called once each was committed, and harmless where it fails."""

from __future__ import annotations

import logging

import pytest

from partnerships import Service
from tests.storage.rows import engine_of
from tests.story import Story

pytestmark = pytest.mark.every_store


@pytest.fixture
def told(service: Service) -> list[int]:
    """How many entries were on file at each call."""
    lengths: list[int] = []
    service.after_grave.append(lambda: lengths.append(len(service.history("p-1"))))
    return lengths


def test_an_exception_and_a_crisis_termination_are_told(story: Story, told: list[int]) -> None:
    story.to("active_activity")
    assert told == []
    exception = story.has("exception", clause="S6.20", reason="The partner disagrees", by="director-1")
    assert told == [exception]
    story.has("crisis_case", ground="ethics")
    story.has("crisis_recommendation", advice="terminate")
    assert told == [exception]
    terminated = story.does("terminate_for_crisis")
    assert told == [exception, terminated]


def test_a_refused_one_is_not(story: Story, told: list[int]) -> None:
    story.to("active_activity")
    assert story.trigger("terminate_for_crisis")["outcome"] == "refused"
    assert story.record("exception", clause="S9.9", reason="?")["outcome"] == "invalid"
    assert told == []


def test_what_fails_undoes_nothing_and_is_logged_by_its_class(
    story: Story, service: Service, told: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise OSError("a disk named after somebody")

    service.after_grave.insert(0, fail)
    story.to("active_activity")
    with caplog.at_level(logging.WARNING):
        story.has("exception", clause="S6.20", reason="The partner disagrees", by="director-1")
    assert len(told) == 1
    assert [record.getMessage() for record in caplog.records] == ["grave.untold OSError"]


def test_a_hosts_transaction_tells_nobody(story: Story, service: Service, told: list[int]) -> None:
    story.to("active_activity")
    body = {"clause": "S6.20", "reason": "The partner disagrees"}
    with engine_of(service).connect() as connection:
        outcome = service.within(connection).apply(
            story.command("record", "director-1", kind="exception", body=body)
        )
        assert outcome["outcome"] == "accepted"
        connection.commit()
    assert told == []
