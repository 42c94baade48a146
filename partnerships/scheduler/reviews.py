"""Prompts while a partnership is active: reviewing, talking about the end, value on both sides (S5.4, S6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from partnerships.lifecycle.answering import lacks_value, no_longer_meets
from partnerships.lifecycle.records import (
    Arrangement,
    ExitDialogue,
    PartnerProfile,
    SustainabilityReview,
    TransitionPlan,
)
from partnerships.lifecycle.vocabulary import ACTIVE_STATES, PromptKind, State, Trigger
from partnerships.scheduler.outlook import Outlook, Track
from partnerships.scheduler.rhythms import Rhythm


def reviews(look: Outlook) -> Iterator[Track]:
    """Give everything that is asked in an active state apart from agreements."""
    began_on = look.partnership.began_on
    if look.partnership.state not in ACTIVE_STATES or began_on is None:
        return
    yield from _review(look, began_on)
    yield from _stale(look, began_on)
    yield from _what_the_review_says(look)
    if look.partnership.state == State.STRATEGIC:
        yield from _dialogue(look, began_on)
        yield from _type(look, began_on)


def review_months(look: Outlook) -> int:
    """Give the rhythm of reviews: the arrangement's where it gives a reason, or else the category's."""
    arrangement = look.partnership.file.get(Arrangement)
    if arrangement is not None and arrangement.raw.get("reason"):
        return int(arrangement.raw.get("review_months", look.rhythms.review_months))
    return look.rhythms.review_months


def _review(look: Outlook, began_on: date) -> Iterator[Track]:
    """Every so many months from entry; a review held stands for the day of the rhythm nearest to it."""
    months, partnership, kind = review_months(look), look.partnership, PromptKind.SUSTAINABILITY_REVIEW
    if not months:
        return
    rhythm = Rhythm(began_on, months)
    done = look.latest(kind)
    held_on = _held_on(look)
    if held_on is not None:
        done = max(done, rhythm.nearest(held_on))
    if partnership.move is not None and partnership.move.trigger == Trigger.EXTEND:
        done = max(done, partnership.move.on)
    elif partnership.extended_on is not None:
        done = max(done, partnership.extended_on)
    clause = None if partnership.state == State.STRATEGIC else "S6.1"
    coming = (look.prompt(kind, day, evidence=partnership.since, clause=clause) for day in rhythm.after(done))
    yield Track(coming, date.max if look.never_asked(kind) else date.min)


def _stale(look: Outlook, began_on: date) -> Iterator[Track]:
    """The day after the latest review, or else the entry, is so many months old, and again each time."""
    months, kind = look.rhythms.stale_months, PromptKind.REVIEW_STALE
    if not months:
        return
    review = look.partnership.file.get(SustainabilityReview)
    evidence = review.sequence if review else look.partnership.since
    rhythm = Rhythm(_held_on(look) or began_on, months, days=1)
    coming = (look.prompt(kind, day, evidence=evidence) for day in rhythm.after(look.latest(kind)))
    yield Track(coming, date.max if look.never_asked(kind) else began_on)


def _what_the_review_says(look: Outlook) -> Iterator[Track]:
    """A review since the latest decision that says all goals are reached, or names no value for a side."""
    review = look.partnership.file.get(SustainabilityReview)
    plan = look.partnership.file.get(TransitionPlan)
    if review is None or review.sequence < look.partnership.since:
        return
    if plan is not None and plan.sequence > review.sequence:
        return
    held_on = date.fromisoformat(review.raw["held_on"])
    if review.raw["goals_reached"] == "all":
        yield from look.once(look.prompt(PromptKind.GOALS_REACHED, held_on, evidence=review.sequence))
    for party in ("ims", "partner"):
        if lacks_value(review.raw, party):
            yield from look.once(
                look.prompt(PromptKind.NO_ADDED_VALUE, held_on, party, evidence=review.sequence)
            )


def _dialogue(look: Outlook, began_on: date) -> Iterator[Track]:
    if look.partnership.file.get(ExitDialogue) is None:
        yield from look.once(look.prompt(PromptKind.EXIT_DIALOGUE, began_on, evidence=look.partnership.since))


def _type(look: Outlook, began_on: date) -> Iterator[Track]:
    """Asked once for each profile that does not fit, and not while it is being asked."""
    profile = look.partnership.file.get(PartnerProfile)
    plan = look.partnership.file.get(TransitionPlan)
    kind = PromptKind.NO_LONGER_MEETS
    if profile is None or not no_longer_meets(look.partnership):
        return
    is_asked = any(prompt.kind == kind for prompt in look.partnership.prompts.open())
    if not is_asked and (plan is None or plan.sequence < profile.sequence):
        yield from look.once(look.prompt(kind, max(profile.on, began_on), evidence=profile.sequence))


def _held_on(look: Outlook) -> date | None:
    review = look.partnership.file.get(SustainabilityReview)
    return date.fromisoformat(review.raw["held_on"]) if review else None
