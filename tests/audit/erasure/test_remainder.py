"""What stays of each kind of record: codes, days, amounts and ids, and no words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.lifecycle.entries import By, Entry
from partnerships.lifecycle.erasing import ERASED, remainder, stand_in, texts_in
from partnerships.lifecycle.records import BODIES as MODELS
from partnerships.lifecycle.records.reading import read_body, typed
from partnerships.lifecycle.vocabulary import EntryType
from tests.bodies import BODIES

Json = dict[str, Any]
DAY = "2024-03-01"
MORE: Json = {"note": "W note", "documents": [{"title": "W title", "reference": "W reference"}]}
HANDLES = {"a-1", "r-1", "a-register", "none-such"}


def entry(kind: str | None, entry: EntryType = EntryType.RECORD, sequence: int = 2, **parts: Any) -> Entry:
    said = {name: parts.pop(name) for name in ("body", "kept") if name in parts}
    return Entry(
        partnership="p-1",
        sequence=sequence,
        entry=entry,
        on=DAY,  # type: ignore[arg-type]
        recorded_at=f"{DAY}T09:00:00.000000Z",
        kind=kind,
        **parts,
    ).saying(said)


def left_of(kind: str, body: Json, **names: str) -> Json:
    return remainder(entry(kind), {"body": body}, names)["body"]  # type: ignore[no-any-return]


def is_word(text: str) -> bool:
    """Written by somebody: neither a code, a day, a number, nor an id."""
    return text.startswith("W ")


def worded(value: Any, name: str = "") -> Any:
    """Mark every free text of a body, so that it is known again."""
    if isinstance(value, dict):
        return {key: worded(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [worded(item, name) for item in value]
    if not isinstance(value, str) or value in HANDLES:
        return value
    is_sentence = " " in value or name in ("by", "name", "lead_ims", "lead_partner", "source", "confirmed_by")
    return f"W {value}" if is_sentence else value


@pytest.mark.parametrize("kind", sorted(set(BODIES) - {"exception"}))
def test_no_word_stays_and_the_record_can_still_be_read(kind: str) -> None:
    body = worded({**BODIES[kind](DAY), **MORE})
    record, problems = read_body(kind, body, typed("crisis_closure", BODIES["crisis_closure"](DAY)).closed_on)  # type: ignore[attr-defined]
    assert record is not None, problems
    left = left_of(kind, body)
    assert not [text for text in texts_in(left) if is_word(text)]
    assert typed(kind, left)
    missing = [name for name, field in MODELS[kind].model_fields.items() if field.is_required()]
    assert {MODELS[kind].model_fields[name].alias or name for name in missing} <= set(left)


def test_codes_days_amounts_and_ids_stay() -> None:
    left = left_of("agreement", BODIES["agreement"](DAY) if "agreement" in BODIES else _agreement())
    assert left["ends_on"] == "2025-02-28"
    assert left["contributions"] == [
        {
            "kind": "funding",
            "given_by": "ims",
            "for_collaboration": True,
            "amount": "10000.00",
            "currency": "EUR",
        }
    ]
    assert left["accepted"] == [
        {"party": "ims", "by": ERASED, "on": DAY},
        {"party": "partner", "by": ERASED, "on": DAY},
    ]
    assert (left["reference"], "collaboration" in left) == ("a-1", False)
    assert left_of("arrangement", BODIES["arrangement"](DAY)) == BODIES["arrangement"](DAY)
    assert left_of("relation", BODIES["relation"](DAY)) == BODIES["relation"](DAY)


def _agreement() -> Json:
    from tests.bodies import agreement

    return agreement(DAY, "activity")


def test_how_many_took_part_is_kept_and_not_who() -> None:
    left = left_of("stakeholder_mapping", {**BODIES["stakeholder_mapping"](DAY), "candidates": ["A", "B"]})
    assert left["candidates"] == [ERASED, ERASED]
    assert left_of("exit_dialogue", BODIES["exit_dialogue"](DAY))["participants"] == [
        {"party": "ims", "name": ERASED},
        {"party": "partner", "name": ERASED},
    ]


def test_a_plan_has_no_steps_without_their_words() -> None:
    assert left_of("transition_plan", BODIES["transition_plan"](DAY))["steps"] == []


def test_an_exception_without_its_reason_excuses_nothing() -> None:
    assert remainder(entry("exception"), {"body": BODIES["exception"](DAY)}, {}) == {}
    history = [
        entry("exception"),
        entry(None, EntryType.ERASURE, 3, erased=(2,), kept={}),
    ]
    assert stand_in(history)[1] == {2}


def test_who_raised_a_case_stays_by_the_id() -> None:
    raiser = {"id": "pm-1", "party": "ims", "roles": ["programme_manager"]}
    left = remainder(entry("crisis_case"), {"body": {"case": "2"}, "actor": raiser}, {})
    assert left == {"body": {"case": "2"}, "actor": raiser}
    history = [entry("crisis_case"), entry(None, EntryType.ERASURE, 3, erased=(2,), kept={"2": left})]
    (standing, _), void = stand_in(history)
    assert (standing.by, standing.body, void) == (
        By("pm-1", "ims", ("programme_manager",)),
        {"case": "2"},
        set(),
    )


def test_a_reference_gets_another_name_wherever_it_stands() -> None:
    body = {**_agreement(), "continues": "Grant for Amara"}
    left = left_of("agreement", body, **{"Grant for Amara": "erased-2-0"})
    assert (left["reference"], left["continues"]) == ("a-1", "erased-2-0")
    prompt = remainder(entry("plan_step", EntryType.PROMPT), {"body": {"subject": "x"}}, {"x": "y"})
    assert prompt == {"body": {"subject": "y"}}


@given(st.integers(1, 6))
def test_what_an_erased_erasure_kept_is_kept(times: int) -> None:
    history = [entry("comment", body={"about": 1, "text": "first"})]
    kept: Json = {"2": {"body": {"about": 1, "text": ERASED}}}
    erased = 2
    for sequence in range(3, 3 + times):
        erasure = entry(None, EntryType.ERASURE, sequence, erased=(erased,), kept=kept)
        history.append(erasure)
        kept = {str(sequence): remainder(erasure, {"reason": "why", "kept": kept}, {})}
        erased = sequence
    standing, void = stand_in(history)
    assert standing[0].body == {"about": 1, "text": ERASED}
    assert not void
