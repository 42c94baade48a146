"""One partnership as a day finds it: all that the sections count, read before anything is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from partnerships.lifecycle.days import add_months
from partnerships.lifecycle.lines import in_force
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.records import ExitDialogue, SustainabilityReview
from partnerships.lifecycle.vocabulary import LIVE_STATES, Category, State
from partnerships.scheduler.addressees import concerns_partner


@dataclass(frozen=True, slots=True)
class Given:
    """One contribution under an agreement; without an amount it has no currency either."""

    by: str
    kind: str
    currency: str | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class InForce:
    """An agreement that counts and is in force."""

    category: Category
    given: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What the current file of one partnership says on a day.

    `runs` tells whether it is active or transitioning, `months` for how many whole months its category has.
    `requests` counts what the partner's side was asked by then and has not answered. `reviewed_on`,
    `introductions` and `talked_on` are of the review and the exit dialogue on file, if held by then.
    """

    id: str
    name: str
    state: State
    runs: bool
    category: Category | None
    type: str | None
    legal_form: str | None
    level: str | None
    has_identifiers: bool
    began_on: date | None
    months: int
    requests: int
    agreements: tuple[InForce, ...]
    reviewed_on: date | None
    introductions: tuple[str, ...]
    talked_on: date | None


def look_at(partnership: Partnership, day: date) -> Look:
    """Look at a partnership on a day; raises some error where its file is damaged."""
    profile, state = partnership.profile, partnership.state
    assert profile is not None
    assert state is not None
    runs, said = state in LIVE_STATES, profile.body
    review = partnership.file.get(SustainabilityReview)
    if review is not None and review.body.held_on > day:
        review = None
    dialogue = partnership.file.get(ExitDialogue)
    return Look(
        partnership.id,
        str(said.name),
        state,
        runs,
        Category(partnership.category) if runs and partnership.category else None,
        _word(said.type),
        _word(said.legal_form),
        _word(said.level),
        bool(said.identifiers),
        partnership.began_on,
        _whole_months(partnership.began_on, day) if runs and partnership.began_on else 0,
        _requests(partnership, day) if runs else 0,
        tuple(_agreements(partnership, day)) if runs else (),
        review.body.held_on if review else None,
        tuple(map(str, review.body.introductions)) if review else (),
        dialogue.body.held_on if dialogue and dialogue.body.held_on <= day else None,
    )


def _word(value: Any) -> str | None:
    return None if value is None else str(value)


def _requests(partnership: Partnership, day: date) -> int:
    return sum(
        prompt.on <= day and concerns_partner(partnership, prompt) for prompt in partnership.prompts.open()
    )


def _agreements(partnership: Partnership, day: date) -> Iterator[InForce]:
    for line in partnership.file.agreements.values():
        if line.counting is not None and in_force(line.counting, day):
            body = line.counting.body
            yield InForce(
                Category(body.category),
                tuple(
                    Given(
                        item.given_by,
                        item.kind,
                        item.currency if item.amount is not None else None,
                        Decimal(item.amount) if item.amount is not None else None,
                    )
                    for item in body.contributions
                ),
            )


def _whole_months(start: date, day: date) -> int:
    months = (day.year - start.year) * 12 + day.month - start.month
    if months > 0 and add_months(start, months) > day:
        months -= 1
    return max(months, 0)
