"""The verifier on its own: one file, Python's standard library, old and new versions, no network."""

from __future__ import annotations

import ast
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from partnerships.audit.pack.folder import Folder
from partnerships.audit.pack.parts import write_tools
from partnerships.audit.standalone import verify
from tests.audit.pack.hands import Hands

SOURCE = Path(verify.__file__)
# The network and other programs are refused; only then is the verifier loaded.
CONFINED = """
import os, runpy, sys

def refuse(event, arguments):
    if event.split(".")[0] in ("socket", "subprocess", "urllib", "ctypes") or event == "os.system":
        print("refused:", event, arguments, file=sys.stderr)
        os._exit(99)

program, *sys.argv = sys.argv[1], *sys.argv[1:]
sys.addaudithook(refuse)
runpy.run_path(program, run_name="__main__")
"""


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd="/", env={})


def confined(program: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-I", "-S", "-c", CONFINED, program, *arguments)


@pytest.mark.parametrize("minor", range(9, 15))
def test_it_parses_under_python_3(minor: int) -> None:
    ast.parse(SOURCE.read_text("utf-8"), feature_version=(3, minor))


def test_every_python_at_hand_verifies_a_pack(packs: Path) -> None:
    named = (shutil.which(f"python3.{minor}") for minor in range(9, 15))
    pythons = [sys.executable, *(path for path in named if path and run(path, "--version").returncode == 0)]
    for python in pythons:
        done = run(python, "-I", "-S", SOURCE, packs / "open")
        assert (done.returncode, done.stderr) == (0, ""), python


def test_it_imports_the_standard_library_alone() -> None:
    imported = set()
    for node in ast.walk(ast.parse(SOURCE.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported <= sys.stdlib_module_names
    assert not imported & {"socket", "urllib", "http", "ssl", "sqlite3", "subprocess", "ctypes"}


def test_every_pack_brings_this_very_file(packs: Path, tmp_path: Path) -> None:
    assert (packs / "whole" / "verify.py").read_bytes() == SOURCE.read_bytes()
    write_tools(Folder(tmp_path))
    assert (tmp_path / "verify.py").read_bytes() == SOURCE.read_bytes()


@pytest.mark.parametrize("name", ["whole", "open", "part", "sealed"])
def test_a_pack_verifies_itself_without_network_or_other_packages(packs: Path, name: str) -> None:
    before = sorted((packs / name).rglob("*"))
    done = confined(packs / name / "verify.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Verified.\n")
    assert sorted((packs / name).rglob("*")) == before


def test_a_zip_is_verified_beside_it(packs: Path, tmp_path: Path, hands: Callable[[str], Hands]) -> None:
    done = confined(packs / "whole" / "verify.py", hands("open").zipped(tmp_path / "pack.zip"))
    assert (done.returncode, done.stderr) == (0, "")


def test_an_altered_pack_says_so_and_ends_with_1(hands: Callable[[str], Hands]) -> None:
    altered = hands("whole").change("entries.jsonl", 5, lambda line: line.replace(b'"on":"2', b'"on":"1'))
    done = confined(altered.path / "verify.py")
    assert done.returncode == 1
    assert "entries.jsonl, line 5" in done.stdout
    assert done.stdout.endswith("found.\n")
    assert "Not checked" in done.stdout


def test_an_older_checkpoint_and_a_key_are_read_from_the_auditors_files(packs: Path) -> None:
    own = packs / "whole"
    done = confined(
        own / "verify.py", packs / "open", "--checkpoint", own / "checkpoint.txt", "--key", own / "keys.txt"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Whether the keys" not in done.stdout
    assert "shown before" not in done.stdout


def test_a_program_that_reaches_for_the_network_would_be_refused(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("import socket; socket.socket()")
    assert confined(tmp_path / "other.py").returncode == 99


def test_a_person_sees_a_bar_that_goes_when_the_work_is_done(packs: Path) -> None:
    mine, theirs = pty.openpty()
    command = [sys.executable, "-I", "-S", str(SOURCE), str(packs / "open")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, text=True)
    os.close(theirs)
    seen = os.read(mine, 10_000).decode()
    os.close(mine)
    assert done.stdout.endswith("Verified.\n")
    assert "[####" in seen
    assert seen.endswith(" " * 50 + "\r")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_stream_that_was_closed_before_the_start_stops_nothing(packs: Path, closed: str) -> None:
    given = ("-", sys.executable, SOURCE, packs / "open")
    done = run("/bin/sh", "-c", f'"$1" "$2" "$3" {closed}', *given)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_report_that_nobody_reads_to_its_end_is_no_verdict(packs: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, str(SOURCE), str(packs / "open")]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert done.returncode == 2
    assert done.stderr.startswith("verify.py: cannot go on")
    assert done.stderr.count("\n") == 1


def test_it_ends_at_a_persons_word(
    packs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(verify, "check_files", stop)
    assert verify.main([str(packs / "open")]) == 2
    assert capsys.readouterr() == ("", "verify.py: stopped, nothing is verified\n")
