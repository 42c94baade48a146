"""Whatever is agreed in whatever order: no support that a category forbids counts, and no lapse is hidden."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from partnerships import POLICY_1_1
from partnerships.lifecycle.commands import read_command, read_record
from partnerships.lifecycle.decide import decide
from partnerships.lifecycle.lines import Line
from partnerships.lifecycle.standing import has_lapsed
from partnerships.lifecycle.vocabulary import LIVE_STATES, EntryType, State
from tests.bodies import BODIES, agreement, both_accept
from tests.properties.profile import examples
from tests.scheduler.life import Life, day
from tests.story import actor

Json = dict[str, Any]

REFERENCES = st.sampled_from(["a-0", "a-1", "a-2"])
FORBIDDEN = [
    {"kind": "core_support", "given_by": "ims", "for_collaboration": True},
    {"kind": "equipment", "given_by": "ims", "for_collaboration": False},
    {"kind": "capacity_development", "given_by": "partner", "for_collaboration": True},
]
AGREED = st.fixed_dictionaries(
    {
        "reference": REFERENCES,
        "category": st.sampled_from(["activity", "activity", "associate", "strategic"]),
        "collaboration": st.sampled_from(["One", "Two", "Three"]),
        "starts": st.sampled_from([-30, 0, 60]),
        "runs": st.sampled_from([20, 100, 400]),
        "continues": st.one_of(st.none(), st.none(), REFERENCES),
        "contributions": st.one_of(st.just([]), st.sampled_from([[one] for one in FORBIDDEN])),
        "stands": st.sampled_from(["accepted", "accepted", "accepted", "draft", "concluded"]),
    }
)
TRIGGER = st.sampled_from(
    ["begin_activity", "begin_associate", "begin_strategic", "renew", "begin_transition", "extend"]
)
WITHDRAWN = st.integers(1, 40)
STEPS = st.lists(
    st.tuples(st.sampled_from([0, 1, 30, 90]), st.one_of(AGREED, AGREED, TRIGGER, WITHDRAWN)), max_size=12
)
FAR = day("2040-01-01")


@examples(normally=200, long=5000)
@given(st.lists(AGREED, max_size=2), st.sampled_from(["activity", "associate"]), STEPS)
def test_what_counts_is_allowed_and_what_lapsed_shows(
    before: list[Json], category: str, steps: list[tuple[int, Json | str | int]]
) -> None:
    life = assessed()
    for one in before:
        agree(life, one)
    life.has("agreement", reference="a-0", category=category, purpose="consortium", collaboration="One")
    take(life, f"begin_{category}")
    for later, step in steps:
        life.day(life.on + timedelta(days=later))
        if isinstance(step, dict):
            agree(life, step)
        elif isinstance(step, str):
            take(life, step)
        elif step > 7 and step in {one.sequence for one in life.entries if one.kind == "agreement"}:
            life.withdraws(step)
        assert not forbidden(life)
    for line in life.partnership.file.agreements.values():
        assert not is_over(line) or has_lapsed(life.partnership, line, FAR) or goes_on(life, line)


def assessed() -> Life:
    life = Life("2024-01-10", level="international")
    for kind in ("inclusion_commitment", "strategic_importance", "exit_dialogue"):
        life.has(kind)
    life.does("assess", "assessed")
    return life


def agree(life: Life, step: Json) -> None:
    """Puts an agreement on file if nothing bars it."""
    starts_on = life.on + timedelta(days=step["starts"])
    ends_on = starts_on + timedelta(days=step["runs"])
    body = agreement(life.on.isoformat(), step["category"])
    names = ("reference", "collaboration", "continues", "contributions")
    body |= {name: step[name] for name in names if step[name] is not None}
    body |= {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    if step["stands"] == "draft":
        body["accepted"] = both_accept(life.on.isoformat())[:1]
    if step["stands"] == "concluded":
        body["concluded_on"] = life.on.isoformat()
    command = read_command({"do": "record", "kind": "agreement", "body": body, **by_director(life)})
    record = read_record(command, life.on)
    if decide(life.partnership, command, POLICY_1_1, life.on, record=record).accepted:
        life.write(EntryType.RECORD, kind="agreement", body=body)


def take(life: Life, trigger: str) -> None:
    """Takes a decision with all else that it asks for, if nothing bars it."""
    for kind in ("sustainability_review", "renewal_note", "transition_plan"):
        life.write(EntryType.RECORD, kind=kind, body=BODIES[kind](life.on.isoformat()))
    command = read_command({"do": "trigger", "trigger": trigger, **by_director(life)})
    decision = decide(life.partnership, command, POLICY_1_1, life.on)
    if decision.accepted:
        life.does(trigger, str(decision.state), *decision.evidence)


def by_director(life: Life) -> Json:
    return {"id": life.id, "actor": actor("director-1"), "on": life.on.isoformat()}


def forbidden(life: Life) -> list[str]:
    """What counts, or will once its day comes, though its category or the partnership's forbids it."""
    partnership = life.partnership
    if partnership.state not in LIVE_STATES:
        return []
    found = []
    for reference, line in partnership.file.agreements.items():
        if line.counting is None or line.concluded(life.on) or line.past_endline(life.on):
            continue
        said = line.counting.raw
        given = [item for item in said["contributions"] if item["given_by"] == "ims"]
        if said["category"] == "activity":
            found += [reference for item in given if item["kind"] == "core_support"]
            found += [reference for item in given if not item["for_collaboration"]]
        if said["category"] == "associate" or partnership.state == State.ACTIVE_ASSOCIATE:
            found += [reference for item in said["contributions"] if item["kind"] == "capacity_development"]
    return found


def is_over(line: Line) -> bool:
    """Whether it counts and ended without having been concluded, seen from far ahead."""
    return line.counting is not None and "concluded_on" not in line.counting.raw


def goes_on(life: Life, line: Line) -> bool:
    """Whether the partnership runs no more, or another agreement ran on at least until this one's endline."""
    if life.partnership.state not in LIVE_STATES:
        return True
    others = [other for other in life.partnership.file.agreements.values() if other is not line]
    return any(other.runs_until >= line.ends_on for other in others if other.runs_until and line.ends_on)
