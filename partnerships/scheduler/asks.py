"""What each kind of prompt asks for, under which clause, of whom, and which records answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from partnerships.lifecycle.answering import ANSWERS, SETTLES
from partnerships.lifecycle.vocabulary import PromptKind, RecordKind


@dataclass(frozen=True, slots=True)
class Ask:
    """One kind of prompt in words; `both_sides` tells whether the partner's side is asked too."""

    kind: PromptKind
    clause: str
    title: str
    what: str
    both_sides: bool = True

    @property
    def answered_by(self) -> tuple[RecordKind, ...]:
        """List the kinds of records that can answer it; a `prompt_answer` always does."""
        return (*ANSWERS[self.kind], *SETTLES.get(self.kind, ()), RecordKind.PROMPT_ANSWER)


ASKS: Mapping[PromptKind, Ask] = {
    ask.kind: ask
    for ask in (
        Ask(
            PromptKind.SUSTAINABILITY_REVIEW,
            "S6.23",
            "Sustainability review",
            "Look together at what each side still gains, at income, governance, administration and "
            "finances, and at where the partnership goes; record the review.",
        ),
        Ask(
            PromptKind.EXIT_DIALOGUE,
            "S6.22",
            "Exit dialogue",
            "Talk with the partner about the endline and about sustainability, and record what was said.",
        ),
        Ask(
            PromptKind.ENDLINE_NOTICE,
            "S6.18",
            "Endline ahead",
            "The agreement ends soon, and only a renewal carries it on: write a renewal note, plan the way "
            "out, or record how it was concluded.",
        ),
        Ask(
            PromptKind.ENDLINE_PASSED,
            "S6.18",
            "Endline passed",
            "The agreement has passed its endline: renew it, record how it was concluded, or begin the "
            "transition.",
        ),
        Ask(
            PromptKind.GOALS_REACHED,
            "S6.5",
            "Goals reached",
            "The latest review says that all goals are reached: plan the way out, renew for other goals, or "
            "say why to go on.",
        ),
        Ask(
            PromptKind.NO_ADDED_VALUE,
            "S6.6",
            "No added value named",
            "The latest review names no added value for this side: ask for it and record the review anew, or "
            "plan the way out.",
        ),
        Ask(
            PromptKind.PLAN_STEP,
            "S6.21",
            "Step of the transition plan",
            "A step of the transition plan is due: record the plan with the step done, its outcome, or a new "
            "day.",
        ),
        Ask(
            PromptKind.TRANSITION_CHECK_IN,
            "S6.21",
            "Transition check-in",
            "Talk about how the transition goes, and record the plan as it stands.",
        ),
        Ask(
            PromptKind.AGREEMENT_ENDING,
            "S5.16",
            "Strategic agreement ending",
            "The agreement under the strategic partnership ends soon: agree on the next one, or plan another "
            "relation.",
        ),
        Ask(
            PromptKind.NO_LONGER_MEETS,
            "S5.4",
            "Partner's type no longer fits",
            "The partner is of no type that strategic partnerships are for: correct the profile, or plan "
            "another relation.",
            both_sides=False,
        ),
        Ask(
            PromptKind.REVIEW_STALE,
            "S6.7",
            "Review out of date",
            "No sustainability review was held for a long time: hold one with the partner and record it.",
        ),
        Ask(
            PromptKind.EXIT_FOLLOW_UP,
            "L7",
            "Follow-up after the exit",
            "Find out how the partner has fared since the exit, and note what is to be learned from it.",
            both_sides=False,
        ),
    )
}
"""Every kind of prompt."""
