"""`audit verify`, `audit checkpoint` and `audit keys` as a person meets them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from partnerships.audit.log.checkpoints import read_note
from partnerships.audit.log.notes import Head, Note, Verifier
from partnerships.audit.log.receipts import check_receipt
from partnerships.audit.log.signing import read_signer
from tests.doors.conftest import Cli, cli, lived, plain_terminal

__all__ = ["cli", "lived", "plain_terminal"]


@pytest.fixture
def database(lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a lived database, on a machine that names no signing key."""
    for name in ("PARTNERSHIPS_LOG_KEY", "PARTNERSHIPS_LOG_KEY_FILE", "PARTNERSHIPS_CHECKPOINTS"):
        monkeypatch.delenv(name, raising=False)
    for suffix in ("", ".key"):
        shutil.copy(f"{lived}{suffix}", tmp_path / f"p.sqlite{suffix}")
    return tmp_path / "p.sqlite"


@pytest.fixture
def signed(cli: Cli, database: Path, tmp_path: Path) -> Path:
    """The same with a key and one checkpoint, which is in `kept/` too."""
    (tmp_path / "kept").mkdir()
    cli("--database", database, "audit", "keys", "--new", tmp_path / "log.key").ends(0)
    make = ("audit", "checkpoint", "--key-file", tmp_path / "log.key", "--out", tmp_path / "kept")
    cli("--database", database, *make).ends(0)
    return database


