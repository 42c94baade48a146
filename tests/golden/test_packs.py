"""Golden packs: what was handed to an auditor once is verified by every later version."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from partnerships.audit.pack.checking import verify_pack
from partnerships.audit.standalone import verify as program

PACKS = sorted(Path(__file__).parent.glob("pack-*/*.zip"))


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: f"{pack.parent.name}/{pack.stem}")
def test_it_is_verified_also_against_what_the_auditor_kept(pack: Path) -> None:
    kept = pack.parent
    told = verify_pack(pack, checkpoints=[kept / "checkpoint.txt"], keys=[kept / "key.txt"])
    assert told["findings"] == []
    assert told["verified"]
    assert told["pack"]["erased"] == 1
    assert told["pack"]["contents"] > 30


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: f"{pack.parent.name}/{pack.stem}")
def test_it_is_verified_by_the_program_that_came_with_it(pack: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(pack) as made:
        made.extractall(tmp_path)
    command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["verified"]


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: f"{pack.parent.name}/{pack.stem}")
def test_an_entry_of_it_is_not_altered_unnoticed(pack: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(pack) as made:
        made.extractall(tmp_path)
    entries = tmp_path / program.ENTRIES
    entries.write_bytes(entries.read_bytes().replace(b'"entry":"transition"', b'"entry":"transitiom"', 1))
    layers = {found["layer"] for found in verify_pack(tmp_path)["findings"]}
    assert {"files", "chain", "log"} <= layers


def test_there_is_a_golden_pack_of_the_format_of_today() -> None:
    version = program.FORMAT.rpartition("/")[2]
    assert {pack.stem for pack in PACKS if pack.parent.name == f"pack-{version}"} == {"everything", "part"}
