"""A message on its way to one receiver, and the key by which the receiver knows it again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from partnerships.lifecycle.canonical import plain_canonical

MESSAGE_DOMAIN = b"partnerships/message/1\n"


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel sends.

    `key` is the same at every try. `subject`, `text` and `html` are for people, in their `language`; `event`
    is the same as JSON, for programs. `address` is empty for a system.
    """

    key: str
    recipient: str
    address: str = field(repr=False)
    name: str | None = field(repr=False)
    language: str
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    event: Mapping[str, Any] = field(repr=False)


def digest_id(origin: str, channel: str, recipient: str, day: date) -> str:
    """Give the id of the one message of a day to one person; `origin` tells one database from another."""
    return _id([origin, channel, recipient, day.isoformat()])


def prompt_message_id(origin: str, channel: str, recipient: str, prompt: str, step: str) -> str:
    """Give the id of the one message about a step of a prompt to one receiver."""
    return _id([origin, channel, recipient, prompt, step])


def aside_id(message: str, prompts: Iterable[tuple[str, str]]) -> str:
    """Give the id of what is set aside of a message: steps of prompts, each as the prompt and its step.

    A step that left a message never comes back to it, so that no two make the same id.
    """
    return _id([message, "aside", *(part for step in sorted(prompts) for part in step)])


def _id(parts: list[str]) -> str:
    return hashlib.sha256(MESSAGE_DOMAIN + plain_canonical(parts)).hexdigest()[:32]
