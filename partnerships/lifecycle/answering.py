"""What makes a prompt, what answers it, and when what it asks for no longer matters."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from partnerships.lifecycle.days import day_after
from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.guards.engagement import STRATEGIC_TYPES
from partnerships.lifecycle.lines import same_text
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.prompts import Prompt, PromptStep
from partnerships.lifecycle.records import PartnerProfile, SustainabilityReview, TransitionPlan
from partnerships.lifecycle.standing import has_lapsed
from partnerships.lifecycle.vocabulary import (
    ACTIVE_STATES,
    HELD_KINDS,
    EntryType,
    PromptKind,
    PromptStatus,
    RecordKind,
    State,
)

ANSWERS: Mapping[PromptKind, tuple[RecordKind, ...]] = {
    PromptKind.SUSTAINABILITY_REVIEW: (RecordKind.SUSTAINABILITY_REVIEW,),
    PromptKind.EXIT_DIALOGUE: (RecordKind.EXIT_DIALOGUE,),
    PromptKind.ENDLINE_NOTICE: (RecordKind.RENEWAL_NOTE, RecordKind.TRANSITION_PLAN),
    PromptKind.AGREEMENT_ENDING: (RecordKind.RENEWAL_NOTE, RecordKind.TRANSITION_PLAN),
    PromptKind.ENDLINE_PASSED: (),
    PromptKind.GOALS_REACHED: (RecordKind.TRANSITION_PLAN,),
    PromptKind.NO_ADDED_VALUE: (RecordKind.TRANSITION_PLAN,),
    PromptKind.PLAN_STEP: (),
    PromptKind.TRANSITION_CHECK_IN: (
        RecordKind.TRANSITION_PLAN,
        RecordKind.EXIT_DIALOGUE,
        RecordKind.SUSTAINABILITY_REVIEW,
    ),
    PromptKind.NO_LONGER_MEETS: (RecordKind.TRANSITION_PLAN,),
    PromptKind.REVIEW_STALE: (RecordKind.SUSTAINABILITY_REVIEW,),
    PromptKind.EXIT_FOLLOW_UP: (RecordKind.SUSTAINABILITY_REVIEW,),
}
"""Which records answer a prompt whatever they say; a `prompt_answer` that names it always does."""

SETTLES: Mapping[PromptKind, tuple[RecordKind, ...]] = {
    PromptKind.ENDLINE_NOTICE: (RecordKind.AGREEMENT,),
    PromptKind.AGREEMENT_ENDING: (RecordKind.AGREEMENT,),
    PromptKind.ENDLINE_PASSED: (RecordKind.AGREEMENT,),
    PromptKind.GOALS_REACHED: (RecordKind.SUSTAINABILITY_REVIEW,),
    PromptKind.NO_ADDED_VALUE: (RecordKind.SUSTAINABILITY_REVIEW,),
    PromptKind.PLAN_STEP: (RecordKind.TRANSITION_PLAN,),
    PromptKind.NO_LONGER_MEETS: (RecordKind.PARTNER_PROFILE,),
}
"""Which records answer a prompt once they say that its reason is gone."""

ENDLINE_KINDS = frozenset({PromptKind.ENDLINE_NOTICE, PromptKind.AGREEMENT_ENDING, PromptKind.ENDLINE_PASSED})
"""Prompts on one agreement's endline: a later one takes the place of those before."""


def make(partnership: Partnership, entry: Entry) -> None:
    """Take a prompt's entry in: it is asked, recorded as missed, or escalated."""
    said = entry.prompt
    if said is None or entry.kind is None:
        return
    prompts, id = partnership.prompts, said["id"]
    if said["step"] == PromptStep.ESCALATED:
        standing = prompts.get(id)
        if standing is not None and standing.status == PromptStatus.OPEN:
            prompts.put(standing.escalated())
        return
    if id in prompts:
        return
    endline = said.get("endline")
    prompt = Prompt(
        id,
        PromptKind(entry.kind),
        (entry.body or {}).get("subject", ""),
        date.fromisoformat(said["due_on"]),
        said["clause"],
        entry.sequence,
        entry.on,
        endline=date.fromisoformat(endline) if endline else None,
    )
    for other in prompts.open():
        if other.due_on < prompt.due_on and _same_thing(other, prompt):
            prompts.put(other.missed(entry.sequence))
    prompts.put(prompt.missed(entry.sequence) if said["step"] == PromptStep.MISSED else prompt)


def settle(partnership: Partnership, entry: Entry) -> None:
    """Close the open prompts that an entry answers, or whose reason went with it."""
    for prompt in partnership.prompts.open():
        if _answers(partnership, entry, prompt) or not stands(partnership, prompt, entry.on):
            partnership.prompts.put(prompt.answered(entry.sequence))


def stands(partnership: Partnership, prompt: Prompt, day: date) -> bool:
    """Tell whether the reason for a prompt is still there, as the file says on a day."""
    return _STANDS[prompt.kind](partnership, prompt, day)


def step_mark(step: Mapping[str, Any]) -> str:
    """Give the subject of a plan's step: what it is and whose, whatever its place in the plan."""
    words = f"{step['owner']}\n{same_text(step['what'])}"
    return f"step-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def is_step_open(step: Mapping[str, Any]) -> bool:
    """Tell whether a step is neither done nor given an outcome (S6.21)."""
    return not step.get("done_on") and not step.get("outcome")


