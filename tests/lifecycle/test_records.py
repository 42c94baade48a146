"""Records as typed models: the contract's fields and no other, and every error at once with its path."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.lifecycle.records import BODIES
from partnerships.lifecycle.records.reading import read_body, typed, without_blanks
from partnerships.lifecycle.vocabulary import RecordKind
from tests.bodies import BODIES as COMPLETE
from tests.bodies import agreement

Json = dict[str, Any]
ON = date(2024, 3, 1)

# The fields of each kind as the contract lists them; `?` marks those that may be absent.
FIELDS = {
    "partner_profile": "name type? legal_form? registered? registration_note? level? country? works_in? "
    "identifiers?",
    "arrangement": "responsible? deputy? office? time_zone? review_months? reason?",
    "register_entry": "source source_digest reference title status? starts_on? ends_on? amount? currency?",
    "context_analysis": "setting country conducted_on occasion stability media_sector participants "
    "restricted? power_analysis?",
    "stakeholder_mapping": "conducted_on candidates participants restricted? duplication_note?",
    "selection": "modality justification? portfolio_as_of?",
    "assessment": "conducted_on relevance? potential? portfolio_relevance? comparative_advantage? "
    "feasibility? dei_agreed_on? added_value_partner? added_value_ims?",
    "inclusion_commitment": "committed_on text? gender_transformative?",
    "strategic_importance": "basis? reason?",
    "agreement": "reference form category collaboration? purpose? starts_on ends_on? no_endline_reason? "
    "funded contributions accepted endline_acknowledged_on? local_priority_note? continues? concluded_on? "
    "concluded_how?",
    "exit_dialogue": "held_on participants endline_view sustainability_view",
    "sustainability_review": "held_on participants added_value_partner? added_value_ims? goals_reached "
    "income governance administration finances introductions conclusion",
    "renewal_note": "written_on outcomes_meaningful? value_for_money? funding? exit_would_close_partner",
    "transition_plan": "kind cause? lead_ims? lead_partner? exit_would_close_partner? steps participants? "
    "partner_unreachable?",
    "position": "party stance text? attempts?",
    "crisis_case": "case? ground? ground_text? agreement_clause? sealed?",
    "crisis_recommendation": "case? advice recommended_on text?",
    "crisis_closure": "case? closed_on result text?",
    "integrity_clearance": "cleared_on text?",
    "exception": "clause reason",
    "relation": "to how",
    "comment": "about text",
    "prompt_answer": "prompt text?",
}
ALWAYS = {"documents?", "note?"}
KINDS = sorted(FIELDS)


def complete(kind: str) -> Json:
    body = agreement("2024-03-01", "activity") if kind == "agreement" else COMPLETE[kind]("2024-03-01")
    return deepcopy(body)


def paths(kind: str, body: Json) -> list[str]:
    """The fields that are named as wrong."""
    record, problems = read_body(kind, body, ON)
    assert (record is None) <= bool(problems)
    return [path for path, _ in problems]


def test_every_kind_of_the_contract_has_a_model() -> None:
    assert set(BODIES) == set(FIELDS) == set(RecordKind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_has_the_contracts_fields_and_no_other(kind: str) -> None:
    found = {
        f"{field.alias or name}{'' if field.is_required() else '?'}"
        for name, field in BODIES[kind].model_fields.items()
    }
    assert found == set(FIELDS[kind].split()) | ALWAYS


@pytest.mark.parametrize("kind", KINDS)
def test_a_complete_body_is_read_and_read_again(kind: str) -> None:
    record, problems = read_body(kind, complete(kind), ON)
    assert problems == []
    assert record == typed(kind, complete(kind))


def _parts(value: Any, path: str = "body") -> list[tuple[str, Json]]:
    """Every object within a body, with its path."""
    found: list[tuple[str, Json]] = []
    if isinstance(value, dict):
        found = [(path, value)]
        inner = value.items()
    else:
        inner = enumerate(value) if isinstance(value, list) else ()  # type: ignore[assignment]
    for key, item in inner:
        if key != "sealed":
            found += _parts(item, f"{path}.{key}")
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_field_is_named_wherever_it_stands(kind: str) -> None:
    body = complete(kind) | {"documents": [{"title": "Minutes", "reference": "d-1"}]}
    places = _parts(body)
    for _, part in places:
        part["unheard_of"] = 1
    assert sorted(paths(kind, body)) == sorted(f"{path}.unheard_of" for path, _ in places)


@given(st.data())
def test_all_errors_come_at_once_each_with_its_path(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    body = complete(kind)
    broken = data.draw(st.sets(st.sampled_from(sorted(body))))
    required = sorted(set(FIELDS[kind].split()) & set(body))
    missing = set(data.draw(st.lists(st.sampled_from(required)))) if required else set()
    for name in broken:
        body[name] = object()
    for name in missing:
        body.pop(name, None)
    body["unheard_of"] = True
    assert sorted(set(paths(kind, body))) == sorted(f"body.{n}" for n in broken | missing | {"unheard_of"})


BLANKS: list[tuple[Any, Any]] = [
    ({"a": " ", "b": "", "c": None, "d": "\n\t"}, {}),
    ({"a": ["", "x", None, " "]}, {"a": ["x"]}),
    ({"a": {"b": {"c": ""}}}, {"a": {"b": {}}}),
    ({"a": False, "b": 0, "c": []}, {"a": False, "b": 0, "c": []}),
    ({"sealed": {"a": "", "b": [None, " "]}}, {"sealed": {"a": "", "b": [None, " "]}}),
    ({"a": " kept as it is "}, {"a": " kept as it is "}),
]


@pytest.mark.parametrize(("given_value", "kept"), BLANKS)
def test_blank_is_absent_but_for_what_is_sealed(given_value: Any, kept: Any) -> None:
    problems: list[tuple[str, str]] = []
    assert without_blanks(given_value, problems, "") == kept
    assert problems == []


@pytest.mark.parametrize("broken", ["\0", "\ud800", 2**53, -(2**53)])
@pytest.mark.parametrize("place", ["a", "a.b", "a.0", "sealed.a"])
def test_what_cannot_be_kept_is_named(broken: Any, place: str) -> None:
    value = broken
    for step in reversed(place.split(".")):
        value = [value] if step == "0" else {step: value}
    problems: list[tuple[str, str]] = []
    without_blanks(value, problems, "")
    assert [path for path, _ in problems] == [place]
