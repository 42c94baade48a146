"""Ten years, looked at only on the days that `next_due_on` names: nothing is late, no visit in vain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given

from partnerships.scheduler.due import next_due_on
from tests.properties.profile import examples
from tests.scheduler.life import SETTINGS, Life, activity, strategic
from tests.scheduler.lives import lives
from tests.scheduler.oracle import DAY, Facts, walk

TEN_YEARS = timedelta(days=3653)


def visit(
    life: Life, until: date, on_visit: Callable[[Life], None] = lambda life: None
) -> list[tuple[str, str]]:
    """Sweeps on each day that is named, to the last; gives (day, kind) of what was asked."""
    asked = []
    while (coming := next_due_on(life.partnership, SETTINGS, life.on)) is not None and coming <= until:
        entries = len(life.entries)
        made = life.sweeps(max(coming, life.on))
        assert len(life.entries) > entries, "a visit in vain"
        asked += [(life.on.isoformat(), str(one.kind)) for one in made if not one.missed]
        on_visit(life)
    return asked


@examples(normally=40, long=500)
@given(lives())
def test_left_to_themselves(drawn: tuple[Life, Facts]) -> None:
    life, facts = drawn
    life.sweeps()
    first = life.on
    asked = visit(life, first + TEN_YEARS)
    expected = [(day.isoformat(), fall.kind) for day, fall in walk(facts, first + DAY, first + TEN_YEARS)]
    assert sorted(asked) == sorted(expected)
    assert life.replays()


def reviewed(life: Life) -> None:
    """Somebody holds a review a week after it was asked for."""
    if any(one.kind in ("sustainability_review", "review_stale") for one in life.partnership.prompts.open()):
        life.day(life.on + timedelta(days=7)).has("sustainability_review")


def test_a_strategic_partner_that_is_reviewed_each_time_is_asked_twenty_times() -> None:
    life = strategic("2024-02-29")
    asked = visit(life, date(2034, 2, 28), reviewed)
    days = [on for on, kind in asked if kind == "sustainability_review"]
    assert days[:4] == ["2024-08-29", "2025-02-28", "2025-08-29", "2026-02-28"]
    assert len(days) == 20
    assert {kind for _, kind in asked} == {"sustainability_review"}
    assert {str(one.status) for one in life.prompts()} == {"answered"}
    assert life.replays()


def renewed(life: Life) -> None:
    """Somebody renews for a year, ten days after the first notice."""
    for prompt in life.partnership.prompts.open():
        if prompt.endline is not None:
            starts_on = prompt.endline + DAY
            life.day(life.on + timedelta(days=10)).renews(
                reference=f"r-{starts_on}",
                continues=prompt.subject,
                starts_on=starts_on.isoformat(),
                ends_on=(starts_on + timedelta(days=364)).isoformat(),
                collaboration=f"The work from {starts_on}",
            )
    reviewed(life)


def test_an_activity_that_is_renewed_each_year_is_asked_for_once_a_year() -> None:
    life = activity("2024-01-10", ends_on="2024-12-31")
    asked = [kind for _, kind in visit(life, date(2033, 12, 31), renewed)]
    assert asked.count("endline_notice") == 10
    assert set(asked) == {"endline_notice", "review_stale"}
    assert {str(one.status) for one in life.prompts()} == {"answered"}
    assert life.replays()
