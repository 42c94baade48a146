"""Ten years in the life of a portfolio, swept every day: what is asked is what the calendar says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest

from partnerships import Service, open_service
from tests.properties.profile import LONG
from tests.scheduler.sweep.world import World
from tests.storage.rows import all_rows, chains
from tests.story import Clock

PARTNERSHIPS = 500 if LONG else 30
FIRST, LAST = date(2024, 1, 1), date(2033, 12, 31)
SEED = 20240301
FOURTEEN = timedelta(days=14)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """The portfolio after ten years."""
    clock = Clock()
    with open_service("sqlite://", create=True, clock=clock) as service:
        made = World(service, clock, Random(SEED))
        made.live(FIRST, LAST, PARTNERSHIPS)
        yield made


def asked(service: Service) -> list[tuple[str, str, date]]:
    return [
        (chain["partnership"], chain["kind"], date.fromisoformat(chain["on"]))
        for chain in chains(service)
        if chain["entry"] == "prompt" and chain["prompt"]["step"] == "asked"
    ]


def test_every_prompt_of_ten_years_is_asked_on_its_day_and_no_other(world: World) -> None:
    assert len(world.expected) > 15 * PARTNERSHIPS
    assert Counter(asked(world.service)) == Counter(world.expected)
    assert len({kind for _, kind, _ in world.expected}) == 12
    rows = all_rows(world.service, "prompt")
    assert len(rows) == len(world.expected)
    assert all(row.made_on == row.due_on for row in rows)


def test_whoever_was_not_answered_within_fourteen_days_went_to_the_director(world: World) -> None:
    on_of, told = {}, Counter[tuple[str, str, date]]()
    for chain in chains(world.service):
        on = date.fromisoformat(chain["on"])
        on_of[chain["partnership"], chain["sequence"]] = on
        if chain["entry"] == "prompt" and chain["prompt"]["step"] == "escalated":
            told[chain["partnership"], chain["prompt"]["id"], on] += 1
    expected = Counter[tuple[str, str, date]]()
    for row in all_rows(world.service, "prompt"):
        closed_on = on_of[row.partnership_id, row.closed_by] if row.closed_by else None
        late_on = date.fromisoformat(row.made_on) + FOURTEEN
        if late_on <= LAST and (closed_on is None or closed_on > late_on):
            expected[row.partnership_id, row.id, late_on] += 1
    assert told == expected
    assert set(told.values()) == {1}


def test_everybody_who_is_to_be_told_has_one_notice(world: World) -> None:
    wanted = Counter(
        (chain["partnership"], chain["prompt"]["id"], chain["prompt"]["step"])
        for chain in chains(world.service)
        if chain["entry"] == "prompt"
    )
    notices = all_rows(world.service, "notice")
    assert Counter((row.partnership_id, row.prompt_id, row.step) for row in notices) == wanted


def test_every_history_gives_the_same_again(world: World) -> None:
    ids = list(world.service.ids())
    assert len(ids) == PARTNERSHIPS
    assert all(world.service.replay(id)["same"] for id in ids)
    for row in all_rows(world.service, "partnership"):
        assert (
            json.dumps(json.loads(row.file), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            == row.file
        )
