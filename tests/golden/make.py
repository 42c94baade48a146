"""Writes golden files with this version: `python -m tests.golden.make NUMBER`; none is ever replaced."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import select

from partnerships import Service, open_service
from tests.golden.lives import live_ordinary, live_taken_over, policy
from tests.story import Clock
from tests.tables import TABLES as tables

Json = dict[str, Any]

FOLDER = Path(__file__).parent
DAYS = ("2024-01-10", "2024-01-31", "2024-03-05", "2024-10-01", "2025-06-01", "2025-11-20", "2026-02-01")
STEPS = ("sequence", "entry", "kind", "trigger", "from", "to", "on", "evidence", "policy", "before_policy")
STANDS = ("state", "category", "cycle", "sequence", "ended_as", "register", "endline", "overdue", "began_on")
LINE = ("reference", "category", "starts_on", "ends_on", "lapsed", "concluded")


def entries(service: Service) -> list[Json]:
    """Every entry as it is stored: its canonical bytes and content as text; of sealed ones no content."""
    query = select(tables.entry, tables.content.c.salt, tables.content.c.body, tables.content.c.scope)
    ordered = query.join(tables.content).order_by(tables.entry.c.partnership_id, tables.entry.c.sequence)
    with service._opened.engine.connect() as connection:
        rows = connection.execute(ordered).all()
    return [
        {
            "digest": row.digest,
            "canonical": bytes(row.canonical).decode(),
            "salt": bytes(row.salt).hex() if row.scope is None else None,
            "content": bytes(row.body).decode() if row.scope is None else None,
            "scope": row.scope,
        }
        for row in rows
    ]


def facts(service: Service, id: str) -> Json:
    """What the history says and where the partnership stood, without words, which may be put better later."""
    stood = []
    for day in DAYS:
        if day >= service.history(id)[0]["on"]:
            stood.append(standing(service.show(id, as_of=day)))
    return {
        "head": service.history(id)[-1]["digest"],
        "now": standing(service.show(id)),
        "stood": stood,
        "steps": [step(entry) for entry in service.history(id)],
    }


def standing(shown: Json) -> Json:
    return {
        **{name: shown[name] for name in ("on", *STANDS)},
        "agreements": [{name: line[name] for name in LINE} for line in shown["agreements"]],
        "records": [[record["sequence"], record["kind"], record["by"]] for record in shown["records"]],
        "findings": sorted(finding["code"] for finding in shown["findings"]),
    }


def step(entry: Json) -> Json:
    actor = entry["actor"]["id"] if entry["actor"] else None
    warnings = sorted(warning["code"] for warning in entry["warnings"])
    return {**{name: entry[name] for name in STEPS}, "actor": actor, "warnings": warnings}


def make(number: str) -> None:
    history, expected = FOLDER / f"history_{number}.jsonl", FOLDER / f"facts_{number}.json"
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "golden.sqlite"
        with open_service(path, create=True, policy=policy(), clock=clock) as service:
            ids = [live(service, clock).id for live in (live_taken_over, live_ordinary)]
            told = {id: facts(service, id) for id in ids}
            lines = [json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries(service)]
    # Mode x: what an earlier version wrote is what this file is about.
    with history.open("x", encoding="utf-8") as file:
        file.writelines(lines)
    with expected.open("x", encoding="utf-8") as file:
        file.write(json.dumps({"today": clock.now.isoformat(), "partnerships": told}, sort_keys=True) + "\n")


if __name__ == "__main__":
    make(sys.argv[1])
