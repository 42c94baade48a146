"""The prompts that a partnership holds: which was made, which was the latest, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from partnerships.lifecycle.prompts import Prompt, Prompts
from partnerships.lifecycle.vocabulary import PromptKind, PromptStatus

REVIEW, GOALS, NOTICE = PromptKind.SUSTAINABILITY_REVIEW, PromptKind.GOALS_REACHED, PromptKind.ENDLINE_NOTICE


def day(number: int) -> date:
    return date(2024, 7, number)


@dataclass
class Made:
    prompts: Prompts
    number: int = 0

    def one(self, kind: PromptKind, due: int, subject: str = "", **parts: Any) -> Prompt:
        self.number += 1
        prompt = Prompt(f"{self.number:032}", kind, subject, day(due), "L7", self.number, day(due), **parts)
        self.prompts.put(prompt)
        return prompt


@pytest.fixture
def made() -> Made:
    return Made(Prompts())


def test_one_is_known_by_kind_subject_and_day_together(made: Made) -> None:
    made.one(NOTICE, 1, "a-1")
    prompts = made.prompts
    assert prompts.has(NOTICE, "a-1", day(1))
    assert not prompts.has(GOALS, "a-1", day(1))
    assert not prompts.has(NOTICE, "a-2", day(1))
    assert not prompts.has(NOTICE, "a-1", day(2))


def test_the_latest_is_that_of_its_kinds_its_subject_and_its_endline(made: Made) -> None:
    made.one(REVIEW, 1)
    made.one(REVIEW, 3)
    made.one(REVIEW, 2)
    made.one(GOALS, 4)
    made.one(NOTICE, 5, "a-1", endline=day(30))
    made.one(NOTICE, 6, "a-1", endline=day(31))
    prompts = made.prompts
    assert prompts.latest((REVIEW,)) == day(3)
    assert prompts.latest((REVIEW, GOALS)) == day(4)
    assert prompts.latest((NOTICE,), "a-1", day(30)) == day(5)
    assert prompts.latest((NOTICE,), "a-1") is None
    assert prompts.latest((NOTICE,), "a-2", day(30)) is None


def test_an_escalated_one_awaits_an_answer_but_no_first_one(made: Made) -> None:
    asked, escalated = made.one(REVIEW, 1), made.one(GOALS, 2).escalated()
    answered, missed = made.one(NOTICE, 3, "a-1").answered(7), made.one(NOTICE, 4, "a-2").missed(8)
    for prompt in (escalated, answered, missed):
        made.prompts.put(prompt)
    assert made.prompts.open() == [asked, escalated]
    assert made.prompts.waiting() == [(day(1), asked.id)]
    assert [one.closed_by for one in made.prompts] == [None, None, 7, 8]
    assert [one.is_open for one in made.prompts] == [True, True, False, False]
    assert made.prompts.get(missed.id) == missed
    assert made.prompts.get("0" * 32) is None


def test_what_changed_is_told_once_as_it_was_last_also_across_cycles(made: Made) -> None:
    first, second = made.one(REVIEW, 1), made.one(GOALS, 2)
    made.prompts.put(first.answered(7))
    following = made.prompts.of_next_cycle()
    assert list(following) == [second]
    assert following.take_changed() == [first.answered(7), second]
    assert following.take_changed() == []


def test_they_are_the_same_where_they_hold_the_same(made: Made) -> None:
    prompt = made.one(REVIEW, 1, endline=day(30))
    read = Prompts(made.prompts.as_json())
    assert read == made.prompts
    assert list(read) == [prompt]
    assert read != Prompts()
    assert Prompts() != {}
    assert Prompt.from_json(prompt.id, prompt.answered(7).as_json()).status == PromptStatus.ANSWERED
    assert "closed_by" not in prompt.as_json()
