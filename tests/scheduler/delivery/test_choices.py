"""A host's choices for its deliveries, and what is said of those that cannot be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from partnerships import BadRequest, Service
from partnerships.scheduler.delivery.channel import Channel
from partnerships.scheduler.delivery.delivery import Delivery
from tests.scheduler.delivery.office import Paper, Slip, System, asked, deliver, office
from tests.story import Story


def named(name: str) -> Channel:
    channel = Paper()
    channel.name = name
    return channel


@pytest.mark.parametrize(
    ("channels", "choices", "field"),
    [
        ([], {}, "channels"),
        ([named("Mail")], {}, "channels"),
        ([named("")], {}, "channels"),
        ([named("x" * 65)], {}, "channels"),
        ([Paper(), Slip()], {}, "channels"),
        ([Paper()], {"directory": None}, "directory"),
        ([Paper()], {"link": "https://portal.example.org/{id}"}, "link"),
        ([Paper()], {"link": "https://portal.example.org/{"}, "link"),
        ([Paper()], {"lease": timedelta(0)}, "lease"),
    ],
)
def test_what_cannot_be_is_told_by_its_name(
    channels: list[Channel], choices: dict[str, Any], field: str
) -> None:
    directory = choices.pop("directory", office())
    with pytest.raises(BadRequest, match=f"{field}:"):
        Delivery(channels, directory, **choices)


def test_a_channel_to_a_system_needs_no_directory(story: Story, service: Service) -> None:
    asked(story)
    assert service.deliver(Delivery([System()])).sent == 1


def test_a_shorter_lease_ends_sooner(story: Story, service: Service) -> None:
    asked(story)

    class Killed(BaseException):
        pass

    short = timedelta(seconds=10)
    with pytest.raises(Killed):
        deliver(service, Slip(Killed()), lease=short)
    story.clock.advance(seconds=9)
    assert deliver(service, Slip(), lease=short).sent == 0
    story.clock.advance(seconds=1)
    assert deliver(service, Slip(), lease=short).sent == 2


def test_what_was_taken_too_long_ago_is_left_to_a_next_time(story: Story, service: Service) -> None:
    asked(story)

    class Slow(Slip):
        def send(self, message: Any) -> None:
            story.clock.advance(minutes=3)
            super().send(message)

    slow = Slow()
    report = deliver(service, slow)
    assert report.sent == 2
    assert report.late == 0
    assert len(slow.sent) == 2
