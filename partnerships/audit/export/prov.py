"""W3C PROV (PROV-JSON): which entry was made by whom, from what, and under which policy."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from itertools import count
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

import orjson

from partnerships.audit.export.facts import Exported, Fact
from partnerships.audit.export.header import Header
from partnerships.audit.export.lists import copy_object, write_pair
from partnerships.lifecycle.vocabulary import EntryType, Role

Json = dict[str, Any]

_PREFIXES = {
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "entry": "urn:partnerships:entry:",
    "act": "urn:partnerships:act:",
    "person": "urn:partnerships:person:",
    "policy": "urn:partnerships:policy:",
    "field": "urn:partnerships:field:",
}
_SECTIONS = (
    "entity",
    "activity",
    "agent",
    "wasGeneratedBy",
    "used",
    "wasAssociatedWith",
    "wasDerivedFrom",
    "wasInvalidatedBy",
)
_TOLD = ("entry", "kind", "on", "to", "digest", "log_position", "checkpoint_size")
_UNDONE = (EntryType.WITHDRAWAL, EntryType.REVERSAL)


def write_prov(entries: Iterable[Exported], out: BinaryIO, header: Header) -> None:
    """Write entries as PROV-JSON: an entity and an activity each, agents by their opaque ids.

    A decision uses its evidence, an entry derives from the one before it in the chain, and what is withdrawn
    or reverted is invalidated. In memory are the ids of people and policies alone.
    """
    with ExitStack() as stack:
        sections: dict[str, IO[bytes]] = {name: stack.enter_context(TemporaryFile()) for name in _SECTIONS}
        document = _Document(sections)
        for each in entries:
            document.add(each.fact)
        out.write(b'{"prefix":' + orjson.dumps(_PREFIXES))
        for name, section in sections.items():
            if section.tell():
                out.write(b',\n"' + name.encode() + b'":')
                copy_object(section, out)
        out.write(b"}\n")


class _Document:
    """The sections as far as they are written."""

    def __init__(self, sections: dict[str, IO[bytes]]) -> None:
        self._sections = sections
        self._met: set[str] = set()
        self._numbers = count(1)

    def add(self, fact: Fact) -> None:
        """Write what one entry says into each section."""
        made, at = _entry(fact, fact["sequence"]), fact["recorded_at"]
        act = f"act:{fact['partnership']}/{fact['sequence']}"
        self._write("entity", made, {f"field:{name}": fact[name] for name in _TOLD if fact[name] is not None})
        self._write(
            "activity",
            act,
            {"prov:startTime": at, "prov:endTime": at, "field:activity": fact["activity"]},
        )
        self._relate("wasGeneratedBy", entity=made, activity=act, time=at)
        if fact["sequence"] > 1:
            before = _entry(fact, fact["sequence"] - 1)
            self._relate("wasDerivedFrom", generatedEntity=made, usedEntity=before)
        for sequence in fact["evidence"]:
            self._relate("used", activity=act, entity=_entry(fact, sequence))
        if fact["target"] and fact["entry"] in _UNDONE:
            self._relate("wasInvalidatedBy", entity=_entry(fact, fact["target"]), activity=act, time=at)
        if fact["actor"]:
            self._associate(fact, act)

    def _associate(self, fact: Fact, act: str) -> None:
        plan = f"policy:{fact['policy']}"
        self._once("entity", plan, {"prov:type": _name("prov:Plan"), "field:digest": fact["policy_digest"]})
        for id in filter(None, (fact["actor"], fact["second"])):
            person = f"person:{id}"
            kind = "prov:SoftwareAgent" if Role.SERVICE in fact["roles"] else "prov:Person"
            self._once("agent", person, {"prov:type": _name(kind), "field:party": fact["party"]})
            role = " ".join(fact["roles"]) if id == fact["actor"] else "second"
            self._relate("wasAssociatedWith", activity=act, agent=person, plan=plan, role=role)

    def _once(self, section: str, id: str, value: Json) -> None:
        if id not in self._met:
            self._met.add(id)
            self._write(section, id, {name: each for name, each in value.items() if each is not None})

    def _relate(self, section: str, **ends: str) -> None:
        named = {f"prov:{name}": value for name, value in ends.items()}
        self._write(section, f"_:{next(self._numbers)}", named)

    def _write(self, section: str, id: str, value: Json) -> None:
        write_pair(self._sections[section], id, value)


def _entry(fact: Fact, sequence: int) -> str:
    return f"entry:{fact['partnership']}/{sequence}"


def _name(qualified: str) -> Json:
    return {"$": qualified, "type": "prov:QUALIFIED_NAME"}
