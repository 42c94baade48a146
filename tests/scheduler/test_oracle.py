"""Every prompt of generated lives, checked against a walk through the calendar day by day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from partnerships.scheduler.due import (
    due,
    due_and_then,
    earliest,
    escalations_and_then,
    next_due_on,
    upcoming,
)
from tests.properties.profile import examples
from tests.scheduler.life import SETTINGS, Life
from tests.scheduler.lives import SPANS, lives
from tests.scheduler.oracle import DAY, Facts, Told, collapse, walk

LIVES = lives()
EARLIEST = date(2022, 6, 1)
FAR = 800


def as_told(life: Life, on: date) -> set[Told]:
    found = due(life.partnership, SETTINGS, on)
    told = {(str(one.kind), one.subject, one.due_on, one.missed) for one in found}
    assert len(told) == len(found)
    return told


@examples(normally=120, long=4000)
@given(LIVES, SPANS)
def test_what_is_due_is_what_the_calendar_says(drawn: tuple[Life, Facts], later: int) -> None:
    life, facts = drawn
    for on in (life.on, life.on + timedelta(days=later)):
        assert as_told(life, on) == collapse(walk(facts, EARLIEST, on))


@examples(normally=60, long=2000)
@given(LIVES, SPANS)
def test_the_next_day_is_the_first_on_which_anything_falls(drawn: tuple[Life, Facts], later: int) -> None:
    life, facts = drawn
    on = life.on + timedelta(days=later)
    days = [day for day, _ in walk(facts, EARLIEST, on + timedelta(days=FAR))]
    expected = min(days, default=None)
    said = next_due_on(life.partnership, SETTINGS, on)
    if expected is None:
        assert said is None or said > on + timedelta(days=FAR)
    else:
        assert said == expected
    then = due_and_then(life.partnership, SETTINGS, on)[1]
    life.sweeps(on)
    waiting = escalations_and_then(life.partnership, SETTINGS, on)
    assert waiting[0] == [], "whoever is late was told"
    assert next_due_on(life.partnership, SETTINGS, on) == earliest(then, waiting[1]), "known beforehand"
    coming = min((day for day in days if day > on), default=None)
    said = next_due_on(life.partnership, SETTINGS, on)
    assert said is None or said > on, "nothing is left for today"
    if coming is not None:
        assert said is not None
        assert said <= coming, "an escalation may come first, and nothing is passed over"


@examples(normally=60, long=2000)
@given(LIVES, SPANS, st.integers(0, 500))
def test_what_will_come_is_what_will_fall(drawn: tuple[Life, Facts], later: int, long: int) -> None:
    life, facts = drawn
    first = life.on + timedelta(days=later)
    last = first + timedelta(days=long)
    found = upcoming(life.partnership, SETTINGS, first, last)
    assert [one.due_on for one in found] == sorted(one.due_on for one in found)
    assert {(str(one.kind), one.subject, one.due_on) for one in found} == {
        (fall.kind, fall.subject, day) for day, fall in walk(facts, first, last)
    }


@examples(normally=30, long=600)
@given(LIVES, st.lists(SPANS, max_size=6), st.lists(st.integers(0, 400), max_size=3))
def test_however_often_it_is_swept_each_is_made_once(
    drawn: tuple[Life, Facts], spans: list[int], back: list[int]
) -> None:
    """Sweeps on any days, some of them before earlier ones; the last one has caught up."""
    life, facts = drawn
    on = life.on
    for span in spans:
        before = on
        on += timedelta(days=span)
        fresh = life.sweeps(on)
        asked = {fall.thing for _, fall in walk(facts, EARLIEST, on)}
        assert len([one for one in fresh if not one.missed]) <= len(asked)
        assert before > life.on or all(one.due_on <= on for one in fresh)
        # From an earlier day an agreement that was concluded since runs on, and its endline is asked about.
        for days in back if not any(agreement.concluded for agreement in facts.agreements) else ():
            assert life.sweeps(on - timedelta(days=days)) == []
        assert life.day(on).due() == []
    keys = [(one.kind, one.subject, one.due_on) for one in life.prompts()]
    assert len(keys) == len(set(keys))
    made = {(str(one.kind), one.subject, one.due_on) for one in life.prompts()}
    assert made == {told[:3] for told in collapse_all(facts, on if spans else None)}
    assert life.replays()


def collapse_all(facts: Facts, until: date | None) -> set[Told]:
    return collapse(walk(facts, EARLIEST, until)) if until is not None else set()


@examples(normally=8, long=100)
@given(LIVES)
def test_swept_every_day_each_is_asked_on_its_own_day(drawn: tuple[Life, Facts]) -> None:
    life, facts = drawn
    first = life.on
    life.sweeps(first)
    last = first + timedelta(days=FAR)
    asked = life.sweeps_daily(last.isoformat())
    expected = [(day.isoformat(), fall.kind) for day, fall in walk(facts, first + DAY, last)]
    assert sorted(asked) == sorted(expected)
    assert not [one for one in life.prompts() if one.status == "open" and (last - one.on).days >= 14]
