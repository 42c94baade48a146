"""XES (IEEE 1849-2016): a trace for each partnership, its entries in sequence order, for process mining."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO
from xml.sax.saxutils import quoteattr

from partnerships.audit.export.facts import Exported, Fact
from partnerships.audit.export.header import Header

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
 <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
 <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
 <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
 <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
 <global scope="trace">
  <string key="concept:name" value="unknown"/>
 </global>
 <global scope="event">
  <string key="concept:name" value="unknown"/>
  <date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>
  <string key="lifecycle:transition" value="complete"/>
  <int key="sequence" value="0"/>
  <string key="digest" value="unknown"/>
 </global>
 <classifier name="Activity" keys="concept:name"/>
"""
#: The fields whose XES names are another's, or that the trace or the event's name already tells.
_SPECIAL = frozenset({"partnership", "activity", "recorded_at", "actor", "roles"})
_DAYS = frozenset({"on", "due_on"})
_INSTANTS = frozenset({"claimed_at"})


def write_xes(entries: Iterable[Exported], out: BinaryIO, header: Header) -> None:
    """Write entries as XES; they must come one partnership after the other."""
    out.write(_HEAD.encode())
    for name, value in _about(header):
        out.write(_attribute(name, value, " ").encode())
    id = None
    for each in entries:
        if each.fact["partnership"] != id:
            if id is not None:
                out.write(b" </trace>\n")
            id = each.fact["partnership"]
            out.write(f" <trace>\n{_attribute('concept:name', id, '  ')}".encode())
        out.write(_event(each.fact).encode())
    out.write(b" </trace>\n</log>\n" if id is not None else b"</log>\n")


def _about(header: Header) -> list[tuple[str, Any]]:
    told: list[tuple[str, Any]] = [
        ("concept:name", "partnerships"),
        ("lifecycle:model", "standard"),
        ("made_at", header.made_at),
        ("version", header.version),
        ("policy", header.policy),
        ("checkpoint_size", header.checkpoint_size),
        ("checkpoint", header.checkpoint),
    ]
    return [(name, value) for name, value in told if value is not None]


def _event(fact: Fact) -> str:
    told: list[tuple[str, Any]] = [
        ("concept:name", fact["activity"]),
        ("time:timestamp", fact["recorded_at"]),
        ("lifecycle:transition", "complete"),
        ("org:resource", fact["actor"]),
        ("org:role", " ".join(fact["roles"]) or None),
        *((name, value) for name, value in fact.items() if name not in _SPECIAL),
    ]
    shown = "".join(_attribute(name, value, "   ") for name, value in told if value not in (None, []))
    return f"  <event>\n{shown}  </event>\n"


def _attribute(name: str, value: Any, indent: str) -> str:
    kind, text = _typed(name, value)
    return f'{indent}<{kind} key="{name}" value={quoteattr(text)}/>\n'


def _typed(name: str, value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "boolean", "true" if value else "false"
    if isinstance(value, int):
        return "int", str(value)
    if isinstance(value, list):
        return "string", " ".join(map(str, value))
    if name in _DAYS:
        return "date", f"{value}T00:00:00+00:00"
    if name in _INSTANTS or name in ("time:timestamp", "made_at"):
        return "date", str(value).replace("Z", "+00:00")
    return "string", str(value)
