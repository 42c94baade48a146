"""The other libraries record what they are said to, and wait for the disk as ours does."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from bench import side_by_side
from bench.places import Place
from bench.side_by_side import RIVALS, amiss
from bench.turns import Turn

EVENTS = {"SQLite": "stored_events", "PostgreSQL": "partnerships_events"}
HISTORY = {
    "django-fsm-2, django-fsm-log": {"SQLite": "django_fsm_log_statelog"},
    "eventsourcing": EVENTS,
    "eventsourcing, tuned": EVENTS,
    "eventsourcing, tuned and cached": EVENTS,
    "python-statemachine over the ORM": {"SQLite": "transition"},
}
"""Where each keeps its history; on PostgreSQL in the same table where nothing else is said."""

BEGUN = {name: int(name.startswith("eventsourcing")) for name in RIVALS}
"""Rows of a history that are no renewal: the event with which an aggregate begins."""


def length_of_history(place: Place, database: str, name: str) -> int:
    table = HISTORY[name].get(place.name) or HISTORY[name]["SQLite"]
    with closing(place.connect(database)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_every_renewal_is_a_row_of_the_history_and_on_disk(place: Place) -> None:
    outcome = side_by_side.measure(place, rounds=2, warm_up=1)
    assert amiss(place, outcome, renewals=3) == []
    assert {name: len(times) for name, times in outcome.times.items()} == dict.fromkeys(["ours", *RIVALS], 2)
    for number, name in enumerate(RIVALS):
        assert length_of_history(place, f"rival_{number}", name) == 6 + BEGUN[name]
    careless = replace(outcome, kept=outcome.kept | {"eventsourcing": dict.fromkeys(place.durable, "off")})
    assert amiss(place, careless, renewals=3) == ["eventsourcing"]
    assert amiss(place, outcome, renewals=4) == ["ours", *RIVALS]


@pytest.mark.parametrize("name", RIVALS)
def test_a_guard_refuses_behind_the_endline(name: str, files: Place) -> None:
    where, options = RIVALS[name]
    with Turn(where, files.make("late"), endline=date(2000, 1, 1), **options) as late:
        with pytest.raises(RuntimeError, match=r"PermissionError|TransitionNotAllowed"):
            late.ask("renew")
    assert length_of_history(files, "late", name) == BEGUN[name]
