"""The clause catalogue: complete, well-formed, and telling the truth about what enforces it."""

from __future__ import annotations

import re

import pytest

from partnerships.audit.audit import Audit
from partnerships.lifecycle import vocabulary
from partnerships.lifecycle.clauses import CLAUSES, Clause, Strength
from partnerships.lifecycle.findings import NOTICES
from partnerships.lifecycle.records import BODIES, partner
from partnerships.lifecycle.table import TRIGGERS
from partnerships.workflows.overview import SECTIONS
from tests.packaging.tree import ROOT

# Findings cite these ids for good: an id is added here, never renamed or taken away.
IDS = {
    "FACT": "S1.1 S2.1 S3.1 S3.2 S3.3 S3.4 S3.5 S3.11 S4.1 S4.2 S4.8 S4.20 S5.2 S5.13 S5.15 "
    "S6.1 S6.11 S6.19 S6.24 S6.27 S6.28",
    "MUST": "S3.6 S4.3 S4.4 S4.13 S4.14 S4.15 S4.16 S4.17 S4.17a S4.18 S4.19 S5.3 S5.4 S5.5 S5.8 S5.9 "
    "S5.10 S5.11 S5.12 S5.16 S6.13 S6.14 S6.15 S6.17 S6.18 S6.20 S6.21 S6.25",
    "MUST-NOT": "S3.10 S5.14",
    "NORMALLY": "S4.11 S6.16",
    "SHOULD": "S2.2 S2.3 S2.4 S3.7 S3.9 S4.5 S4.6 S4.7 S4.10 S4.12 S5.1 S6.5 S6.6 S6.7 S6.8 S6.9 S6.10 "
    "S6.22 S6.23",
    "MAY": "S3.8 S4.9 S5.6 S5.7 S6.2 S6.3 S6.4 S6.12 S6.26",
    "HOUSE-RULE": "L1 L2 L3 L4 L5 L6 L7 L8 L9 L10 L11 L12 L13",
}
READINGS = "S1.1 S4.11 S5.8 S6.3 S6.12 S6.13 S6.14 S6.15 S6.17 S6.20 S6.21"

REPORTS = {f"overview.{section}" for section in SECTIONS} | {name for name in vars(Audit) if name[0] != "_"}
HELD_BY = [(clause.id, held) for clause in CLAUSES.values() for held in clause.held_by]


def held_by(what: str) -> list[tuple[str, str]]:
    return [(id, held.removeprefix(f"{what} ")) for id, held in HELD_BY if held.startswith(f"{what} ")]


def order(id: str) -> tuple[str, list[int], str]:
    return id[0], [int(part) for part in re.findall(r"\d+", id)], id


@pytest.mark.parametrize("strength", list(IDS))
def test_the_clauses_of_a_strength_are_these(strength: str) -> None:
    found = [id for id, clause in CLAUSES.items() if clause.strength == Strength(strength)]
    assert sorted(found, key=order) == IDS[strength].split()


def test_the_policy_comes_in_its_own_order_and_house_rules_last() -> None:
    policy = [id for id in CLAUSES if id.startswith("S")]
    assert policy == sorted(policy, key=order)
    assert [*CLAUSES][len(policy) :] == [f"L{number}" for number in range(1, 14)]


def test_the_readings_are_these() -> None:
    assert [id for id, clause in CLAUSES.items() if clause.reading] == READINGS.split()


def test_a_finding_marked_as_an_interpretation_cites_a_reading() -> None:
    marked = {finding.clause for finding in NOTICES.values() if finding.interpretation}
    assert {"S4.11", "S6.12", "S6.13", "S6.14", "S6.15", "S6.17", "S6.20", "S6.21"} <= marked
    assert marked <= set(READINGS.split())


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=CLAUSES)
def test_a_clause_is_well_formed(clause: Clause) -> None:
    assert CLAUSES[clause.id] is clause
    assert clause.text == clause.text.strip()
    assert 20 <= len(clause.text) <= 330
    assert clause.text.endswith(".")
    assert "  " not in clause.text
    assert set(clause.software) <= set("GRWPD")
    assert len(clause.software) == len(set(clause.software))
    assert all(held.strip() for held in clause.held_by)
    assert clause.reading is None or clause.reading.endswith(".")


def test_what_is_forbidden_is_held_by_a_test() -> None:
    for clause in CLAUSES.values():
        if clause.strength is Strength.MUST_NOT:
            assert [held for held in clause.held_by if held.startswith("test ")], clause.id


def test_what_is_scheduled_or_derived_names_its_prompt_or_report() -> None:
    for clause in CLAUSES.values():
        told = " ".join(clause.held_by)
        if "P" in clause.software:
            assert "prompt " in told, clause.id
        if clause.software == ("D",):
            assert clause.held_by, clause.id
        assert "not there" not in told, clause.id


@pytest.mark.parametrize(("id", "path"), held_by("record"))
def test_a_record_that_enforces_a_clause_has_that_kind_and_field(id: str, path: str) -> None:
    kind, _, field = path.partition(".")
    assert kind in BODIES
    names = {known.alias or name for name, known in BODIES[kind].model_fields.items()}
    assert not field or field in names


@pytest.mark.parametrize(("id", "name"), held_by("type"))
def test_a_type_that_enforces_a_clause_exists(id: str, name: str) -> None:
    assert hasattr(vocabulary, name) or hasattr(partner, name)


@pytest.mark.parametrize(("id", "edge"), held_by("edge"))
def test_an_edge_that_a_clause_asks_for_is_in_the_table(id: str, edge: str) -> None:
    edges = {f"{source} -> {target}" for row in TRIGGERS for source in row.sources for target in row.targets}
    names = {str(row.trigger) for row in TRIGGERS}
    assert edge in edges | names


@pytest.mark.parametrize(("id", "name"), held_by("report"))
def test_a_report_that_a_clause_asks_for_is_a_section_of_the_overview_or_of_the_audit(
    id: str, name: str
) -> None:
    assert name in REPORTS


def test_every_section_of_the_overview_is_asked_for_by_a_clause() -> None:
    assert {f"overview.{section}" for section in SECTIONS} <= {name for _, name in held_by("report")}


@pytest.mark.parametrize(("id", "test"), held_by("test"))
def test_a_test_that_enforces_a_clause_exists(id: str, test: str) -> None:
    path, _, name = test.partition("::")
    assert f"def {name}(" in (ROOT / path).read_text("utf-8")
