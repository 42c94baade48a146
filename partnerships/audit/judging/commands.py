"""The command behind an entry, put together again from what the entry says."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from msgspec import Struct

from partnerships.lifecycle.commands import Actor
from partnerships.lifecycle.entries import NOBODY, By, Entry
from partnerships.lifecycle.records.trusted import assemble
from partnerships.lifecycle.vocabulary import EntryType, Role, State, Trigger

JUDGED: dict[EntryType, str] = {
    EntryType.IDENTIFICATION: "identify",
    EntryType.RECORD: "record",
    EntryType.TRANSITION: "trigger",
    EntryType.WITHDRAWAL: "withdraw",
    EntryType.REVERSAL: "revert",
    EntryType.OPENING: "open",
    EntryType.TAKEOVER: "take_over",
}
"""The entries that come of a command, and what it does; prompts and erasures come of none."""


class Remade(Struct, gc=False):
    """A command as its entry tells of it: what `decide` asks of one, and no more."""

    do: str
    actor: Actor
    on: date
    reason: str | None
    kind: str | None = None
    body: Any = None
    trigger: Trigger | None = None
    sequence: int | None = None
    state: State | None = None
    since: date | None = None


def command_of(entry: Entry) -> Remade:
    """Give the command that an entry came of.

    It was checked when it came, so that it is only put together. Raises KeyError or ValueError where the
    entry does not say what such an entry says.
    """
    said, by, do = entry.said, entry.by or NOBODY, JUDGED[entry.entry]
    actor = _actor(by, entry.partnership if by.party == "partner" else None)
    command = Remade(do, actor, entry.on, said.get("reason"))
    if do == "record":
        command.kind, command.body = entry.kind, said["body"]
    elif do == "trigger":
        command.trigger = Trigger(str(entry.trigger))
    elif do == "identify":
        command.body = said.get("body")
    elif do == "take_over":
        command.body, command.since = said.get("body"), entry.since
        command.state = State(str(entry.to_state))
    else:
        command.sequence = entry.target
    return command


@lru_cache(maxsize=1024)
def _actor(by: By, partnership: str | None) -> Actor:
    """Put an actor together; of the partner's side it is known that it acted within its own partnerships."""
    own = [partnership] if partnership is not None else None
    said = {"id": by.id, "party": by.party, "roles": [Role(role) for role in by.roles], "partnerships": own}
    return assemble(Actor, said)
