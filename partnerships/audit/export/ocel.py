"""OCEL 2.0 (JSON): events on partnerships, people, entries, agreements, prompts and policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

import orjson

from partnerships.audit.export.facts import Exported, Fact
from partnerships.audit.export.header import Header
from partnerships.audit.export.lists import copy_list, write_item

Json = dict[str, Any]

_EVENT_ATTRIBUTES = {
    "sequence": "integer",
    "entry": "string",
    "kind": "string",
    "trigger": "string",
    "from": "string",
    "to": "string",
    "on": "string",
    "claimed_at": "time",
    "party": "string",
    "roles": "string",
    "basis": "string",
    "cycle": "integer",
    "due_on": "string",
    "step": "string",
    "warnings": "string",
    "settings_digest": "string",
    "before_policy": "boolean",
    "imported": "boolean",
    "restricted": "boolean",
    "digest": "string",
    "previous": "string",
    "log_position": "integer",
    "checkpoint_size": "integer",
}
_OBJECTS: dict[str, dict[str, str]] = {
    "partnership": {"state": "string"},
    "person": {"party": "string"},
    "entry": {"entry": "string", "kind": "string", "on": "string", "digest": "string"},
    "agreement": {"category": "string", "starts_on": "string", "ends_on": "string", "concluded_on": "string"},
    "prompt": {"kind": "string", "due_on": "string"},
    "policy": {"digest": "string"},
}


def write_ocel(entries: Iterable[Exported], out: BinaryIO, header: Header) -> None:
    """Write entries as OCEL 2.0; they must come one partnership after the other.

    What is kept in memory are one partnership's states and agreements, and the people and policies.
    """
    with TemporaryFile() as objects, TemporaryFile() as events:
        gathered = _Gathered(objects)
        for each in entries:
            write_item(events, gathered.event(each))
        gathered.close()
        out.write(b'{"objectTypes":')
        out.write(orjson.dumps([_type(name, kinds) for name, kinds in _OBJECTS.items()]))
        out.write(b',\n"eventTypes":')
        out.write(orjson.dumps([_type(name, _EVENT_ATTRIBUTES) for name in sorted(gathered.activities)]))
        out.write(b',\n"objects":')
        copy_list(objects, out)
        out.write(b',\n"events":')
        copy_list(events, out)
        out.write(b"}\n")


def _type(name: str, attributes: dict[str, str]) -> Json:
    return {
        "name": name,
        "attributes": [{"name": each, "type": kind} for each, kind in attributes.items()],
    }


class _Gathered:
    """The objects met so far: those of one partnership are written when the next one begins."""

    def __init__(self, objects: IO[bytes]) -> None:
        self.activities: set[str] = set()
        self._objects = objects
        self._once: set[str] = set()
        self._partnership: Json | None = None
        self._agreements: dict[str, Json] = {}

    def event(self, each: Exported) -> Json:
        """Give an entry as an event, and keep the objects that it makes or changes."""
        fact = each.fact
        id, at = fact["partnership"], fact["recorded_at"]
        if self._partnership is None or self._partnership["id"] != id:
            self.close()
            self._partnership = _object(id, "partnership")
        if fact["to"]:
            self._partnership["attributes"].append(_value("state", fact["to"], at))
        self.activities.add(fact["activity"])
        return {
            "id": f"{id}/{fact['sequence']}",
            "type": fact["activity"],
            "time": at,
            "attributes": list(_attributes(fact)),
            "relationships": list(self._related(each)),
        }

    def close(self) -> None:
        """Write what belongs to the partnership that is through."""
        if self._partnership is not None:
            write_item(self._objects, self._partnership)
        for agreement in self._agreements.values():
            write_item(self._objects, agreement)
        self._partnership, self._agreements = None, {}

    def _related(self, each: Exported) -> Iterator[Json]:
        fact = each.fact
        id, at = fact["partnership"], fact["recorded_at"]
        yield _link(id, "of")
        if fact["actor"]:
            yield _link(self._shared("person", fact["actor"], at, {"party": fact["party"]}), "by")
        if fact["second"]:
            yield _link(self._shared("person", fact["second"], at, {"party": "ims"}), "second")
        if fact["policy"]:
            policy = self._shared("policy", fact["policy"], at, {"digest": fact["policy_digest"]})
            yield _link(policy, "under")
        yield _link(self._made(each), "makes")
        if each.agreement is not None:
            yield _link(self._agreement(fact, each.agreement), "states")
        if fact["prompt"]:
            facts = {"kind": fact["kind"], "due_on": fact["due_on"]}
            yield _link(self._shared("prompt", fact["prompt"], at, facts), "asks")
        for sequence in fact["evidence"]:
            yield _link(f"{id}/{sequence}", "rests on")
        for sequence in (*fact["erased"], *([fact["target"]] if fact["target"] else ())):
            yield _link(f"{id}/{sequence}", "about")

    def _made(self, each: Exported) -> str:
        """Give the id of the entry as an object: what a later decision rests on, or undoes."""
        fact = each.fact
        made = _object(f"{fact['partnership']}/{fact['sequence']}", "entry")
        told = [(name, fact[name]) for name in _OBJECTS["entry"] if fact[name] is not None]
        made["attributes"] = [_value(name, value, fact["recorded_at"]) for name, value in told]
        made["relationships"].append(_link(fact["partnership"], "of"))
        if each.agreement is not None:
            made["relationships"].append(_link(self._agreement_id(fact, each.agreement), "version of"))
        write_item(self._objects, made)
        return str(made["id"])

    def _agreement(self, fact: Fact, body: Json) -> str:
        """Keep what a version says of its agreement, and give the agreement's id."""
        id = self._agreement_id(fact, body)
        for name in _OBJECTS["agreement"]:
            if body.get(name) is not None:
                value = _value(name, body[name], fact["recorded_at"])
                self._agreements[body["reference"]]["attributes"].append(value)
        return id

    def _agreement_id(self, fact: Fact, body: Json) -> str:
        """Name an agreement by its first version's number, since what people call it is a text."""
        new = _object(f"{fact['partnership']}/agreement/{fact['sequence']}", "agreement")
        kept = self._agreements.setdefault(body["reference"], new)
        if kept is new:
            kept["relationships"].append(_link(fact["partnership"], "of"))
        return str(kept["id"])

    def _shared(self, kind: str, id: str, at: str, facts: Json) -> str:
        """Give the id of an object that several entries name, and write it the first time."""
        named = f"{kind}/{id}"
        if named not in self._once:
            self._once.add(named)
            made = _object(named, kind)
            made["attributes"] = [
                _value(name, value, at) for name, value in facts.items() if value is not None
            ]
            write_item(self._objects, made)
        return named


def _object(id: str, kind: str) -> Json:
    return {"id": id, "type": kind, "attributes": [], "relationships": []}


def _value(name: str, value: Any, at: str) -> Json:
    return {"name": name, "value": value, "time": at}


def _link(id: str, qualifier: str) -> Json:
    return {"objectId": id, "qualifier": qualifier}


def _attributes(fact: Fact) -> Iterator[Json]:
    for name in _EVENT_ATTRIBUTES:
        value = fact[name]
        if value not in (None, []):
            yield {"name": name, "value": " ".join(value) if isinstance(value, list) else value}
