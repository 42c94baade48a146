"""A partnership's course over time, as the timeline draws it: states, agreements, prompts, decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from partnerships.lifecycle.vocabulary import ENDED_STATES, EntryType, PromptStatus, RecordKind

Json = dict[str, Any]

_MOVES = frozenset({EntryType.IDENTIFICATION, EntryType.TRANSITION, EntryType.TAKEOVER})


def course(history: Sequence[Json], lapsed: Mapping[str, str], prompts: Iterable[Json], today: str) -> Json:
    """Give a partnership's course until a day.

    `history` has the rows of `history`, `lapsed` since when each lapsed agreement has been so, by its
    reference, `prompts` rows of {"kind", "due_on", "status", "sequence"}. Days are ISO texts; an end that has
    not come is null. What was reverted or withdrawn is left out.
    """
    undone = {row["target"] for row in history if row["entry"] in (EntryType.REVERSAL, EntryType.WITHDRAWAL)}
    standing = [row for row in history if row["sequence"] not in undone]
    moves = [row for row in standing if row["entry"] in _MOVES and row["to"]]
    states = _states(moves)
    agreements = _agreements(standing, lapsed)
    asked = list(prompts)
    is_over = bool(states) and states[-1]["state"] in ENDED_STATES
    days = [today, *(state["from"] for state in states), *(prompt["due_on"] for prompt in asked)]
    if not is_over:
        days += [one["ends_on"] for one in agreements if one["ends_on"]]
    return {
        "from": min(days),
        "to": max(days),
        "today": today,
        "states": states,
        "decisions": [
            {
                "sequence": move["sequence"],
                "on": move["on"],
                "trigger": move["trigger"] or "take_over",
                "by": (move["actor"] or {}).get("id"),
            }
            for move in moves
        ],
        "agreements": agreements,
        "prompts": asked,
        "missed": sum(prompt["status"] == PromptStatus.MISSED for prompt in asked),
    }


def _states(moves: Sequence[Json]) -> list[Json]:
    """The states one after the other; a renewal stays in the one that it renews."""
    states: list[Json] = []
    for move in moves:
        if states and states[-1]["state"] == move["to"]:
            continue
        if states:
            states[-1]["to"] = move["on"]
        states.append({"state": move["to"], "from": move["on"], "to": None, "by": move["sequence"]})
    return states


def _agreements(standing: Sequence[Json], lapsed: Mapping[str, str]) -> list[Json]:
    """Every agreement ever put on file, by its latest version, in the order in which they start."""
    latest: dict[str, Json] = {}
    for row in standing:
        if row["kind"] == RecordKind.AGREEMENT and row["entry"] == EntryType.RECORD and row.get("body"):
            latest[row["body"]["reference"]] = row
    drawn = []
    for reference, row in latest.items():
        body = row["body"]
        drawn.append(
            {
                "reference": reference,
                "category": body["category"],
                "starts_on": body["starts_on"],
                "ends_on": body.get("ends_on"),
                "concluded_on": body.get("concluded_on"),
                "lapsed_since": lapsed.get(reference),
                "draft": {each["party"] for each in body["accepted"]} != {"ims", "partner"},
                "sequence": row["sequence"],
            }
        )
    return sorted(drawn, key=lambda one: (one["starts_on"], one["sequence"]))
