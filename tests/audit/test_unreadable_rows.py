"""What cannot be read stops a reading with one error that names the entry, and leaves no file behind."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from partnerships.audit.audit import open_audit
from partnerships.audit.export import FORMATS, export
from partnerships.audit.judging.timeline import timeline
from partnerships.audit.pack.writing import PackRequest, write_pack
from partnerships.audit.report import Draw, gather
from partnerships.audit.verifying.fault import Fault
from partnerships.errors import PartnershipsError
from tests.audit.judging.altering import (
    alter_content,
    alter_entry,
    alter_row,
    alter_rows,
    drop_rows,
    retype_entry,
)
from tests.storage.rows import all_rows, engine_of
from tests.story import Clock, Story, actor
from tests.tables import TABLES

NAMED = "entry 2 of partnership p-1 cannot be read; `partnerships audit verify` looks closer"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("how", ["chain", "retyped", "content"])
def test_an_export_names_the_entry(story: Story, format: str, how: str) -> None:
    story.to("assessed")
    if how == "chain":
        alter_entry(story, 2, None)
    elif how == "retyped":
        retype_entry(story, 2)
    else:
        alter_content(story, 2, b"no JSON")
    out = io.BytesIO()
    with pytest.raises(PartnershipsError) as told:
        export(story.service, format, out)
    assert str(told.value) == NAMED
    assert not out.closed


@pytest.mark.parametrize("name", ["pack", "pack.zip"])
def test_a_pack_names_the_entry_and_is_not_there(story: Story, tmp_path: Path, name: str) -> None:
    story.to("assessed")
    open_audit(story.service).make_key(tmp_path / "log.key")
    open_audit(story.service, key_file=tmp_path / "log.key").checkpoint()
    retype_entry(story, 2)
    with pytest.raises(PartnershipsError) as told:
        write_pack(story.service, tmp_path / name, PackRequest(contents="open"))
    assert str(told.value) == NAMED
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("pack")] == []


READINGS: dict[str, Callable[[Story], object]] = {
    "history": lambda story: story.service.history("p-1"),
    "feed": lambda story: story.service.feed(),
    "timeline": lambda story: timeline(story.service, "p-1"),
    "report": lambda story: gather(story.service, ids=["p-1"]),
}


def told_by(reading: Callable[[Story], object], story: Story) -> str:
    with pytest.raises(PartnershipsError) as told:
        reading(story)
    return str(told.value)


@pytest.mark.every_store
@pytest.mark.parametrize("name", READINGS)
def test_a_reading_names_the_entry_whose_content_is_none(story: Story, name: str) -> None:
    story.to("assessed")
    alter_content(story, 2, b"no JSON")
    assert told_by(READINGS[name], story) == NAMED


def test_a_sample_of_a_history_that_ends_too_soon_names_where(story: Story) -> None:
    story.to("assessed")
    draw = Draw(n=50, seed="a nonce", of="entries")
    retype_entry(story, 2)
    assert told_by(lambda story: gather(story.service, draw=draw), story) == NAMED


ANEW: dict[str, Callable[[Story], object]] = {
    "show": lambda story: story.service.show("p-1", as_of=story.today),
    "why": lambda story: story.service.why("p-1", on="2024-05-01"),
    "timeline": lambda story: timeline(story.service, "p-1"),
    "for somebody": lambda story: timeline(story.service, "p-1", actor=actor("pm-1")),
}


@pytest.mark.every_store
@pytest.mark.parametrize("name", ANEW)
def test_a_history_that_does_not_fold_for_want_of_a_content_is_named(story: Story, name: str) -> None:
    story.to("assessed")
    agreement = story.has("agreement")
    story.day("2024-06-01").has("comment")
    alter_content(story, agreement, None)
    assert told_by(ANEW[name], story) == (
        "the history of partnership p-1 cannot be read; `partnerships audit verify` looks closer"
    )


def test_a_feed_names_an_entry_that_is_not_there(story: Story) -> None:
    story.to("assessed")
    drop_rows(story, TABLES.content)
    drop_rows(story, TABLES.entry)
    assert "entry 1 of partnership p-1 cannot be read" in told_by(READINGS["feed"], story)


@pytest.mark.parametrize(
    "reading", [lambda s: s.show("p-1"), lambda s: s.why("p-1"), lambda s: s.history("p-1")]
)
def test_a_row_that_says_no_partnership_is_told(story: Story, reading: Callable[..., object]) -> None:
    story.to("assessed")
    alter_row(story, file='{"began_on":[]}')
    told = told_by(lambda story: reading(story.service), story)
    assert told == (
        "the row of partnership p-1 cannot be read; `partnerships audit verify --folds` looks closer"
    )


def test_a_fault_at_a_place_of_no_text_is_json_too() -> None:
    told = Fault("content.alone", "a content without its entry", b"null", 1.5).as_json()  # type: ignore[arg-type]
    assert json.loads(json.dumps(told))["partnership"] == "b'null'"
    told = Fault("outbox.alone", "a row without its entry", "p-\udcff").as_json()
    assert json.dumps(told, ensure_ascii=False).encode()


def without_reference(said: dict[str, Any]) -> None:
    del said["body"]["reference"]


@pytest.mark.parametrize("name", ["population", "ocel", "report", "sample"])
def test_an_agreement_that_says_less_than_one_is_told(story: Story, name: str) -> None:
    story.to("assessed")
    agreement = story.has("agreement")
    alter_content(story, agreement, without_reference)
    audit = open_audit(story.service)
    readings: dict[str, Callable[[Story], object]] = {
        "population": lambda story: audit.population(),
        "ocel": lambda story: audit.export("ocel", io.BytesIO()),
        "report": lambda story: audit.report("review", ids=["p-1"]),
    }
    if name in readings:
        assert "partnership p-1 cannot be read; `partnerships audit verify`" in told_by(readings[name], story)
    else:
        assert len(audit.sample(50, "a nonce")["rows"]) == agreement


@pytest.mark.parametrize("value", [7, ["comment"], {"kind": 1}])
@pytest.mark.parametrize("field", ["kind", "trigger", "recorded_at", "policy"])
def test_an_entry_whose_parts_are_of_other_types_is_named(story: Story, field: str, value: object) -> None:
    story.to("assessed")
    alter_entry(story, 2, lambda chain: chain.update({field: value}))
    audit = open_audit(story.service)
    for reading in (lambda story: audit.population(), lambda story: audit.sample(50, "a nonce")):
        assert told_by(reading, story) == NAMED


def test_an_entry_with_half_a_character_where_nobody_looks_is_unreadable(story: Story) -> None:
    story.to("assessed")
    [entry] = [row for row in all_rows(story.service, "entry") if row.sequence == 2]
    alter_rows(story, TABLES.entry, canonical=bytes(entry.canonical).replace(b'"door":"', b'"door":"\xff'))
    audit = open_audit(story.service)
    assert [verdict.as_dict()["why"] for verdict in audit.replay()] == ["unreadable"]
    assert "unreadable" in {row["rule"] for row in audit.exceptions()}
    assert "cannot be read" in told_by(lambda story: audit.population(), story)


def test_an_agreement_under_which_nothing_is_on_file_stops_no_judgement(story: Story) -> None:
    story.to("assessed")
    agreement = story.has("agreement")
    alter_content(story, agreement, lambda said: said["body"].update(continues=said["body"]["reference"]))
    story.has("comment")
    alter_content(story, agreement, lambda said: said["body"].update(accepted=7, ends_on=[]))
    audit = open_audit(story.service)
    assert "unreadable" in [verdict.as_dict()["why"] for verdict in audit.replay()]
    assert "unreadable" in {row["rule"] for row in audit.exceptions()}


def test_an_entry_under_no_policy_stops_no_judgement(story: Story) -> None:
    story.to("assessed")
    alter_entry(story, 2, lambda chain: chain.update(policy=None))
    told = [verdict.as_dict() for verdict in open_audit(story.service).replay()]
    assert [(one["sequence"], one["why"]) for one in told if one["why"]] == [(2, "unreadable")]


def test_a_digest_that_is_no_text_is_told_by_the_reports_twin(story: Story) -> None:
    story.to("assessed")
    alter_rows(story, TABLES.entry, digest=b"nothing")
    told = told_by(lambda story: open_audit(story.service).report("review", ids=["p-1"]), story)
    assert "what is on file of p-1 cannot be shown" in told


@pytest.mark.parametrize(("at", "body"), [(1, "text"), (0, "text"), (0, {"accepted": 7})])
def test_a_body_that_is_none_is_told_by_a_report(story: Story, at: int, body: object) -> None:
    story.to("assessed")
    agreement = story.has("agreement")
    alter_content(story, at or agreement, lambda said: said.update(body=body))
    told = told_by(lambda story: open_audit(story.service).report("review", ids=["p-1"]), story)
    assert "`partnerships audit verify` looks closer" in told


def test_a_pack_of_a_checkpoint_that_is_none_is_told(story: Story, tmp_path: Path) -> None:
    story.to("assessed")
    open_audit(story.service).make_key(tmp_path / "log.key")
    open_audit(story.service, key_file=tmp_path / "log.key").checkpoint()
    for values in ({"note": b"\xff"}, {"size": 10**18}, {"size": "many"}):
        alter_rows(story, TABLES.checkpoint, **values)
        with pytest.raises(PartnershipsError, match="looks closer"):
            write_pack(story.service, tmp_path / "pack")


def test_an_agreement_that_is_a_text_is_one_row_of_the_exceptions(story: Story) -> None:
    story.to("assessed")
    agreement = story.has("agreement")
    alter_content(story, agreement, lambda said: said.update(body="text"))
    told = [row for row in open_audit(story.service).exceptions() if row["rule"] == "unreadable"]
    assert [row["sequence"] for row in told] == [agreement]


def test_an_exception_to_no_clause_is_not_evaluable(story: Story) -> None:
    story.to("assessed")
    exception = story.has("exception")
    alter_content(story, exception, lambda said: said["body"].update(clause="S0.0"))
    told = [verdict.as_dict() for verdict in open_audit(story.service).replay()]
    assert [one["why"] for one in told if one["sequence"] == exception] == ["unreadable"]


def test_a_row_with_a_text_for_a_number_is_told(story: Story) -> None:
    story.to("assessed")
    alter_row(story, sequence="many")
    told = told_by(lambda story: story.service.show("p-1"), story)
    assert told.startswith("the row of partnership p-1 cannot be read")


@pytest.mark.parametrize("change", [None, lambda chain: chain.update(actor=7), lambda chain: chain.clear()])
def test_the_doctor_says_that_an_entry_cannot_be_read_and_goes_on(story: Story, change: Any) -> None:
    story.to("assessed")
    alter_entry(story, 2, change)
    found = {check["check"]: check for check in story.service.doctor()}
    assert not found["directors"]["ok"]
    assert "cannot be read" in found["directors"]["detail"]
    assert found["erasure"]["ok"]


def test_an_attempt_whose_findings_are_no_text_is_a_row_of_the_exceptions(story: Story) -> None:
    story.to("identified").trigger("assess")
    alter_rows(story, TABLES.attempt, findings=b"\xff")
    assert "refused_attempt" in {row["rule"] for row in open_audit(story.service).exceptions()}


def test_a_key_whose_name_is_another_is_told_when_the_database_is_opened(
    opened: Callable[..., Any], clock: Clock
) -> None:
    story = Story(opened(), clock).to("identified")
    with engine_of(story.service).begin() as connection:
        connection.execute(insert(TABLES.meta).values(name="sealing_key?", value="0"))
    with pytest.raises(PartnershipsError, match="which sealing key"):
        opened()
