"""What was erased is missing from a pack, and an entry explains it; without one it is a finding."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from partnerships.audit.audit import open_audit
from partnerships.audit.erasing.erasure import erase
from partnerships.audit.pack.writing import PackRequest, write_pack
from tests.audit.pack.hands import Hands, found, written
from tests.story import Story, actor

pytestmark = pytest.mark.every_store


@pytest.fixture
def pack(story: Story, tmp_path: Path) -> Path:
    """Contents as safeguarding gets them, of a partnership of which 2, 3 and a whole case were erased."""
    story.to("active_activity")
    story.has("crisis_case")
    story.has("crisis_recommendation", advice="close")
    story.has("crisis_closure")
    story.clock.advance(seconds=1)
    people = {"by": actor("director-1"), "second": actor("safeguarding-1"), "basis": "objection"}
    outcome = erase(story.service, story.id, **people, reason="A letter", entries=[2, 3], cases=["1"])
    assert outcome["outcome"] == "accepted", outcome
    open_audit(story.service).make_key(tmp_path / "log.key")
    open_audit(story.service, key_file=tmp_path / "log.key").checkpoint()
    request = PackRequest(contents="sealed", reason="The yearly audit")
    write_pack(story.service, tmp_path / "pack", request, actor=actor("safeguarding-1"))
    return tmp_path / "pack"


def test_what_was_erased_is_counted_and_no_finding(pack: Path, tmp_path: Path) -> None:
    told = Hands(pack, tmp_path / "copy").verify()
    assert told["findings"] == []
    assert (told["pack"]["erased"], told["pack"]["sealed"]) == (5, 0)
    assert any("erased" in one for one in told["not_checked"])


def test_what_an_erasure_does_not_name_may_not_be_missing(pack: Path, tmp_path: Path) -> None:
    hands = Hands(pack, tmp_path / "copy")
    kept = [line for line in hands.lines("contents.jsonl") if json.loads(line)["sequence"] != 4]
    told = hands.write("contents.jsonl", kept).recount().verify()
    assert found(told) == {("content", "entries.jsonl", 4)}


def test_an_erasure_that_is_made_to_name_more_is_itself_an_altered_entry(pack: Path, tmp_path: Path) -> None:
    hands = Hands(pack, tmp_path / "copy")
    kept = [line for line in hands.lines("contents.jsonl") if json.loads(line)["sequence"] != 4]
    hands.write("contents.jsonl", kept).recount()
    lines = [json.loads(line) for line in hands.lines("entries.jsonl")]
    number = next(n for n, line in enumerate(lines, 1) if line.get("erased") == [2, 3])
    told = hands.change(
        "entries.jsonl", number, lambda _: written(lines[number - 1] | {"erased": [2, 3, 4]})
    ).verify()
    assert ("log", "entries.jsonl", number) in found(told)


def test_a_crisis_that_was_erased_shows_to_nobody_whom_it_did_not_show_to_before(
    story: Story, pack: Path, tmp_path: Path
) -> None:
    write_pack(story.service, tmp_path / "operators", PackRequest(contents="open"))
    text = (tmp_path / "operators" / "entries.jsonl").read_text("utf-8")
    assert "crisis" not in text
    told = Hands(tmp_path / "operators", tmp_path / "copy").verify()
    assert told["findings"] == []
    assert told["pack"]["withheld"] == 4