def no_longer_meets(partnership: Partnership) -> bool:
    """Tell whether a strategic partner is of no type that strategic partnerships are for (S5.4)."""
    profile = partnership.file.get(PartnerProfile)
    return (
        partnership.state == State.STRATEGIC
        and profile is not None
        and profile.raw.get("type") not in STRATEGIC_TYPES
    )


def lacks_value(review: Mapping[str, Any], party: str) -> bool:
    """Tell whether a review names no added value for a party (S6.6)."""
    return not review.get(f"added_value_{party}")


def _same_thing(one: Prompt, other: Prompt) -> bool:
    if one.subject != other.subject:
        return False
    return one.kind == other.kind or {one.kind, other.kind} <= ENDLINE_KINDS


def _answers(partnership: Partnership, entry: Entry, prompt: Prompt) -> bool:
    if entry.entry != EntryType.RECORD:
        return False
    if entry.kind == RecordKind.PROMPT_ANSWER:
        return entry.body is not None and entry.body["prompt"] == prompt.id
    if entry.kind not in ANSWERS[prompt.kind]:
        return False
    return entry.kind not in HELD_KINDS or _was_held_for(partnership, entry, prompt)


def _was_held_for(partnership: Partnership, entry: Entry, prompt: Prompt) -> bool:
    """Tell whether a review or dialogue just filed is the one held last, and for what is asked."""
    held = partnership.file.records[str(entry.kind)]
    if held.sequence != entry.sequence:
        return False
    held_on = date.fromisoformat(held.raw["held_on"])
    if prompt.kind in (PromptKind.TRANSITION_CHECK_IN, PromptKind.EXIT_FOLLOW_UP):
        return partnership.move is None or held_on >= partnership.move.on
    if prompt.kind == PromptKind.SUSTAINABILITY_REVIEW:
        # It stands for the day of the rhythm nearest to it, and of two for the earlier.
        return held_on - _asked_before(partnership, prompt) > prompt.due_on - held_on
    return True


def _asked_before(partnership: Partnership, prompt: Prompt) -> date:
    """Give the day before a prompt's on which the same was asked, or else that of the beginning."""
    days = [
        one.due_on for one in partnership.prompts if one.kind == prompt.kind and one.due_on < prompt.due_on
    ]
    return max([*days, partnership.began_on or date.min])


def _active(partnership: Partnership, prompt: Prompt, day: date) -> bool:
    return partnership.state in ACTIVE_STATES


def _strategic(partnership: Partnership, prompt: Prompt, day: date) -> bool:
    return partnership.state == State.STRATEGIC


def _endline_ahead(partnership: Partnership, prompt: Prompt, day: date) -> bool:
    """The same endline still counts, nothing follows on it, and the way out has not begun since."""
    line = partnership.file.agreements.get(prompt.subject)
    if line is None or prompt.endline is None or line.ends_on != prompt.endline:
        return False
    if prompt.sequence < partnership.transition_began:
        return False
    return has_lapsed(partnership, line, max(day, day_after(prompt.endline)))


def _review_says_so(partnership: Partnership, prompt: Prompt, day: date) -> bool:
    review = partnership.file.get(SustainabilityReview)
    if partnership.state not in ACTIVE_STATES or review is None or review.sequence < partnership.since:
        return False
    if review.raw["held_on"] != prompt.due_on.isoformat():
        return False
    if prompt.kind == PromptKind.GOALS_REACHED:
        return bool(review.raw["goals_reached"] == "all")
    return lacks_value(review.raw, prompt.subject)


def _step_open(partnership: Partnership, prompt: Prompt, day: date) -> bool:
    plan = partnership.file.get(TransitionPlan)
    if partnership.state != State.TRANSITIONING or plan is None:
        return False
    due_on = prompt.due_on.isoformat()
    return any(
        step["due_on"] == due_on and is_step_open(step) and step_mark(step) == prompt.subject
        for step in plan.raw["steps"]
    )


def _transitioning(partnership: Partnership, prompt: Prompt, day: date) -> bool:
    return partnership.state == State.TRANSITIONING


def _type_unfit(partnership: Partnership, prompt: Prompt, day: date) -> bool:
    return no_longer_meets(partnership)


def _exited(partnership: Partnership, prompt: Prompt, day: date) -> bool:
    return partnership.ended_as == State.EXITED


_STANDS: Mapping[PromptKind, Callable[[Partnership, Prompt, date], bool]] = {
    PromptKind.SUSTAINABILITY_REVIEW: _active,
    PromptKind.EXIT_DIALOGUE: _strategic,
    PromptKind.ENDLINE_NOTICE: _endline_ahead,
    PromptKind.AGREEMENT_ENDING: _endline_ahead,
    PromptKind.ENDLINE_PASSED: _endline_ahead,
    PromptKind.GOALS_REACHED: _review_says_so,
    PromptKind.NO_ADDED_VALUE: _review_says_so,
    PromptKind.PLAN_STEP: _step_open,
    PromptKind.TRANSITION_CHECK_IN: _transitioning,
    PromptKind.NO_LONGER_MEETS: _type_unfit,
    PromptKind.REVIEW_STALE: _active,
    PromptKind.EXIT_FOLLOW_UP: _exited,
}
