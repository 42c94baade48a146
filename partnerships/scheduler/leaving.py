"""Prompts while a partnership is in transition, and after its exit (S6.21, L7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from partnerships.lifecycle.answering import is_step_open, step_mark
from partnerships.lifecycle.records import TransitionPlan
from partnerships.lifecycle.vocabulary import PromptKind, State
from partnerships.scheduler.outlook import Outlook, Track
from partnerships.scheduler.rhythms import Rhythm


def leaving(look: Outlook) -> Iterator[Track]:
    """Give what is asked on the way out, and once the partnership has ended by an exit."""
    partnership = look.partnership
    if partnership.move is None:
        return
    if partnership.state == State.TRANSITIONING:
        yield from _steps(look)
        yield from _check_in(look, partnership.move.on)
    elif partnership.state == State.EXITED and partnership.ended_as == State.EXITED:
        yield from _follow_up(look, partnership.move.on)


def _steps(look: Outlook) -> Iterator[Track]:
    """Each step of the plan that is not closed; one that stands in the plan twice is asked for once."""
    plan = look.partnership.file.get(TransitionPlan)
    if plan is None:
        return
    waiting = {(step["due_on"], step_mark(step)) for step in plan.raw["steps"] if is_step_open(step)}
    for due_on, mark in sorted(waiting):
        yield from look.once(
            look.prompt(PromptKind.PLAN_STEP, date.fromisoformat(due_on), mark, evidence=plan.sequence)
        )


def _check_in(look: Outlook, began_on: date) -> Iterator[Track]:
    months, kind = look.rhythms.check_in_months, PromptKind.TRANSITION_CHECK_IN
    if not months:
        return
    rhythm, evidence = Rhythm(began_on, months), look.partnership.transition_began
    yield Track(look.prompt(kind, day, evidence=evidence) for day in rhythm.after(look.latest(kind)))


def _follow_up(look: Outlook, ended_on: date) -> Iterator[Track]:
    months = look.rhythms.follow_up_months
    due_on = Rhythm(ended_on, months).day(1) if months else None
    if due_on is not None:
        yield from look.once(look.prompt(PromptKind.EXIT_FOLLOW_UP, due_on, evidence=look.partnership.ended))
