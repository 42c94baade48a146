"""Prompts in a host's transaction: an answer is the host's to commit, a sweep is not."""

from __future__ import annotations

import pytest

from partnerships import BadRequest, Service
from tests.scheduler.sweep.test_sweep import without_dialogue
from tests.storage.rows import engine_of
from tests.story import Story

pytestmark = pytest.mark.every_store


def test_an_answer_goes_with_the_hosts_transaction(story: Story, service: Service) -> None:
    without_dialogue(story)
    service.sweep()
    held = story.command("record", "pm-1", kind="exit_dialogue", body=story.body("exit_dialogue"))
    with engine_of(service).connect() as connection:
        inside = service.within(connection)
        assert inside.apply(held)["outcome"] == "accepted"
        assert [line["status"] for line in inside.prompts()] == ["answered"]
        connection.rollback()
    assert [line["status"] for line in service.prompts()] == ["open"]
    with engine_of(service).connect() as connection:
        service.within(connection).apply(held)
        connection.commit()
    assert [line["status"] for line in service.prompts()] == ["answered"]


def test_a_sweep_is_not_for_a_hosts_transaction(story: Story, service: Service) -> None:
    without_dialogue(story)
    with engine_of(service).connect() as connection:
        with pytest.raises(BadRequest, match="batch by batch"):
            service.within(connection).sweep()
    assert service.prompts() == []
