"""What cannot be read stops a reading with one error that names the entry, and leaves no file behind."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from partnerships.audit.audit import open_audit
from partnerships.audit.export import FORMATS, export
from partnerships.audit.judging.timeline import timeline
from partnerships.audit.pack.writing import PackRequest, write_pack
from partnerships.audit.report import Draw, gather
from partnerships.audit.verifying.fault import Fault
from partnerships.errors import PartnershipsError
from tests.audit.judging.altering import alter_content, alter_entry, alter_row, drop_rows, retype_entry
from tests.story import Story, actor
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
    with pytest.raises(PartnershipsError) as told:
        export(story.service, format, io.BytesIO())
    assert str(told.value) == NAMED


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
