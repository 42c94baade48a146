"""Files of keyed commands for many partnerships, the same for the same seed."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from tests.bodies import BODIES, NEEDED, RECORDED_BY, agreement
from tests.story import actor

Json = dict[str, Any]

DAY = "2024-03-04"


def _record(id: str, kind: str, **fields: Any) -> Json:
    body = agreement(DAY, "activity") if kind == "agreement" else BODIES[kind](DAY)
    by = actor("partner-1", partnerships=[id]) if fields.get("party") == "partner" else None
    return {
        "do": "record",
        "id": id,
        "kind": kind,
        "body": body | fields,
        "actor": by or actor(RECORDED_BY.get(kind, "pm-1")),
        "on": DAY,
    }


def _trigger(id: str, name: str) -> Json:
    by = actor("pm-1" if name == "assess" else "director-1")
    return {"do": "trigger", "id": id, "trigger": name, "actor": by, "on": DAY}


def _needed(id: str, trigger: str) -> list[Json]:
    return [
        *(_record(id, kind, **fields) for _, kind, fields in NEEDED[trigger]),
        _trigger(id, trigger),
    ]


def life(id: str) -> list[Json]:
    """A partnership from its identification to its exit, a sealed case and a refusal among what happens."""
    return [
        {
            "do": "identify",
            "id": id,
            "body": BODIES["partner_profile"](DAY),
            "actor": actor("pm-1"),
            "on": DAY,
        },
        _trigger(id, "assess"),
        *_needed(id, "assess"),
        *_needed(id, "begin_activity"),
        _record(id, "crisis_case"),
        _record(id, "crisis_recommendation", advice="close"),
        _record(id, "crisis_closure"),
        *_needed(id, "begin_transition"),
        *_needed(id, "exit"),
    ]


def commands(count: int, seed: int) -> list[Json]:
    """So many commands on interleaved lives, each with a key of its own."""
    random = Random(seed)
    lives: list[list[Json]] = []
    made: list[Json] = []
    while len(made) < count:
        if len(lives) < 5:
            lives.append(life(f"p-{len(made)}"))
        chosen = random.choice(lives)
        made.append(chosen.pop(0) | {"key": f"k-{len(made)}"})
        if not chosen:
            lives.remove(chosen)
    return made


def write(path: Path, made: list[Json]) -> None:
    path.write_bytes(b"".join(json.dumps(command).encode() + b"\n" for command in made))
