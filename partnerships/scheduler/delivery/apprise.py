"""Anything else that Apprise knows: chats, phones, ticket systems. A person's address is an Apprise URL."""

from __future__ import annotations

import logging

from partnerships.errors import BadRequest
from partnerships.scheduler.delivery.channel import Channel, NotDelivered
from partnerships.scheduler.delivery.message import Message


class Apprise(Channel):
    """Sends a person's digest to their Apprise URL.

    Most of those services know no key: what was sent and not noted as sent comes twice.
    """

    def __init__(self, *, name: str = "apprise") -> None:
        """Take the name under which people list their URL; raises BadRequest without the extra."""
        try:
            import apprise
        except ModuleNotFoundError as error:
            raise BadRequest(f"{error.name} is not there; install 'partnerships[apprise]'") from None
        self.name = name
        self._library = apprise
        # Its log names hosts, and in detail whole messages.
        logging.getLogger("apprise").setLevel(logging.CRITICAL)

    def __repr__(self) -> str:
        return f"Apprise(name={self.name!r})"

    def send(self, message: Message) -> None:
        """Send a message; raises NotDelivered where no service took it, or the URL is none of Apprise's."""
        receiver = self._library.Apprise()
        if not receiver.add(message.address):
            raise NotDelivered("bad address", permanent=True)
        taken = receiver.notify(
            title=message.subject, body=message.text, body_format=self._library.NotifyFormat.TEXT
        )
        if not taken:
            raise NotDelivered("not taken")
