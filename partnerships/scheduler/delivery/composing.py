"""Composing: a message as it stands when it is sent, of what is open and still asked of its receiver."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from partnerships.lifecycle.prompts import PromptStep
from partnerships.scheduler.delivery.asked import Asked
from partnerships.scheduler.delivery.channel import Channel, NotDelivered
from partnerships.scheduler.delivery.digest import Item, tell
from partnerships.scheduler.delivery.directory import Directory, Person
from partnerships.scheduler.delivery.message import Message
from partnerships.scheduler.delivery.reaching import people
from partnerships.scheduler.delivery.words import Languages
from partnerships.storage.deliveries import About, Letter

_FOR_A_PERSON = (
    "id",
    "partnership",
    "kind",
    "clause",
    "due_on",
    "title",
    "what",
    "about",
    "endline",
    "status",
)


class Composing:
    """Makes messages of letters; `link` may hold {partnership} and {prompt}."""

    def __init__(self, directory: Directory | None, languages: Languages, link: str | None) -> None:
        self._directory, self._languages, self._link = directory, languages, link

    def compose(
        self,
        letter: Letter,
        channel: Channel,
        asked: Iterable[Asked],
    ) -> tuple[Message | None, list[About]]:
        """Give the message, or None where nothing is left to tell, and what its receiver is not asked now.

        Raises NotDelivered where the channel no longer reaches the person, and what the directory raises.
        """
        items: dict[str, Item] = {}
        receiver: Person | None = None
        unasked: list[About] = []
        for one in sorted(asked, key=lambda each: each.about.step == PromptStep.ESCALATED):
            if channel.endpoint is None:
                found = self._person(one, letter.recipient)
                if found is None:
                    unasked.append(one.about)
                    continue
                receiver = found
            items[one.about.prompt] = self._item(one)
        message = self._message(letter, channel, list(items.values()), receiver) if items else None
        return message, unasked

    def _person(self, asked: Asked, id: str) -> Person | None:
        """Look for the receiver among those whom the step asks today."""
        assert self._directory is not None
        addressed = [*asked.addressed, *asked.before]
        for _, persons in people(self._directory, addressed, asked.about.partnership):
            for person in persons:
                if person.id == id:
                    return person
        return None

    def _item(self, asked: Asked) -> Item:
        about, link = asked.about, None
        if self._link is not None:
            link = self._link.format(partnership=about.partnership, prompt=about.prompt)
        return Item(asked.partner, PromptStep(about.step), asked.listed, link)

    def _message(
        self, letter: Letter, channel: Channel, items: list[Item], receiver: Person | None
    ) -> Message:
        words = self._languages.best_for(receiver.language if receiver else "en")
        told = tell(items, words)
        address = channel.address_of(receiver) if receiver else ""
        if address is None:
            raise NotDelivered("no address")
        return Message(
            key=letter.id,
            recipient=letter.recipient,
            address=address,
            name=receiver.name if receiver else None,
            language=words.language,
            subject=told.subject,
            text=told.text,
            html=told.html,
            event=_event(letter, items, receiver),
        )


def _event(letter: Letter, items: list[Item], receiver: Person | None) -> dict[str, Any]:
    """Give the message for programs: to a system one prompt as it is listed, to a person what they read."""
    if receiver is None:
        [item] = items
        return {
            "type": f"prompt.{item.step}",
            "timestamp": letter.made_at,
            "data": {**item.listed, "partner": item.partner},
        }
    prompts = [
        {**{name: item.listed[name] for name in _FOR_A_PERSON}, "partner": item.partner} for item in items
    ]
    data = {"recipient": letter.recipient, "day": letter.day, "prompts": prompts}
    return {"type": "prompts.digest", "timestamp": letter.made_at, "data": data}
