"""`audit report` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from partnerships.audit.log.notes import Signer
from partnerships.audit.log.signing import make_signer
from partnerships.audit.report import problems
from partnerships.doors.cli.commands.audit import report
from partnerships.doors.cli.failures import Failure
from tests.doors.conftest import Cli, cli, lived, plain_terminal

__all__ = ["cli", "lived", "plain_terminal"]

PARTNER = '{"id":"partner-1","party":"partner","roles":["partner_representative"],"partnerships":["p-case"]}'


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return make_signer(tmp_path / "log.key", "partnerships/0011223344556677")


def test_a_report_its_twin_and_its_signature(cli: Cli, lived: Path, tmp_path: Path, signer: Signer) -> None:
    out = tmp_path / "made" / "review.html"
    asked = ("audit", "report", "p-strategic", "--out", out, "--key-file", tmp_path / "log.key")
    said = cli("--database", lived, *asked).ends(0)
    names = {path.name: path.read_bytes() for path in out.parent.iterdir()}
    assert set(names) == {"review.html", "review.json", "review.sig"}
    files = {name: data for name, data in names.items() if name != "review.sig"}
    assert problems(names["review.sig"], files, signer.verifier) == []
    assert "0 decisions of" in said.out
    assert "PRIVATE" not in said.out + said.err


def test_without_a_key_there_is_no_signature(cli: Cli, lived: Path, tmp_path: Path) -> None:
    cli("--database", lived, "audit", "report", "p-case", "--out", tmp_path / "r.html").ends(0)
    assert {path.name for path in tmp_path.iterdir()} >= {"r.html", "r.json"}
    assert not (tmp_path / "r.sig").exists()


def test_the_twin_alone_goes_to_standard_output(cli: Cli, lived: Path) -> None:
    told = cli("--database", lived, "audit", "report", "-n", 2, "--seed", "a nonce", "--json").ends(0).json
    assert told["format"] == "partnerships/report/1"
    assert len(told["decisions"]) == 2


def test_it_draws_what_the_sample_command_draws(cli: Cli, lived: Path) -> None:
    drawn = cli("--database", lived, "audit", "sample", "-n", 3, "--seed", "a nonce", "--json").ends(0).json
    told = cli("--database", lived, "audit", "report", "-n", 3, "--seed", "a nonce", "--json").ends(0).json
    assert told["sample"]["rows"] == drawn["rows"]


def test_who_reads_is_told(cli: Cli, lived: Path) -> None:
    auditor = {"id": "auditor-1", "party": "ims", "roles": ["auditor"]}
    asked = ("audit", "report", "p-case", "--json", "--actor", json.dumps(auditor))
    assert cli("--database", lived, *asked).ends(0).json["reader"] == {
        "id": "auditor-1",
        "roles": ["auditor"],
    }


@pytest.mark.parametrize(
    "asked",
    [
        (),
        ("--json",),
        ("p-case"),
        ("-n", "2", "--json"),
        ("--seed", "x", "--json"),
        ("p-case", "-n", "2", "--seed", "x", "--json"),
        ("-n", "2", "--seed", "x", "--of", "lives", "--json"),
        ("-n", "2", "--seed", "x", "--stratify", "colour", "--json"),
    ],
)
def test_what_cannot_be_asked_is_said(cli: Cli, lived: Path, asked: tuple[str, ...]) -> None:
    cli("--database", lived, "audit", "report", *asked).ends(2).one_error_line()


def test_the_partners_side_gets_no_report(cli: Cli, lived: Path) -> None:
    asked = ("audit", "report", "p-case", "--json", "--actor", PARTNER)
    cli("--database", lived, *asked).ends(1).one_error_line()


def test_an_unknown_partnership_leaves_no_file(cli: Cli, lived: Path, tmp_path: Path) -> None:
    asked = ("audit", "report", "p-9", "--out", tmp_path / "r.html")
    cli("--database", lived, *asked).ends(1).one_error_line()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("beside", ["r.html", "r.json", "r.sig"])
def test_where_one_of_its_files_cannot_be_none_is_written(
    tmp_path: Path, signer: Signer, beside: str
) -> None:
    files = dict.fromkeys(("r.html", "r.json", "r.sig"), b"new")
    for name in files:
        (tmp_path / name).write_bytes(b"old")
    (tmp_path / beside).unlink()
    (tmp_path / beside / "in the way").mkdir(parents=True)
    with pytest.raises(Failure, match=f"{beside} is a folder"):
        report._write(tmp_path / "r.html", files)
    left = {path.name: path.is_dir() or path.read_bytes() for path in tmp_path.glob("r.*")}
    assert left == dict.fromkeys(files, b"old") | {beside: True}
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("name", ["review.json", "review.sig", "review.pdf", "review"])
def test_a_report_takes_no_name_that_is_not_html(cli: Cli, lived: Path, tmp_path: Path, name: str) -> None:
    asked = ("audit", "report", "p-case", "--out", tmp_path / name)
    assert "name it review.html" in cli("--database", lived, *asked).ends(2).one_error_line()
    assert list(tmp_path.iterdir()) == []
