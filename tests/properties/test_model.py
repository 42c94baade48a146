"""One service against a model that knows the table of edges, two lists and nothing of the code."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from partnerships import open_service
from tests.bodies import both_accept, plus
from tests.properties.profile import examples
from tests.properties.steps import NEXT, TRIGGERS
from tests.story import Clock, Story

Json = dict[str, Any]

TARGETS = {
    "assess": "assessed",
    "begin_activity": "active_activity",
    "begin_associate": "active_associate",
    "begin_strategic": "strategic",
    "begin_transition": "transitioning",
    "exit": "exited",
    "decline": "exited",
    "terminate_for_crisis": "terminated_for_crisis",
    "reidentify": "identified",
}
ACTIVE = ("active_activity", "active_associate", "strategic")
CATEGORY = {"active_activity": "activity", "active_associate": "associate", "strategic": "strategic"}


class Moves(RuleBasedStateMachine):
    """Two partnerships; the model keeps each one's state, where it came from, and its open cases."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.service = open_service(
            "sqlite://", create=True, clock=self.clock, key_file=Path(self.folder.name) / "p.key"
        )
        self.stories = {
            id: Story(self.service, self.clock, id, name=f"Outlet {id} (fictional)", level="international")
            for id in ("p-1", "p-2")
        }
        self.state: dict[str, str] = {}
        self.left: dict[str, str | None] = {}
        self.before: dict[str, list[tuple[str, str, str | None, int]]] = {}
        self.cases: dict[str, bool] = {}
        self.needs_clearance: dict[str, bool] = {}
        self.accepted: dict[str, int] = {}
        self.references = 0

    @initialize()
    def identify(self) -> None:
        for id, story in self.stories.items():
            assert story.identify()["state"] == "identified"
            self.state[id], self.left[id], self.before[id] = "identified", None, []
            self.cases[id] = self.needs_clearance[id] = False
            self.accepted[id] = 1

    def target(self, id: str, trigger: str) -> str | None:
        state = self.state[id]
        if trigger not in NEXT[state]:
            return None
        target = {"renew": state, "extend": self.left[id]}.get(trigger) or TARGETS[trigger]
        other = state != "transitioning" or trigger == "extend" or target != self.left[id]
        return target if other else None

    def taken(self, id: str, outcome: Json) -> bool:
        self.accepted[id] += outcome["outcome"] == "accepted"
        return bool(outcome["outcome"] == "accepted")

    def put(self, id: str, kind: str, **fields: Any) -> bool:
        return self.taken(id, self.stories[id].record(kind, **fields))

    def moved(self, id: str, trigger: str, target: str, sequence: int) -> None:
        self.before[id].append((trigger, self.state[id], self.left[id], sequence))
        if trigger == "begin_transition":
            self.left[id] = self.state[id]
        if target in ("exited", "terminated_for_crisis"):
            self.needs_clearance[id] = self.cases[id] or target == "terminated_for_crisis"
            self.cases[id] = False
        self.state[id] = target

    ids = st.sampled_from(["p-1", "p-2"])

    @rule(id=ids, trigger=st.sampled_from([one for one in TRIGGERS if one != "identify"]))
    def try_it(self, id: str, trigger: str) -> None:
        """Whatever is missing, a trigger leads where the table says or moves nothing."""
        target = self.target(id, trigger)
        outcome = self.stories[id].trigger(trigger)
        kinds = {finding["kind"] for finding in outcome.get("findings", ())}
        assert (kinds == {"structure"}) == (target is None)
        if self.taken(id, outcome):
            assert outcome["state"] == target
            self.moved(id, trigger, str(target), outcome["sequence"])

    @rule(id=ids, choice=st.integers(0, 9))
    def do_it_well(self, id: str, choice: int) -> None:
        """With all that the policy asks for on file, and no case open, what the table names is accepted."""
        ways = [trigger for trigger in NEXT[self.state[id]] if self.target(id, trigger)]
        ways = [way for way in ways if way != "terminate_for_crisis"]
        trigger = ways[choice % len(ways)]
        target = str(self.target(id, trigger))
        self.clock.advance(days=1)
        self.prepare(id, trigger, target)
        outcome = self.stories[id].trigger(trigger, by="director-2", reason="As agreed")
        barred = self.cases[id] and (trigger in ("renew", "extend") or target in ACTIVE)
        assert (outcome["outcome"] == "refused") == barred, outcome
        if self.taken(id, outcome):
            assert outcome["state"] == target
            self.moved(id, trigger, target, outcome["sequence"])

    def prepare(self, id: str, trigger: str, target: str) -> None:
        day = self.stories[id].today
        if trigger == "assess":
            for kind in ("context_analysis", "stakeholder_mapping", "selection", "assessment"):
                self.put(id, kind)
        elif trigger == "begin_transition":
            self.put(id, "transition_plan")
        elif trigger == "exit":
            self.put(id, "position", party="ims")
            self.put(id, "position", party="partner")
        elif trigger == "reidentify" and self.needs_clearance[id]:
            assert self.put(id, "integrity_clearance")
        if target in ACTIVE:
            self.references += 1
            for kind in ("inclusion_commitment", "strategic_importance", "renewal_note"):
                self.put(id, kind)
            fields: Json = {"reference": f"n-{self.references}", "collaboration": f"Work {self.references}"}
            fields |= {"starts_on": day, "ends_on": plus(day, months=6), "accepted": both_accept(day)}
            taken = self.put(id, "agreement", category=CATEGORY[target], **self.purpose(target), **fields)
            assert taken != self.cases[id]

    def purpose(self, target: str) -> Json:
        return {"purpose": "joint_action"} if target == "active_associate" else {}

    @precondition(lambda self: any(state in (*ACTIVE, "transitioning") for state in self.state.values()))
    @rule(id=ids, ends=st.sampled_from(["terminate", "close", None]))
    def crisis(self, id: str, ends: str | None) -> None:
        if self.state[id] not in (*ACTIVE, "transitioning") or self.cases[id]:
            return
        assert self.put(id, "crisis_case")
        self.cases[id] = True
        assert self.stories[id].trigger("terminate_for_crisis")["outcome"] == "refused"
        if ends is not None:
            assert self.put(id, "crisis_recommendation", advice=ends)
        if ends == "close":
            assert self.put(id, "crisis_closure")
            self.cases[id] = False
        elif ends == "terminate":
            outcome = self.stories[id].trigger("terminate_for_crisis")
            assert self.taken(id, outcome)
            self.moved(id, "terminate_for_crisis", "terminated_for_crisis", outcome["sequence"])

    @rule(id=ids)
    def revert(self, id: str) -> None:
        """The latest transition alone is undone, and never a crisis termination."""
        if not self.before[id]:
            return
        trigger, state, left, sequence = self.before[id][-1]
        outcome = self.stories[id].revert(sequence, by="director-3")
        held = state in ACTIVE or trigger == "reidentify"
        barred = trigger == "terminate_for_crisis" or (held and self.open_again(id, trigger))
        assert (outcome["outcome"] == "refused") == barred, outcome
        if self.taken(id, outcome):
            self.cases[id] = self.open_again(id, trigger)
            self.before[id].pop()
            self.state[id], self.left[id] = state, left

    def open_again(self, id: str, trigger: str) -> bool:
        """A case that was open when the cycle ended is open still once that end is undone."""
        return self.cases[id] or (trigger in ("exit", "decline") and self.needs_clearance[id])

    @rule(days=st.sampled_from([1, 40, 400]))
    def wait(self, days: int) -> None:
        self.clock.advance(days=days)

    @invariant()
    def agrees(self) -> None:
        for id, state in self.state.items():
            shown = self.service.show(id)
            assert (shown["state"], shown["sequence"]) == (state, self.accepted[id])
            if state in (*ACTIVE, "transitioning"):
                of = state if state in ACTIVE else self.left[id]
                assert shown["category"] == CATEGORY[str(of)]

    def teardown(self) -> None:
        for id in self.state:
            assert self.service.replay(id)["same"]
        self.service.close()
        self.folder.cleanup()


TestMoves = Moves.TestCase
TestMoves.settings = examples(normally=15, long=200)
