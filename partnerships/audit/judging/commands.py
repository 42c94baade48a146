"""The command behind an entry, put together again from what the entry says."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from partnerships.lifecycle.commands import (
    Actor,
    AnyCommand,
    Command,
    Fire,
    Identify,
    Open,
    Record,
    Revert,
    TakeOver,
    Withdraw,
)
from partnerships.lifecycle.entries import NOBODY, By, Entry
from partnerships.lifecycle.records.trusted import assemble
from partnerships.lifecycle.vocabulary import EntryType, Role, State, Trigger

Json = dict[str, Any]

JUDGED: dict[EntryType, type[Command]] = {
    EntryType.IDENTIFICATION: Identify,
    EntryType.RECORD: Record,
    EntryType.TRANSITION: Fire,
    EntryType.WITHDRAWAL: Withdraw,
    EntryType.REVERSAL: Revert,
    EntryType.OPENING: Open,
    EntryType.TAKEOVER: TakeOver,
}
"""The entries that come of a command; prompts and erasures do not."""


def command_of(entry: Entry) -> AnyCommand:
    """Give the command that an entry came of.

    It was checked when it came, so that it is only put together. Raises KeyError or ValueError where the
    entry does not say what such an entry says.
    """
    content, by = entry.said, entry.by or NOBODY
    said: Json = {
        "do": entry.entry,
        "id": entry.partnership,
        "actor": _actor(by, entry.partnership if by.party == "partner" else None),
        "on": entry.on,
        "reason": content.get("reason"),
    }
    if entry.entry == EntryType.RECORD:
        said["kind"], said["body"] = entry.kind, content["body"]
    elif entry.entry == EntryType.TRANSITION:
        said["trigger"] = Trigger(str(entry.trigger))
    elif entry.entry == EntryType.IDENTIFICATION:
        said["body"] = entry.body
    elif entry.entry == EntryType.TAKEOVER:
        said |= {"body": entry.body, "state": State(str(entry.to_state)), "since": entry.since}
    else:
        said["sequence"] = entry.target
    return cast("AnyCommand", assemble(JUDGED[entry.entry], said))


@lru_cache(maxsize=1024)
def _actor(by: By, partnership: str | None) -> Actor:
    """Put an actor together; of the partner's side it is known that it acted within its own partnerships."""
    own = [partnership] if partnership is not None else None
    said = {"id": by.id, "party": by.party, "roles": [Role(role) for role in by.roles], "partnerships": own}
    return assemble(Actor, said)
