"""By hand as by us, the same is made; and a portfolio that was multiplied is one in which nothing is due."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from bench import alarms, handwritten_sweep, sweep
from bench.places import Place


def test_ours_and_every_way_by_hand_hold_the_same_rows_and_bytes(place: Place) -> None:
    pairs = sweep.due(place, count=130, rounds=1)
    assert {way: len(each) for way, each in pairs.items()} == {sweep.GIVEN: 1, sweep.ENCODED: 1}
    assert sweep.differences(place, rounds=1) == []
    with closing(place.connect("sweep_ours_0")) as connection:
        assert len(handwritten_sweep.Told(connection)) == 130
    with closing(place.connect("sweep_by_hand_given_0")) as connection:
        connection.execute("UPDATE partnerships_prompt SET clause = 'S1.1' WHERE partnership_id = 'p-000007'")
        connection.commit()
    assert sweep.differences(place, rounds=1) == ["partnerships_prompt of sweep_by_hand_given_0"]


def test_nothing_is_due_in_a_portfolio_however_large(place: Place) -> None:
    assert len(sweep.idle(place, portfolio=50, sweeps=2)) == 2
    with closing(place.connect("idle_50")) as connection:
        count, days = connection.execute(
            "SELECT count(*), count(DISTINCT next_due_on) FROM partnerships_partnership"
        ).fetchone()
    assert (count, days) == (50, 1)


def test_a_job_a_partnership_runs_once(tmp_path: Path) -> None:
    found = alarms.measure(tmp_path, jobs=3, due=2)
    assert [(alarm.jobs, alarm.due) for alarm in found.values()] == [(3, 2), (3, 2)]
