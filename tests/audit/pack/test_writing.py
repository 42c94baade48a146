"""What a pack holds, for whom, and that it is the same each time."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from pathlib import Path

import pytest

from partnerships import BadRequest, NotAllowed, UnknownPartnership
from partnerships.audit.audit import open_audit
from partnerships.audit.pack.checking import pack_text, verify_pack
from partnerships.audit.pack.writing import PackRequest, write_pack
from partnerships.audit.standalone.verify import LAYERS
from tests.audit.pack.conftest import Kept
from tests.story import actor

SEALED_WORDS = ("ground", "safeguarding-1", "Grave")


def files(pack: Path) -> dict[str, bytes]:
    return {
        path.relative_to(pack).as_posix(): path.read_bytes() for path in pack.rglob("*") if path.is_file()
    }


def entries(pack: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (pack / "entries.jsonl").read_bytes().splitlines()]


def contents(pack: Path) -> dict[tuple[str, int], dict[str, object]]:
    rows = map(json.loads, (pack / "contents.jsonl").read_bytes().splitlines())
    return {(row["partnership"], row["sequence"]): row["content"] for row in rows if "content" in row}


@pytest.mark.parametrize("name", ["whole", "open", "part", "sealed"])
def test_every_pack_is_verified(packs: Path, name: str) -> None:
    told = verify_pack(packs / name)
    assert told["findings"] == []
    assert told["verified"]
    assert [one["layer"] for one in told["layers"]] == list(LAYERS)
    assert pack_text(told, name).endswith("Verified.")


@pytest.mark.parametrize("contents", ["none", "open"])
def test_the_same_database_and_checkpoint_give_the_same_bytes(
    kept: Kept, tmp_path: Path, contents: str
) -> None:
    for name in ("one", "two", "one.zip", "two.zip"):
        write_pack(kept.service, tmp_path / name, PackRequest(contents=contents))
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_zip_holds_the_files_of_the_folder(kept: Kept, packs: Path, tmp_path: Path) -> None:
    write_pack(kept.service, tmp_path / "pack.zip")
    with zipfile.ZipFile(tmp_path / "pack.zip") as made:
        assert {name: made.read(name) for name in made.namelist()} == files(packs / "whole")
        assert {info.date_time for info in made.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert verify_pack(tmp_path / "pack.zip")["verified"]


def test_only_its_owner_reads_a_pack(kept: Kept, packs: Path, tmp_path: Path) -> None:
    write_pack(kept.service, tmp_path / "pack.zip")
    places = [packs / "open", *(packs / "open").rglob("*"), tmp_path / "pack.zip"]
    assert [path for path in places if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_without_being_asked_it_holds_no_contents_and_nothing_of_a_crisis(packs: Path) -> None:
    whole = files(packs / "whole")
    assert "contents.jsonl" not in whole
    withheld = [entry for entry in entries(packs / "whole") if "withheld" in entry]
    assert {entry["partnership"] for entry in withheld} == {"p-crisis"}
    assert all(entry.keys() == {"partnership", "sequence", "digest", "withheld"} for entry in withheld)
    text = whole["entries.jsonl"].decode()
    assert not any(word in text for word in (*SEALED_WORDS, "crisis_case", "Radio", "clerk"))


def test_open_contents_are_there_when_asked_for_and_sealed_or_restricted_ones_are_not(packs: Path) -> None:
    text = (packs / "open" / "contents.jsonl").read_text("utf-8")
    assert "Example Radio (fictional)" in text
    assert not any(word in text for word in SEALED_WORDS)
    assert ("p-restricted", 1) in contents(packs / "open")
    assert ("p-restricted", 2) not in contents(packs / "open")


def test_programme_roles_get_restricted_contents_too(kept: Kept, tmp_path: Path) -> None:
    write_pack(kept.service, tmp_path / "pack", PackRequest(contents="open"), actor=actor("pm-1"))
    assert ("p-restricted", 2) in contents(tmp_path / "pack")
    assert verify_pack(tmp_path / "pack")["pack"]["restricted"] == 0


def test_safeguarding_gets_sealed_contents_and_each_opening_is_kept(kept: Kept, packs: Path) -> None:
    given = contents(packs / "sealed")
    cases = [entry for entry in entries(packs / "sealed") if entry.get("kind") == "crisis_case"]
    assert cases
    assert all((entry["partnership"], entry["sequence"]) in given for entry in cases)
    history = kept.service.history("p-crisis", actor=actor("safeguarding-1"))
    opened = {row["target"] for row in history if row["entry"] == "opening" and row["granted"]}
    assert {entry["sequence"] for entry in cases} <= opened


def test_sealed_contents_are_refused_to_whom_they_are_not_for(kept: Kept, tmp_path: Path) -> None:
    request = PackRequest(contents="sealed", reason="Curious")
    made = write_pack(kept.service, tmp_path / "pack", request, actor=actor("pm-1"))
    assert made.refused > 0
    assert not any(word in (tmp_path / "pack" / "contents.jsonl").read_text() for word in SEALED_WORDS)
    assert verify_pack(tmp_path / "pack")["verified"]


def test_an_auditor_sees_that_a_case_is_there_and_nobody_but_safeguarding_a_partners_own(
    kept: Kept, tmp_path: Path
) -> None:
    write_pack(kept.service, tmp_path / "pack", actor=actor("auditor-1"))
    withheld = [entry for entry in entries(tmp_path / "pack") if "withheld" in entry]
    assert len(withheld) == 1
    assert any(entry.get("kind") == "crisis_case" for entry in entries(tmp_path / "pack"))


def test_a_part_holds_the_partnerships_named_and_the_whole_log(packs: Path) -> None:
    assert {entry["partnership"] for entry in entries(packs / "part")} == {"p-whole", "p-register"}
    assert (packs / "part" / "log.txt").read_bytes() == (packs / "whole" / "log.txt").read_bytes()
    assert verify_pack(packs / "part")["pack"]["others"] > 0


def test_an_earlier_checkpoint_can_be_packed_again(kept: Kept, packs: Path, tmp_path: Path) -> None:
    first = json.loads((packs / "whole" / "older-checkpoints.jsonl").read_bytes().splitlines()[0])
    size = int(first.split("\n")[1])
    made = write_pack(kept.service, tmp_path / "pack", PackRequest(size=size))
    assert (made.size, (tmp_path / "pack" / "checkpoint.txt").read_text("utf-8")) == (size, first)
    assert made.later > 0
    assert verify_pack(tmp_path / "pack")["verified"]


@pytest.mark.parametrize(
    ("request_", "by", "error"),
    [
        (PackRequest(), "partner-1", NotAllowed),
        (PackRequest(contents="all"), None, BadRequest),
        (PackRequest(contents="sealed", reason="Why not"), None, BadRequest),
        (PackRequest(contents="sealed", reason=" "), "safeguarding-1", BadRequest),
        (PackRequest(size=3), None, BadRequest),
        (PackRequest(("p-whole", "p-nobody")), None, UnknownPartnership),
    ],
)
def test_what_cannot_be_asked_for_leaves_nothing_behind(
    kept: Kept, tmp_path: Path, request_: PackRequest, by: str | None, error: type[Exception]
) -> None:
    for name in ("pack", "pack.zip"):
        place = tmp_path / "new" / name
        with pytest.raises(error):
            write_pack(kept.service, place, request_, actor=actor(by) if by else None)
    assert os.listdir(tmp_path) == []


def test_the_audits_own_door_makes_the_same_pack(kept: Kept, packs: Path, tmp_path: Path) -> None:
    place = tmp_path / "new" / "pack"
    made = open_audit(kept.service).pack(place, ids=["p-register", "p-whole"], contents="open")
    assert made.path == str(place)
    assert files(place) == files(packs / "part")


def test_nothing_is_written_over(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "file").touch()
    for place in (tmp_path / "pack", tmp_path / "file" / "pack"):
        with pytest.raises(BadRequest):
            write_pack(kept.service, place)


def test_progress_is_told_up_to_the_end(kept: Kept, packs: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    verify_pack(packs / "open", progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    write_pack(kept.service, tmp_path / "pack.zip", progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]
