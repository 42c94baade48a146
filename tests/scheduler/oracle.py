"""What should be asked when, worked out another way: walking through the calendar, day by day.

It reads the plain facts of a generated life, never the partnership, and knows nothing of rhythms as such: for
each day it looks at the calendar and says what falls on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

DAY = timedelta(days=1)

Told = tuple[str, str, date, bool]
"""(kind, subject, due day, missed)."""


@dataclass(frozen=True)
class AgreementFacts:
    reference: str
    starts_on: date
    ends_on: date | None
    recorded_on: date
    concluded: bool = False
    followed_from: date | None = None


@dataclass(frozen=True)
class ReviewFacts:
    held_on: date
    goals: str
    lacks: tuple[str, ...]


@dataclass
class Facts:
    category: str
    began_on: date
    agreements: list[AgreementFacts] = field(default_factory=list)
    reviews: list[ReviewFacts] = field(default_factory=list)
    dialogue: bool = True
    unfit_since: date | None = None
    review_months: int = 6
    transition_on: date | None = None
    steps: list[tuple[str, date, bool]] = field(default_factory=list)
    exited_on: date | None = None

    @cached_property
    def review(self) -> ReviewFacts | None:
        return max(reversed(self.reviews), key=lambda one: one.held_on, default=None)


@dataclass(frozen=True)
class Fall:
    """One thing that falls on a day; of one `thing` only the latest is asked."""

    thing: str
    kind: str
    subject: str
    owed: bool = True


def falls_on(facts: Facts, on: date) -> Iterator[Fall]:
    """Everything that falls on a day, as the facts stand in the end."""
    if facts.exited_on is not None:
        if is_month_day(facts.exited_on, on, 6) and months_apart(facts.exited_on, on) == 6:
            yield Fall("follow-up", "exit_follow_up", "")
        return
    for agreement in facts.agreements:
        yield from _endline(facts, agreement, on)
    if facts.transition_on is not None:
        yield from _transition(facts, on)
    else:
        yield from _active(facts, on)


def _endline(facts: Facts, agreement: AgreementFacts, on: date) -> Iterator[Fall]:
    if agreement.ends_on is None or agreement.concluded:
        return
    if agreement.followed_from is not None and agreement.followed_from <= agreement.ends_on + DAY:
        return
    kind = "agreement_ending" if facts.category == "strategic" else "endline_notice"
    counts = on >= max(agreement.starts_on, agreement.recorded_on, facts.began_on)
    if (agreement.ends_on - on).days in (90, 30, 7) and counts:
        yield Fall(f"end of {agreement.reference}", kind, agreement.reference)
    if on - DAY == agreement.ends_on:
        yield Fall(f"end of {agreement.reference}", "endline_passed", agreement.reference)


def _transition(facts: Facts, on: date) -> Iterator[Fall]:
    assert facts.transition_on is not None
    if is_month_day(facts.transition_on, on, 1):
        yield Fall("check-in", "transition_check_in", "")
    for what, due_on, closed in facts.steps:
        if due_on == on and not closed:
            yield Fall(f"step {what} {due_on}", "plan_step", what)


def _active(facts: Facts, on: date) -> Iterator[Fall]:
    review = facts.review
    strategic = facts.category == "strategic"
    if facts.review_months and is_month_day(facts.began_on, on, facts.review_months):
        if review is None or _comes_after(facts, review.held_on, on):
            yield Fall("review", "sustainability_review", "")
    base = review.held_on if review else facts.began_on
    if is_month_day(base, on - DAY, 12):
        yield Fall("stale", "review_stale", "", owed=on > facts.began_on)
    if review is not None and review.held_on == on:
        if review.goals == "all":
            yield Fall("goals", "goals_reached", "")
        for party in review.lacks:
            yield Fall(f"value {party}", "no_added_value", party)
    if strategic and not facts.dialogue and on == facts.began_on:
        yield Fall("dialogue", "exit_dialogue", "")
    if strategic and facts.unfit_since == on:
        yield Fall("type", "no_longer_meets", "")


def _comes_after(facts: Facts, held_on: date, on: date) -> bool:
    """Whether a day of the rhythm lies after the one nearest to a review, sought on both sides at once."""
    for apart in range(4000):
        for near in (held_on - apart * DAY, held_on + apart * DAY):
            if near == facts.began_on or is_month_day(facts.began_on, near, facts.review_months):
                return on > near
    raise AssertionError("no day of the rhythm near the review")


def months_apart(anchor: date, on: date) -> int:
    return (on.year - anchor.year) * 12 + on.month - anchor.month


def is_month_day(anchor: date, on: date, months: int) -> bool:
    """Whether a day is so many months after an anchor: the same day, or the last of a shorter month."""
    apart = months_apart(anchor, on)
    if apart <= 0 or apart % months:
        return False
    return on.day == anchor.day or ((on + DAY).day == 1 and on.day < anchor.day)


def walk(facts: Facts, first: date, last: date) -> list[tuple[date, Fall]]:
    """Everything that falls on the days from one to another, both included."""
    found = []
    on = first
    while on <= last:
        found += [(on, fall) for fall in falls_on(facts, on)]
        on += DAY
    return found


def collapse(found: list[tuple[date, Fall]]) -> set[Told]:
    """What a sweep makes of it: the latest of each thing asked, the owed ones before it missed."""
    latest = {fall.thing: on for on, fall in found}
    return {
        (fall.kind, fall.subject, on, on != latest[fall.thing])
        for on, fall in found
        if fall.owed or on == latest[fall.thing]
    }
