"""The integrity statement: what it says of a sound database, and of one that somebody altered."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from partnerships.audit.audit import Audit, open_audit
from partnerships.audit.report import gather, html, problems
from tests.audit.judging.altering import alter_content, alter_entry
from tests.audit.report.conftest import Page
from tests.storage.rows import engine_of
from tests.story import Story
from tests.tables import TABLES

Json = dict[str, Any]


def delete_entry(story: Story, sequence: int) -> None:
    """Take an entry away behind the service, with its content, as only a keeper could."""
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    with engine_of(story.service).begin() as connection:
        for table in (TABLES.content, TABLES.entry):
            for (name,) in connection.exec_driver_sql(named, (table.name,)).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.execute(delete(table).where(table.c.sequence == sequence))


@pytest.fixture
def signing(story: Story, tmp_path: Path) -> Audit:
    """The audit of a running partnership's database, with a key."""
    story.to("active_activity")
    open_audit(story.service).make_key(tmp_path / "log.key")
    return open_audit(story.service, key_file=tmp_path / "log.key")


def report_on(story: Story, **how: Any) -> Json:
    return gather(story.service, ids=[story.id], **how)


def test_without_a_checkpoint_it_speaks_of_chains_alone(story: Story) -> None:
    story.to("active_activity")
    told = report_on(story)["integrity"]
    assert told["sound"]
    assert told["verdict"] == "no fault was found in the chains; there is no checkpoint"
    assert told["checkpoint"] is None


def test_the_keepers_own_checkpoints_are_told_from_others(story: Story, signing: Audit) -> None:
    made = signing.checkpoint()
    assert report_on(story)["integrity"]["verdict"].endswith("against the keeper's own checkpoints")
    told = report_on(story, notes=[made.note])["integrity"]
    assert told["verdict"] == "no fault was found, against 1 checkpoint kept elsewhere"
    assert told["checkpoint"]["note"] == str(made.note)


def test_each_page_names_its_leaf_and_the_first_checkpoint_over_it(story: Story, signing: Audit) -> None:
    first = signing.checkpoint()
    story.ready_for("begin_transition")
    story.does("begin_transition")
    pages = report_on(story)["decisions"]
    assert pages[0]["log"] == {"position": 0, "checkpoint": first.size}
    assert pages[-1]["log"] is None
    text = Page(html(report_on(story))).text
    assert f"leaf 0, covered by the checkpoint of {first.size} leaves" in text


def test_what_no_checkpoint_covers_is_among_what_was_not_checked(story: Story, signing: Audit) -> None:
    signing.checkpoint()
    story.has("comment", about=1)
    assert "1 entry that no checkpoint covers yet." in [
        row["what"] for row in report_on(story)["not_checked"]
    ]


def test_an_altered_content_is_found_and_told_first(story: Story, signing: Audit) -> None:
    signing.checkpoint()
    alter_content(story, 4, lambda kept: kept["body"].update(justification="Somebody else's words"))
    told = report_on(story)
    assert not told["integrity"]["sound"]
    assert told["integrity"]["verdict"] == "1 fault was found"
    [fault] = told["integrity"]["faults"]
    assert (fault["rule"], fault["partnership"], fault["sequence"]) == ("content.altered", story.id, 4)
    faults = {layer["what"]: layer["faults"] for layer in told["integrity"]["layers"]}
    assert sum(faults.values()) == faults["contents against what the chain says of them"] == 1
    [assessed] = [page for page in told["decisions"] if page["trigger"] == "assess"]
    marked = {each["sequence"]: each["faults"] for each in assessed["evidence"] if each["faults"]}
    assert marked == {4: ["content.altered"]}
    text = Page(html(told)).text
    assert "1 fault was found" in text
    assert "not as it was written (content.altered)" in text
    assert "entry 4" in text


def test_an_altered_chain_is_counted_with_the_histories(story: Story, signing: Audit) -> None:
    signing.checkpoint()
    alter_entry(story, 2, lambda kept: kept.update(on="2024-01-01"))
    layers = report_on(story)["integrity"]["layers"]
    assert layers[0]["faults"] > 0


def test_the_audits_own_door_signs_with_its_key(story: Story, signing: Audit) -> None:
    made = signing.checkpoint()
    files = signing.report("review", ids=[story.id], notes=[made.note])
    assert set(files) == {"review.html", "review.json", "review.sig"}
    key = signing.keys().current
    assert key is not None
    assert problems(files.pop("review.sig"), files, key) == []
    assert set(open_audit(story.service).report("review", ids=[story.id])) == {"review.html", "review.json"}


def test_the_audits_own_door_exports(story: Story, signing: Audit) -> None:
    out = io.BytesIO()
    assert signing.export("csv", out) == len(story.history())
    assert out.getvalue().startswith(b"partnership,sequence")


@pytest.mark.parametrize("sequence", [1, 2])
def test_a_history_that_cannot_be_read_is_told_as_far_as_it_can(story: Story, sequence: int) -> None:
    story.to("assessed")
    alter_entry(story, sequence, None)
    told = report_on(story)
    [about] = told["partnerships"]
    assert (about["cut"], about["entries"]) == (True, sequence - 1)
    assert ("form.entry", sequence) in [(one["rule"], one["sequence"]) for one in told["integrity"]["faults"]]
    assert f"what stands here ends with entry {sequence - 1}" in Page(html(told)).text


def test_a_deleted_entry_is_found_and_the_rest_is_shown(story: Story, signing: Audit) -> None:
    signing.checkpoint()
    delete_entry(story, 4)
    told = report_on(story)
    rules = {fault["rule"] for fault in told["integrity"]["faults"]}
    assert {"chain.gap", "log.alone"} <= rules
    [assessed] = [page for page in told["decisions"] if page["trigger"] == "assess"]
    assert assessed["evidence_hidden"] == 1


def test_more_faults_than_are_kept_are_counted_and_told_of(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.to("active_activity")
    for sequence in (3, 4, 5):
        alter_entry(story, sequence, lambda kept: kept.update(on="2024-01-01"))
    every = len(report_on(story)["integrity"]["faults"])
    monkeypatch.setattr("partnerships.audit.verifying.verify.MOST", 2)
    told = report_on(story)
    assert (len(told["integrity"]["faults"]), told["integrity"]["more"]) == (2, every - 2)
    assert f"Where {every - 2} more faults are." in [row["what"] for row in told["not_checked"]]
    assert told["integrity"]["verdict"] == f"{every} faults were found"
