"""What was on file too late to be asked in time is asked now, and nobody is said to have missed it."""

from __future__ import annotations

from datetime import date

from partnerships.scheduler.due import due
from tests.scheduler.life import SETTINGS, Life, strategic, told


def recorded_on(life: Life, day: str) -> None:
    life.partnership.known_on = date.fromisoformat(day)


def test_days_before_the_beginning_was_on_file_are_not_missed() -> None:
    life = strategic("2022-01-10")
    recorded_on(life, "2024-02-01")
    found = told(due(life.partnership, SETTINGS, date(2024, 3, 1)))
    assert found == [
        ("sustainability_review", "2024-01-10", "asked"),
        ("review_stale", "2024-01-11", "asked"),
    ]


def test_days_after_it_are_missed_as_ever() -> None:
    life = strategic("2022-01-10")
    recorded_on(life, "2022-08-01")
    found = told(due(life.partnership, SETTINGS, date(2023, 8, 1)))
    reviews = [line for line in found if line[0] == "sustainability_review"]
    assert reviews == [
        ("sustainability_review", "2023-01-10", "missed"),
        ("sustainability_review", "2023-07-10", "asked"),
    ]


def test_the_fold_takes_the_day_of_recording_where_it_is_late() -> None:
    life = Life("2024-01-10")
    life.begins("activity")
    assert life.partnership.known_on is None
    late = life.entries[-1]
    late.recorded_at = "2024-05-02T09:00:00.000000Z"
    assert life.folded().known_on == date(2024, 5, 2)
    life.partnership = life.folded()
    life.does("begin_transition", "transitioning")
    assert life.partnership.known_on is None
    life.entries[-1].recorded_at = "2024-05-03T09:00:00.000000Z"
    assert life.folded().known_on == date(2024, 5, 3)
    life.partnership = life.folded()
    assert life.replays()
