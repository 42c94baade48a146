"""Commands for the command line's tests, built from the bodies that all tests share."""

from __future__ import annotations

import json
from typing import Any

from tests.bodies import BODIES, NEEDED, RECORDED_BY, agreement
from tests.story import actor

Json = Any

MANAGER = actor("pm-1")
DIRECTOR = actor("director-1")


def identify(id: str, day: str = "2024-03-01", by: Json = MANAGER, **overrides: Any) -> Json:
    body = BODIES["partner_profile"](day) | overrides
    return {"do": "identify", "id": id, "body": body, "actor": by, "on": day}


def record(id: str, kind: str, day: str, **overrides: Any) -> Json:
    if kind == "agreement":
        body = agreement(day, overrides.get("category", "activity")) | overrides
    else:
        body = BODIES[kind](day) | overrides
    by = actor(RECORDED_BY.get(kind, "pm-1"))
    return {"do": "record", "id": id, "kind": kind, "body": body, "actor": by, "on": day}


def trigger(id: str, name: str, day: str, by: Json = DIRECTOR) -> Json:
    return {"do": "trigger", "id": id, "trigger": name, "actor": by, "on": day}


def needed(id: str, name: str, day: str) -> list[Json]:
    return [record(id, kind, day, **fields) for _, kind, fields in NEEDED[name]]


def assessed(id: str, **overrides: Any) -> list[Json]:
    return [
        identify(id, **overrides),
        *needed(id, "assess", "2024-03-04"),
        trigger(id, "assess", "2024-03-05", MANAGER),
    ]


def strategic(id: str) -> list[Json]:
    return [
        *assessed(id),
        *needed(id, "begin_strategic", "2024-03-11"),
        trigger(id, "begin_strategic", "2024-03-12"),
    ]


def whole_life() -> list[Json]:
    """`p-strategic` is strategic, `p-assessed` assessed, `p-case` has an open crisis case."""
    return [
        *strategic("p-strategic"),
        *assessed("p-assessed", name="Evil [bold]\u001b[31mName\u001b[0m\u202e (fictional)"),
        *strategic("p-case"),
        record("p-case", "crisis_case", "2024-04-02", sealed={"summary": "the blue ledger"}),
    ]


def lines_of(commands: list[Json]) -> bytes:
    return b"".join(json.dumps(command).encode() + b"\n" for command in commands)
