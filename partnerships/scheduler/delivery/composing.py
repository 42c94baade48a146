"""Composing: a message as it stands when it is sent, of what is open and still asked of its receiver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.prompts import Prompt, PromptStep
from partnerships.scheduler.delivery.channel import Channel, NotDelivered
from partnerships.scheduler.delivery.digest import Item, tell
from partnerships.scheduler.delivery.directory import Directory, Person
from partnerships.scheduler.delivery.message import Message
from partnerships.scheduler.delivery.reaching import asked_by, open_prompt, people
from partnerships.scheduler.delivery.words import Languages
from partnerships.scheduler.listing import listed
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
        about: Iterable[About],
        partnerships: Mapping[str, Partnership],
    ) -> Message | None:
        """Give the message, or None where nothing is left to tell.

        Raises NotDelivered where the channel no longer reaches the person, and what the directory raises.
        """
        items: dict[str, Item] = {}
        receiver: Person | None = None
        for one in sorted(about, key=lambda each: each.step == PromptStep.ESCALATED):
            partnership = partnerships[one.partnership]
            prompt = open_prompt(partnership, one.prompt)
            if prompt is None:
                continue
            if channel.endpoint is None:
                found = self._person(partnership, prompt, one.step, letter.recipient)
                if found is None:
                    continue
                receiver = found
            items[prompt.id] = self._item(partnership, prompt, one.step)
        if not items:
            return None
        return self._message(letter, channel, list(items.values()), receiver)

    def _person(self, partnership: Partnership, prompt: Prompt, step: str, id: str) -> Person | None:
        """Look for the receiver among those whom the step asks today."""
        assert self._directory is not None
        addressed = asked_by(partnership, prompt, step)
        for _, persons in people(self._directory, addressed, partnership.id):
            for person in persons:
                if person.id == id:
                    return person
        return None

    def _item(self, partnership: Partnership, prompt: Prompt, step: str) -> Item:
        profile = partnership.profile
        partner = str(profile.raw["name"]) if profile is not None else partnership.id
        link = None
        if self._link is not None:
            link = self._link.format(partnership=partnership.id, prompt=prompt.id)
        return Item(partner, PromptStep(step), listed(partnership, prompt), link)

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