def alter(database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute("DROP TRIGGER partnerships_content_no_update")
    connection.execute("UPDATE partnerships_content SET salt = zeroblob(32) WHERE sequence = 2")
    connection.commit()
    connection.close()


def test_a_sound_database_ends_with_0_and_says_what_was_not_checked(cli: Cli, signed: Path) -> None:
    done = cli("--database", signed, "audit", "verify").ends(0)
    assert "nothing was altered, as far as can be told here" in done.out
    assert "not checked: whether all was rewritten" in " ".join(done.out.split())


def test_with_a_checkpoint_kept_elsewhere_nothing_is_left_open(
    cli: Cli, signed: Path, tmp_path: Path
) -> None:
    for way in (("audit", "verify"), ("audit", "verify", "--checkpoint")):
        done = cli("--database", signed, *way, tmp_path / "kept").ends(0)
        assert "and 1 that you gave" in " ".join(done.out.split())
        assert "not checked" not in done.out


def test_what_is_found_ends_with_1_and_names_the_place(cli: Cli, signed: Path) -> None:
    alter(signed)
    done = cli("--database", signed, "audit", "verify").ends(1)
    assert "content.altered" in done.out
    assert "/2" in done.out
    told = cli("--database", signed, "audit", "verify", "--json").ends(1).json
    assert told["sound"] is False
    assert {fault["rule"] for fault in told["faults"]} == {"content.altered"}
    assert all(fault["sequence"] == 2 and fault["partnership"] for fault in told["faults"])
    assert cli("--database", signed, "audit", "verify", "--chains", "--json").ends(0).json["sound"]


def test_a_key_that_is_trusted_is_given_as_text_or_as_a_file(cli: Cli, signed: Path, tmp_path: Path) -> None:
    [key] = cli("--database", signed, "audit", "keys", "--json").ends(0).json["keys"]
    (tmp_path / "trusted").write_text(key["key"] + "\n")
    for given in (key["key"], tmp_path / "trusted"):
        cli("--database", signed, "audit", "verify", "--key", given).ends(0)
    made = cli(
        "--database", signed, "audit", "keys", "--new", tmp_path / "x.key", "--cosigner", "x", "--json"
    )
    done = cli("--database", signed, "audit", "verify", "--key", made.ends(0).json["made"], "--json").ends(1)
    assert [fault["rule"] for fault in done.json["faults"]] == ["key.unknown"]


def test_a_checkpoint_of_a_longer_log_shows_that_the_end_was_cut_off(
    cli: Cli, signed: Path, tmp_path: Path
) -> None:
    before = tmp_path / "before.sqlite"
    shutil.copy(signed, before)
    shutil.copy(f"{signed}.key", f"{before}.key")
    comment = {
        "do": "record",
        "id": cli("--database", signed, "list", "--json").json[0]["id"],
        "kind": "comment",
        "actor": {"id": "pm-1", "party": "ims", "roles": ["programme_manager"]},
        "body": {"about": 1, "text": "One more"},
    }
    (tmp_path / "more.jsonl").write_text(json.dumps(comment) + "\n")
    cli("--database", signed, "apply", tmp_path / "more.jsonl").ends(0)
    make = ("audit", "checkpoint", "--key-file", tmp_path / "log.key", "--out", tmp_path / "kept")
    cli("--database", signed, *make).ends(0)
    told = cli("--database", before, "audit", "verify", tmp_path / "kept", "--json").ends(1).json
    assert [fault["rule"] for fault in told["faults"]] == ["checkpoint.truncated"]


def test_two_stories_under_one_key_are_shown_with_their_proof(cli: Cli, signed: Path, tmp_path: Path) -> None:
    [file] = (tmp_path / "kept").iterdir()
    head = Head.parse(read_note(file).text)
    other = Note(str(Head(head.origin, head.size, bytes(32)))).signed(read_signer(tmp_path / "log.key"))
    (tmp_path / "kept" / "other.checkpoint").write_text(str(other), "utf-8")
    done = cli("--database", signed, "audit", "verify", tmp_path / "kept").ends(1)
    shown = " ".join(done.out.split())
    assert "checkpoint.equivocation" in shown
    assert all(line in shown for line in str(other).split() if len(line) < 60)


def test_folds_are_gone_over_where_they_are_asked_for(cli: Cli, signed: Path) -> None:
    connection = sqlite3.connect(signed)
    connection.execute("UPDATE partnerships_partnership SET ended_as = 'exited'")
    connection.commit()
    connection.close()
    cli("--database", signed, "audit", "verify").ends(0)
    told = cli("--database", signed, "audit", "verify", "--folds", "--json").ends(1).json
    assert {fault["rule"] for fault in told["faults"]} == {"projection.row"}


@pytest.mark.parametrize("name", ["nothing.checkpoint", "."])
def test_a_checkpoint_that_is_not_there_is_wrong_usage(
    cli: Cli, signed: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty").mkdir()
    cli("--database", signed, "audit", "verify", tmp_path / "empty" / name).ends(2).one_error_line()


def test_a_key_that_is_none_is_wrong_usage(cli: Cli, signed: Path) -> None:
    line = cli("--database", signed, "audit", "verify", "--key", "abc").ends(2).one_error_line()
    assert "NAME+HASH+KEY" in line


def test_a_checkpoint_is_shown_as_the_signed_note_that_it_is(cli: Cli, signed: Path, tmp_path: Path) -> None:
    told = cli("--database", signed, "audit", "checkpoint", "--list", "--json").ends(0).json
    [made] = told
    note = Note.parse(made["note"])
    [key] = cli("--database", signed, "audit", "keys", "--json").json["keys"]
    assert note.is_signed_by(Verifier.parse(key["key"]))
    [file] = (tmp_path / "kept").iterdir()
    assert file.read_text("utf-8") == made["note"]
    shown = cli("--database", signed, "audit", "checkpoint", "--list").ends(0).out
    assert all(line in shown for line in made["note"].splitlines())


def test_without_a_key_a_checkpoint_is_wrong_usage_that_says_what_to_do(cli: Cli, database: Path) -> None:
    line = cli("--database", database, "audit", "checkpoint").ends(2).one_error_line()
    assert "audit keys --new FILE" in line
    assert (
        cli("--database", database, "audit", "checkpoint", "--list").ends(0).out.startswith("No checkpoint")
    )
    assert "No key has signed" in cli("--database", database, "audit", "keys").ends(0).out


def test_the_environment_names_key_and_folder(
    cli: Cli, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    cli("--database", database, "audit", "keys", "--new", tmp_path / "log.key").ends(0)
    monkeypatch.setenv("PARTNERSHIPS_LOG_KEY_FILE", str(tmp_path / "log.key"))
    monkeypatch.setenv("PARTNERSHIPS_CHECKPOINTS", str(tmp_path / "out"))
    cli("--database", database, "audit", "checkpoint").ends(0)
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_a_folder_that_is_not_there_is_told_each_time_and_the_checkpoint_stands(
    cli: Cli, signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = ("--database", signed, "audit", "checkpoint", "--key-file", tmp_path / "log.key")
    monkeypatch.setenv("PARTNERSHIPS_CHECKPOINTS", str(tmp_path / "out"))
    for _ in range(2):
        assert "is no folder to write it into" in cli(*make).ends(2).one_error_line()
    assert not (tmp_path / "out").exists()
    assert "no folder" in cli(*make, "--out", tmp_path / "none" / "x").ends(2).one_error_line()
    monkeypatch.delenv("PARTNERSHIPS_CHECKPOINTS")
    told = cli(*make, "--out", tmp_path / "none" / "x").ends(2).one_error_line()
    assert "signed and kept; there is no folder" in told
    assert cli("--database", signed, "audit", "verify").ends(0)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["checkpoint", "--list", "--cosign", "x"], "one of --cosign, --receipt and --list"),
        (["checkpoint", "--receipt", "p-1/1", "--cosign", "x"], "one of --cosign, --receipt and --list"),
        (["verify", "--pack", "x", "--folds"], "--folds"),
        (["verify", "--pack", "x", "--chains"], "--chains"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    cli: Cli, signed: Path, asked: list[str], told: str
) -> None:
    assert told in cli("--database", signed, "audit", *asked).ends(2).one_error_line()


def test_what_is_grave_is_signed_for_at_once_where_a_key_is_named(
    cli: Cli, signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERSHIPS_LOG_KEY_FILE", str(tmp_path / "log.key"))
    grave = {
        "do": "record",
        "id": cli("--database", signed, "list", "--json").json[0]["id"],
        "kind": "exception",
        "actor": {"id": "director-9", "party": "ims", "roles": ["director"]},
        "body": {"clause": "S4.11", "reason": "A call was promised"},
    }
    (tmp_path / "grave.jsonl").write_text(json.dumps(grave) + "\n")
    cli("--database", signed, "apply", tmp_path / "grave.jsonl").ends(0)
    assert len(cli("--database", signed, "audit", "checkpoint", "--list", "--json").json) == 2


def test_a_key_is_made_shown_and_put_in_force(cli: Cli, signed: Path, tmp_path: Path) -> None:
    made = cli("--database", signed, "audit", "keys", "--new", tmp_path / "new.key", "--json").ends(0).json
    assert (tmp_path / "new.key").read_text().split("+", 4)[-1].strip() not in json.dumps(made)
    rotate = ("audit", "keys", "--rotate", tmp_path / "new.key", "--key-file", tmp_path / "log.key")
    told = cli("--database", signed, *rotate, "--json").ends(0).json
    assert [key["key"] for key in told["keys"]][-1] == made["made"]
    assert made["made"] in cli("--database", signed, "audit", "keys").ends(0).out
    cli("--database", signed, "audit", "verify", tmp_path / "kept").ends(0)


def test_a_key_cannot_take_the_place_of_a_folder(cli: Cli, signed: Path, tmp_path: Path) -> None:
    for place in ("/", ".", tmp_path):
        line = cli("--database", signed, "audit", "keys", "--new", place).ends(2).one_error_line()
        assert "unexpected" not in line


def test_a_co_signers_name_goes_with_a_new_key(cli: Cli, signed: Path) -> None:
    assert "--new" in cli("--database", signed, "audit", "keys", "--cosigner", "x").ends(2).one_error_line()


def test_a_second_key_signs_the_newest_checkpoint(cli: Cli, signed: Path, tmp_path: Path) -> None:
    cli("--database", signed, "audit", "keys", "--new", tmp_path / "co.key", "--cosigner", "auditor").ends(0)
    told = cli("--database", signed, "audit", "checkpoint", "--cosign", tmp_path / "co.key", "--json").ends(0)
    assert [line.partition("+")[0] for line in told.json["signed_by"]][1:] == ["auditor"]


def test_a_co_signers_key_is_trusted_for_what_it_signed(cli: Cli, signed: Path, tmp_path: Path) -> None:
    make = ("audit", "keys", "--new", tmp_path / "co.key", "--cosigner", "auditor", "--json")
    key = cli("--database", signed, *make).ends(0).json["made"]
    verify = ("--database", signed, "audit", "verify", "--key", key, "--json")
    assert [fault["rule"] for fault in cli(*verify).ends(1).json["faults"]] == ["key.unknown"]
    cli("--database", signed, "audit", "checkpoint", "--cosign", tmp_path / "co.key").ends(0)
    assert cli(*verify).ends(0).json["sound"]


def test_a_receipt_is_printed_for_an_entry(cli: Cli, signed: Path) -> None:
    id = cli("--database", signed, "list", "--json").json[0]["id"]
    receipt = cli("--database", signed, "audit", "checkpoint", "--receipt", f"{id}/1").ends(0).json
    [key] = cli("--database", signed, "audit", "keys", "--json").json["keys"]
    assert check_receipt(receipt, [Verifier.parse(key["key"])]) == []
    assert "p-1/7" in cli("--database", signed, "audit", "checkpoint", "--receipt", id).ends(2).err
    cli("--database", signed, "audit", "checkpoint", "--receipt", f"{id}/999").ends(1).one_error_line()


def test_a_pack_is_verified_without_a_database(cli: Cli, signed: Path, tmp_path: Path) -> None:
    cli("--database", signed, "audit", "pack", tmp_path / "pack").ends(0)
    nowhere = ("--database", tmp_path / "none.sqlite")
    told = cli(*nowhere, "audit", "verify", "--pack", tmp_path / "pack", "--json").ends(0).json
    assert told["verified"]
    assert "Verified." in cli(*nowhere, "audit", "verify", "--pack", tmp_path / "pack").ends(0).out
    cli(*nowhere, "audit", "verify", "--pack", tmp_path / "none").ends(2).one_error_line()


def test_a_key_that_was_lost_is_told_and_what_it_signed_stands(
    cli: Cli, signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERSHIPS_LOG_KEY_FILE", str(tmp_path / "log.key"))
    (tmp_path / "log.key").unlink()
    line = cli("--database", signed, "audit", "checkpoint").ends(2).one_error_line()
    assert "is missing; put it back" in line
    done = cli("--database", signed, "audit", "verify", tmp_path / "kept").ends(0)
    assert "nothing was altered, as far as can be told here" in done.out
