"""An office whose prompts are delivered: people, a channel made of paper, and partnerships that are asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from partnerships import Service
from partnerships.lifecycle.vocabulary import Role
from partnerships.scheduler.delivery.backoff import Backoff
from partnerships.scheduler.delivery.channel import Channel
from partnerships.scheduler.delivery.delivery import Delivery
from partnerships.scheduler.delivery.message import Message
from partnerships.scheduler.delivery.people import Listed, People
from partnerships.scheduler.delivery.post import Post
from partnerships.scheduler.delivery.report import DeliveryReport
from tests.story import Story

LEASE = timedelta(minutes=5)


def listed(id: str, *roles: Role, **more: Any) -> Listed:
    address = f"{id}@example.org"
    return Listed(id=id, roles=roles, addresses={"paper": address, "mail": address}, **more)


def office(*partnerships: str) -> People:
    """A programme manager, a director and the representative of each partnership."""
    return People(
        [
            listed("pm-1", Role.PROGRAMME_MANAGER),
            listed("director-1", Role.DIRECTOR),
            *(
                listed(f"partner-of-{id}", Role.PARTNER_REPRESENTATIVE, partnerships=(id,))
                for id in partnerships or ("p-1",)
            ),
        ]
    )


class Paper(Channel):
    """Keeps what it sends, and fails as often as it is told to."""

    name = "paper"

    def __init__(self, *failures: BaseException) -> None:
        self.sent: list[Message] = []
        self.failures = list(failures)

    def send(self, message: Message) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(message)

    @property
    def received(self) -> dict[str, list[Message]]:
        """What each receiver holds, by recipient: one that knows keys counts each key once."""
        held: dict[str, dict[str, Message]] = {}
        for message in self.sent:
            held.setdefault(message.recipient, {}).setdefault(message.key, message)
        return {recipient: list(kept.values()) for recipient, kept in held.items()}


class Slip(Paper):
    """Paper with a message for each prompt."""

    digest = False


class System(Paper):
    """Paper to one system, with a message for each prompt."""

    name = "system"
    digest = False
    endpoint = "system"


def post_of(service: Service) -> Post:
    return service._post()


def delivery(*channels: Channel, people: Any = None, **choices: Any) -> Delivery:
    choices.setdefault("backoff", Backoff(chance=lambda: 0.0))
    return Delivery(channels, people or office(), **choices)


def deliver(service: Service, *channels: Channel, people: Any = None, **choices: Any) -> DeliveryReport:
    return service.deliver(delivery(*channels, people=people, **choices))


def failed(service: Service) -> list[dict[str, Any]]:
    return service.undelivered()


def tried_again(service: Service, *ids: str) -> int:
    return service.retry(ids or None)


def asked(story: Story) -> Story:
    """A strategic partnership whose exit dialogue was just asked for, of both sides (S6.22)."""
    story.to("assessed").category = "strategic"
    story.ready_for("begin_strategic", without="exit_dialogue").does("begin_strategic")
    story.service.sweep()
    return story


def several(telling: Callable[..., Story], number: int) -> list[Story]:
    """So many partnerships that were asked on one day."""
    return [
        asked(telling(f"p-{one}", name=f"Example Radio {one} (fictional)")) for one in range(1, number + 1)
    ]
