"""What OCEL 2.0's JSON schema and text ask of a file, told anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

Json = dict[str, Any]
TYPES = {"string": str, "time": str, "integer": int, "float": float, "boolean": bool}


def problems(log: Json) -> list[str]:
    """Give what is wrong with a log, or nothing."""
    return list(_of(log))


def _of(log: Json) -> Iterator[str]:
    if set(log) != {"objectTypes", "eventTypes", "objects", "events"}:
        yield f"the log holds {sorted(log)}"
    object_types, event_types = _declared(log["objectTypes"]), _declared(log["eventTypes"])
    ids = [each["id"] for each in log["objects"]]
    if len(ids) != len(set(ids)):
        yield "an object comes twice"
    events = [each["id"] for each in log["events"]]
    if len(events) != len(set(events)):
        yield "an event comes twice"
    for each in log["objects"]:
        yield from _of_attributes(each, object_types[each["type"]])
        for attribute in each["attributes"]:
            yield from _of_time(attribute["time"])
    for each in log["events"]:
        yield from _of_attributes(each, event_types[each["type"]])
        yield from _of_time(each["time"])
        if not each["relationships"]:
            yield f"{each['id']} is about no object"
    for each in (*log["objects"], *log["events"]):
        for relation in each["relationships"]:
            if set(relation) != {"objectId", "qualifier"} or relation["objectId"] not in set(ids):
                yield f"{each['id']} points nowhere: {relation}"


def _declared(types: list[Json]) -> dict[str, dict[str, str]]:
    return {each["name"]: {one["name"]: one["type"] for one in each["attributes"]} for each in types}


def _of_attributes(each: Json, declared: dict[str, str]) -> Iterator[str]:
    for attribute in each["attributes"]:
        kind = declared.get(attribute["name"], "")
        if kind not in TYPES or type(attribute["value"]) is not TYPES[kind]:
            yield f"{each['id']}: {attribute['name']} is {attribute['value']!r}, not {kind or 'declared'}"


def _of_time(text: str) -> Iterator[str]:
    if datetime.fromisoformat(text).tzinfo is None:
        yield f"{text} names no time zone"
