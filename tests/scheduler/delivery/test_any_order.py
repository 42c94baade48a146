"""Whatever fails, is killed or comes in between: who counts by key is told of each prompt once."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships import POLICY_1_1, open_service
from partnerships.scheduler.delivery.channel import NotDelivered
from partnerships.scheduler.delivery.message import Message
from tests.properties.profile import examples
from tests.scheduler.delivery.office import Paper, asked, deliver, office
from tests.story import Clock, Story

ASKED = 3
IDS = [f"p-{number}" for number in range(1, ASKED + 1)]


class Killed(BaseException):
    """The process ends there and then."""


class Fragile(Paper):
    """Takes each message as the plan says: `ok`, `fails`, or killed `before` or `after` it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: list[str] = []

    def send(self, message: Message) -> None:
        step = self.plan.pop(0) if self.plan else "ok"
        if step == "fails":
            raise NotDelivered("SMTP 450")
        if step == "before":
            raise Killed
        super().send(message)
        if step == "after":
            raise Killed


ROUND = st.lists(st.sampled_from(["ok", "ok", "fails", "before", "after"]), max_size=4)
STEPS = st.lists(st.one_of(st.just("ask"), ROUND, st.sampled_from([1, 6, 12 * 60])), min_size=4, max_size=14)


@examples(25, 500)
@given(steps=STEPS)
def test_each_prompt_reaches_each_side_once(
    template: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[str | int | list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("order")
    for suffix in ("", ".key"):
        shutil.copy(f"{template}{suffix}", f"{folder / 'p.sqlite'}{suffix}")
    clock, paper, waiting = Clock(), Fragile(), list(IDS)
    with open_service(folder / "p.sqlite", policy=POLICY_1_1, clock=clock) as service:
        for step in steps:
            if step == "ask":
                if waiting:
                    asked(Story(service, clock, waiting.pop(0)))
            elif isinstance(step, int):
                clock.advance(minutes=step)
            else:
                paper.plan = list(step) if isinstance(step, list) else []
                with contextlib.suppress(Killed):
                    deliver(service, paper, people=office(*IDS))
        paper.plan = []
        for _ in range(ASKED + 2):
            clock.advance(days=1)
            report = deliver(service, paper, people=office(*IDS))
        assert (report.waiting, report.dead_letters) == (0, 0)
        made = {line["id"]: line["partnership"] for line in service.prompts()}
    shutil.rmtree(folder)
    told = {
        recipient: sorted(prompt["id"] for message in held for prompt in message.event["data"]["prompts"])
        for recipient, held in paper.received.items()
    }
    expected = {f"partner-of-{partnership}": [prompt] for prompt, partnership in made.items()}
    if made:
        expected["pm-1"] = sorted(made)
    assert told == expected
