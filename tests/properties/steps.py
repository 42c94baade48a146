"""Steps of a generated file: what somebody tries next, with whatever is wrong or missing in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.bodies import NEEDED, both_accept, plus
from tests.properties.watched import Watched
from tests.story import BEGIN

Json = dict[str, Any]

PEOPLE = ["pm-1", "pm-2", "director-1", "director-2", "committee-1", "safeguarding-1", "finance-1"]
OTHERS = ["auditor-1", "service-1", "partner-1", "partner-2"]
NEXT = {
    "identified": ["assess", "decline"],
    "assessed": [*BEGIN.values(), "decline"],
    "active_activity": ["renew", "begin_transition", "begin_strategic", "terminate_for_crisis"],
    "active_associate": ["renew", "begin_transition", "terminate_for_crisis"],
    "strategic": ["renew", "begin_transition", "terminate_for_crisis"],
    "transitioning": ["exit", "extend", *BEGIN.values(), "terminate_for_crisis"],
    "exited": ["reidentify"],
    "terminated_for_crisis": ["reidentify"],
}
TRIGGERS = sorted({"identify", *(name for names in NEXT.values() for name in names)})

VARIANTS: dict[str, list[Json]] = {
    "partner_profile": [{}, {"type": "civil_society"}, {"level": "international"}, {"country": None}],
    "arrangement": [{}, {"time_zone": "Pacific/Kiritimati"}, {"time_zone": "Pacific/Pago_Pago"}],
    "register_entry": [{}, {"reference": "r-2", "status": "ended"}],
    "context_analysis": [{}, {"stability": "volatile"}, {"media_sector": "weak"}, {"country": "UG"}],
    "stakeholder_mapping": [{}, {"candidates": []}, {"candidates": ["A", "B"], "restricted": True}],
    "selection": [{}, {"modality": "open_call"}, {"justification": None}],
    "assessment": [{}, {"relevance": None, "added_value_ims": None}, {"potential": "Other words"}],
    "inclusion_commitment": [{}, {"gender_transformative": "no"}, {"text": " "}],
    "strategic_importance": [{}, {"basis": None}],
    "agreement": [
        {},
        {"category": "associate", "purpose": "joint_action"},
        {"category": "strategic", "reference": "s-1"},
        {"reference": "a-2", "continues": "a-1"},
        {"reference": "b-1", "collaboration": "Another one"},
        {"accepted": []},
        {"ends_on": None},
        {"concluded_on": "2024-03-01"},
        {"contributions": [{"kind": "core_support", "given_by": "ims", "for_collaboration": True}]},
        {"contributions": [{"kind": "capacity_development", "given_by": "ims", "for_collaboration": True}]},
    ],
    "exit_dialogue": [{}],
    "sustainability_review": [{}, {"participants": []}],
    "renewal_note": [{}, {"funding": {"status": "applied_for"}}, {"outcomes_meaningful": None}],
    "transition_plan": [{}, {"lead_partner": None}, {"cause": None, "steps": []}],
    "position": [
        {"party": "ims"},
        {"party": "partner"},
        {"party": "partner", "stance": "disagreed"},
        {"party": "partner", "stance": "unreachable"},
    ],
    "crisis_case": [
        {},
        {"case": "2", "ground": None},
        {"ground": "other"},
        {"case": "p1", "agreement_clause": None},
        {"case": "p2", "ground": "other", "ground_text": "As told"},
    ],
    "crisis_recommendation": [{}, {"advice": "close"}, {"case": "2"}, {"case": "p1"}],
    "crisis_closure": [{}, {"case": "2"}, {"case": "p1"}],
    "integrity_clearance": [{}],
    "exception": [{}, {"clause": "S6.20"}, {"clause": "S6.21"}],
    "relation": [{}],
    "comment": [{}, {"about": 3}, {"about": 9}],
    "prompt_answer": [{}],
}


@dataclass(frozen=True)
class Step:
    """One attempt: `which` chooses among what there is then, `back` is how many days ago it is said to be."""

    do: str
    which: int = 0
    by: str | None = None
    more_roles: tuple[str, ...] = ()
    back: int | None = None
    variant: int = 0
    kind: str | None = None


_WHO = st.sampled_from([None, None, None, *PEOPLE, *OTHERS])
_ROLES = st.sampled_from([(), (), (), ("director",), ("safeguarding",), ("auditor",)])
_BACK = st.sampled_from([None, None, None, None, 0, 1, 3, 31, 90, 400, -1])
_WHICH = st.integers(0, 11)
_KINDS = sorted(VARIANTS)

_FORWARD = st.builds(Step, st.just("forward"), _WHICH)
_NEARLY = st.builds(Step, st.just("forward"), _WHICH, _WHO, _ROLES, _BACK, variant=st.integers(0, 3))
_RECORD = st.builds(
    Step,
    st.just("record"),
    by=_WHO,
    more_roles=_ROLES,
    back=_BACK,
    variant=_WHICH,
    kind=st.sampled_from([*_KINDS, "agreement", "crisis_case", "position", "exception"]),
)
_TRIGGER = st.builds(Step, st.just("trigger"), _WHICH, _WHO, _ROLES, _BACK)
_CRISIS = st.builds(Step, st.just("crisis"), _WHICH)
_FIX = st.builds(Step, st.sampled_from(["withdraw", "revert", "revert", "open"]), _WHICH, _WHO, _ROLES, _BACK)
_WAIT = st.builds(Step, st.just("wait"), which=st.sampled_from([1, 20, 100, 400]))
_STEPS = st.lists(
    st.one_of(_FORWARD, _FORWARD, _FORWARD, _NEARLY, _RECORD, _RECORD, _TRIGGER, _CRISIS, _FIX, _FIX, _WAIT),
    min_size=3,
    max_size=16,
)
_TO_STRATEGIC = ("assess", "begin_strategic")
_TO_ACTIVITY = ("assess", "begin_activity")
_TO_ASSOCIATE = ("assess", "begin_associate")
_STARTS = [
    (),
    ("assess",),
    _TO_ACTIVITY,
    _TO_ASSOCIATE,
    _TO_STRATEGIC,
    (*_TO_ACTIVITY, "renew", "begin_strategic"),
    (*_TO_ACTIVITY, "begin_transition"),
    (*_TO_ASSOCIATE, "begin_transition", "extend"),
    (*_TO_STRATEGIC, "begin_transition", "begin_activity"),
    (*_TO_STRATEGIC, "begin_transition", "exit", "reidentify"),
    (*_TO_ACTIVITY, "terminate_for_crisis", "reidentify"),
    ("take_over:active_activity",),
    ("take_over:active_associate", "begin_transition"),
    ("take_over:strategic",),
]
STEPS = st.builds(
    lambda start, steps: [*(Step("forward", kind=name) for name in start), *steps],
    st.sampled_from(_STARTS),
    _STEPS,
)
"""A way into some state without a fault in it, and then whatever comes."""


class Walker:
    """Takes steps on one watched partnership."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.agreements = 0

    def take(self, step: Step) -> None:
        if self.watched.kept()["sequence"] == 0:
            self._begin(step)
        elif step.do == "wait":
            self.watched.clock.advance(days=step.which)
        else:
            getattr(self, f"_{step.do}")(step)

    def _begin(self, step: Step) -> None:
        """Identifies the partner and goes on, or takes the running partnership over."""
        watched = self.watched
        if step.kind is None or not step.kind.startswith("take_over:"):
            assert watched.identify()["outcome"] == "accepted"
            self.take(step)
            return
        state = step.kind.removeprefix("take_over:")
        watched.profile |= {"level": "international"}
        body = watched.body("partner_profile")
        ran = {"state": state, "since": "2021-05-01", "body": body, "reason": "Ran before"}
        assert watched.apply(watched.command("take_over", "director-1", **ran))["state"] == state

    def _on(self, step: Step) -> str | None:
        if step.back is None:
            return None
        return (date.fromisoformat(self.watched.today) - timedelta(days=step.back)).isoformat()

    def _by(self, step: Step) -> Json | None:
        if step.by is None:
            return None
        who = self.watched.who("partner-1" if step.by == "partner-2" else step.by)
        if step.by == "partner-2":
            who = who | {"id": "partner-2", "partnerships": ["p-of-others"]}
        if who["party"] == "ims":
            who = who | {"roles": [*who["roles"], *step.more_roles]}
        return who

    @property
    def state(self) -> str:
        return str(self.watched.kept()["state"])

    def _forward(self, step: Step) -> None:
        """Puts on file what the next decision asks for, perhaps not all of it, and takes it."""
        ways = NEXT[self.state]
        trigger = step.kind if step.kind in ways else ways[step.which % len(ways)]
        watched = self.watched
        if trigger.startswith("begin_") and trigger != "begin_transition":
            watched.category = trigger.removeprefix("begin_")
        for number, (kind, fields) in enumerate(self._asked(trigger)):
            if step.variant and number == step.variant - 1:
                continue
            watched.record(kind, **fields)
        watched.trigger(
            trigger, by=self._by(step), on=self._on(step), reason="So decided" if step.which % 3 else None
        )

    def _asked(self, trigger: str) -> list[tuple[str, Json]]:
        if trigger == "begin_associate":
            return [("partner_profile", {"level": "international"}), *self._asked_for_agreement(trigger)]
        if trigger in ("renew", "extend"):
            self.watched.category = self._category()
            return [("renewal_note", {}), ("sustainability_review", {}), ("agreement", self._fresh())]
        if trigger == "reidentify":
            return [("integrity_clearance", {})]
        if trigger in BEGIN.values():
            return self._asked_for_agreement(trigger)
        return [(kind, fields) for _, kind, fields in NEEDED[trigger]]

    def _asked_for_agreement(self, trigger: str) -> list[tuple[str, Json]]:
        return [
            (kind, {**fields, **(self._fresh() if kind == "agreement" else {})})
            for _, kind, fields in NEEDED[trigger]
        ]

    def _category(self) -> str:
        return str(self.watched.show()["category"])

    def _fresh(self) -> Json:
        """The next agreement, of its own."""
        self.agreements += 1
        today = self.watched.today
        return {
            "reference": f"n-{self.agreements}",
            "category": self.watched.category,
            "starts_on": today,
            "ends_on": plus(today, months=6),
            "accepted": both_accept(today),
        }

    def _record(self, step: Step) -> None:
        kind = str(step.kind)
        variants = VARIANTS[kind]
        fields = variants[step.variant % len(variants)]
        by = self._by(step)
        if str(fields.get("case", "")).startswith("p") and step.by is None:
            by = self.watched.who("partner-1")
        on = self._on(step)
        expected = self.watched.kept()["sequence"] if step.variant == 5 else None
        if step.variant == 6:
            expected = 1
        self.watched.record(kind, by=by, on=on, expected_sequence=expected, **fields)

    def _trigger(self, step: Step) -> None:
        reason = "Said why" if step.which % 2 else None
        name = TRIGGERS[step.which % len(TRIGGERS)]
        if name != "identify":
            self.watched.trigger(name, by=self._by(step), on=self._on(step), reason=reason)
        else:
            self.watched.identify(by=self._by(step) or "pm-1", on=self._on(step))

    def _crisis(self, step: Step) -> None:
        """A case on its way, to its end or short of it."""
        watched = self.watched
        watched.record("crisis_case")
        if step.which % 4:
            watched.record("crisis_recommendation", advice="close" if step.which % 2 else "terminate")
        if step.which % 4 > 1:
            watched.record("crisis_closure", by="director-2")

    def _chosen(self, step: Step) -> int:
        """A sequence from the end backwards, at times one that does not exist."""
        return max(1, self.watched.kept()["sequence"] - step.which + 1)

    def _withdraw(self, step: Step) -> None:
        by = self._by(step) or ("director-1" if step.which % 2 else "safeguarding-1")
        self.watched.withdraw(self._chosen(step), by=by)

    def _revert(self, step: Step) -> None:
        moves = [
            entry["sequence"]
            for entry in self.watched.history(by="auditor-1")
            if entry["entry"] == "transition"
        ]
        sequence = moves[-1] if moves and step.which < 9 else self._chosen(step)
        self.watched.revert(sequence, by=self._by(step) or "director-2")

    def _open(self, step: Step) -> None:
        self.watched.open(self._chosen(step), by=self._by(step) or "safeguarding-1")
