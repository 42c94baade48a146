"""For every kind of prompt a life in which it has just been made and is open."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from partnerships.lifecycle.vocabulary import PromptKind
from tests.scheduler.life import Life, activity, strategic

STEP = {"what": "Hand over the archive", "owner": "partner", "due_on": "2024-07-01"}


def review_asked() -> Life:
    life = strategic("2024-01-31")
    life.sweeps("2024-07-31")
    return life


def dialogue_asked() -> Life:
    life = Life("2024-01-31")
    life.begins("strategic", ends_on=None)
    life.sweeps()
    return life


def notice_asked() -> Life:
    life = activity(ends_on="2024-12-31")
    life.sweeps("2024-10-02")
    return life


def ending_asked() -> Life:
    life = strategic("2024-01-31", ends_on="2024-06-30")
    life.sweeps("2024-04-01")
    return life


def passed_asked() -> Life:
    life = activity(ends_on="2024-12-31")
    life.sweeps("2025-01-01")
    return life


def goals_asked() -> Life:
    life = activity(ends_on="2024-12-31").day("2024-05-02")
    life.has("sustainability_review", goals_reached="all")
    life.sweeps()
    return life


def value_asked() -> Life:
    life = activity(ends_on="2024-12-31").day("2024-05-02")
    life.has("sustainability_review", added_value_partner=None)
    life.sweeps()
    return life


def step_asked() -> Life:
    life = activity(ends_on="2026-12-31").day("2024-05-31")
    life.begins_transition(steps=[STEP])
    life.sweeps("2024-07-01")
    return life


def check_in_asked() -> Life:
    life = activity(ends_on="2026-12-31").day("2024-05-31")
    life.begins_transition(steps=[])
    life.sweeps("2024-06-30")
    return life


def type_asked() -> Life:
    life = strategic("2024-01-31").day("2024-03-05")
    life.has("partner_profile", type="civil_society")
    life.sweeps()
    return life


def stale_asked() -> Life:
    life = activity(ends_on="2026-12-31")
    life.sweeps("2025-01-11")
    return life


def follow_up_asked() -> Life:
    life = activity(ends_on="2026-12-31").day("2024-05-31")
    life.begins_transition(steps=[])
    life.does("exit", "exited")
    life.sweeps("2024-11-30")
    return life


ASKED: dict[str, Callable[[], Life]] = {
    "sustainability_review": review_asked,
    "exit_dialogue": dialogue_asked,
    "endline_notice": notice_asked,
    "agreement_ending": ending_asked,
    "endline_passed": passed_asked,
    "goals_reached": goals_asked,
    "no_added_value": value_asked,
    "plan_step": step_asked,
    "transition_check_in": check_in_asked,
    "no_longer_meets": type_asked,
    "review_stale": stale_asked,
    "exit_follow_up": follow_up_asked,
}
EVERY_KIND = pytest.mark.parametrize("kind", [str(kind) for kind in PromptKind])


def status(life: Life, kind: str) -> str:
    (prompt,) = [one for one in life.prompts(kind) if one.status != "missed"]
    return str(prompt.status)
