"""`audit pack` on the command line, and what a person is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from partnerships import open_service
from partnerships.audit.audit import open_audit
from partnerships.audit.pack.checking import verify_pack
from tests.doors.conftest import Cli, cli, lived, plain_terminal
from tests.story import actor

__all__ = ["cli", "lived", "plain_terminal"]

SAFEGUARDING = json.dumps(actor("safeguarding-1"))
PARTNER = json.dumps(actor("partner-1", partnerships=["p-case"]))


@pytest.fixture
def logged(lived: Path, tmp_path: Path) -> Path:
    """A database of its own whose log was signed."""
    folder = tmp_path / "database"
    folder.mkdir()
    for file in (lived, Path(f"{lived}.key")):
        shutil.copy(file, folder)
    database = folder / lived.name
    with open_service(database) as service:
        open_audit(service).make_key(folder / "log.key")
        open_audit(service, key_file=folder / "log.key").checkpoint()
    return database


def test_a_folder_or_a_zip_is_made_and_verified(cli: Cli, logged: Path, tmp_path: Path) -> None:
    for name in ("pack", "pack.zip"):
        said = cli("--database", logged, "audit", "pack", tmp_path / name).ends(0).out
        assert "SHA256SUMS" in said
        assert "withheld from this reader (L4)" in said
        assert verify_pack(tmp_path / name)["verified"]


def test_some_partnerships_with_what_is_sealed(cli: Cli, logged: Path, tmp_path: Path) -> None:
    sealed = ("--contents", "sealed", "--reason", "The yearly audit", "--actor", SAFEGUARDING, "--json")
    pack = tmp_path / "pack"
    said = cli("--database", logged, "audit", "pack", pack, "p-case", *sealed).ends(0).out
    made = json.loads(said)
    assert (made["counts"]["partnerships"], made["refused"]) == (1, 0)
    assert made["later"] > 0
    assert '"ground"' in (pack / "contents.jsonl").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("--contents", "everything"), 2, "none, open, sealed"),
        (("--contents", "sealed"), 2, "an actor and a reason"),
        (("--size", "99999"), 2, "no checkpoint of 99999"),
        (("--actor", PARTNER), 1, "L2"),
        (("p-9",), 1, "covers 0 of the 1"),
    ],
)
def test_what_cannot_be_asked_for_is_one_line_and_leaves_nothing(
    cli: Cli, logged: Path, tmp_path: Path, arguments: tuple[str, ...], status: int, says: str
) -> None:
    (tmp_path / "out").mkdir()
    said = cli("--database", logged, "audit", "pack", tmp_path / "out" / "pack", *arguments).ends(status)
    assert says in said.one_error_line()
    assert list((tmp_path / "out").iterdir()) == []


def test_without_a_checkpoint_the_next_step_is_told(cli: Cli, lived: Path, tmp_path: Path) -> None:
    said = cli("--database", lived, "audit", "pack", tmp_path / "pack").ends(2)
    assert "partnerships audit checkpoint" in said.one_error_line()


def test_a_pack_is_verified_without_any_database(
    cli: Cli, logged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = tmp_path / "pack"
    cli("--database", logged, "audit", "pack", pack).ends(0)
    monkeypatch.setenv("PARTNERSHIPS_DATABASE", str(tmp_path / "none.sqlite"))
    own = (pack / "checkpoint.txt", "--key", pack / "keys.txt")
    assert cli("audit", "verify", "--pack", pack, *own).ends(0).out.endswith("Verified.\n")
    entries = (pack / "entries.jsonl").read_bytes()
    (pack / "entries.jsonl").write_bytes(entries.replace(b'"on":"2', b'"on":"1', 1))
    told = cli("audit", "verify", "--pack", pack, *own, "--json").ends(1).json
    assert {found["layer"] for found in told["findings"]} >= {"files", "log"}
    assert not (tmp_path / "none.sqlite").exists()


def test_where_no_pack_is_the_command_line_says_so(cli: Cli, tmp_path: Path) -> None:
    said = cli("audit", "verify", "--pack", tmp_path / "nowhere").ends(2).one_error_line()
    assert "no folder or zip" in said
