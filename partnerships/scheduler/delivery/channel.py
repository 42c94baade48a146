"""A channel: how a message reaches a person or a system. A host writes its own as a subclass."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from partnerships.scheduler.delivery.directory import Person
from partnerships.scheduler.delivery.message import Message

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}")


class NotDelivered(Exception):
    """Raised by a channel whose receiver did not take a message.

    `code` is a short code such as `SMTP 450` or `HTTP 503`, never an address or a server's words: it is
    stored and listed. One that is `permanent` is not tried again.
    """

    def __init__(self, code: str, *, permanent: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


class Channel(ABC):
    """One way out; `send` returns once the receiver has taken the message, and raises where it did not.

    `name` is kept for good: it is part of every message's key. A `digest` gathers what one person is asked
    on a day; any other channel sends a message for each prompt. A channel to a system names it as its
    `endpoint`: it gets everything, and the directory is not asked.
    """

    name: str
    digest: bool = True
    endpoint: str | None = None

    def address_of(self, person: Person) -> str | None:
        """Give where this channel reaches a person, or None where it does not."""
        return person.addresses.get(self.name)

    @abstractmethod
    def send(self, message: Message) -> None:
        """Send a message, with its `key` where the receiver can know it again by that.

        Raises NotDelivered, or anything else, where it was not taken; then it is sent again later.
        """


def code_of(error: Exception) -> str:
    """Give what is stored of a failure: a code or the exception's class, never its words."""
    if isinstance(error, NotDelivered) and _CODE.fullmatch(error.code):
        return error.code
    return type(error).__name__


def is_permanent(error: Exception) -> bool:
    """Tell whether another try is useless."""
    return isinstance(error, NotDelivered) and error.permanent
