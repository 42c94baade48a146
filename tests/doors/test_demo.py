"""The demonstration, run as a newcomer runs it."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from partnerships import open_service
from partnerships.doors.demo import harbour, register, river, valley
from tests.doors.conftest import Cli

NARROW = 60
PROGRAM = [sys.executable, "-m", "partnerships.doors.cli"]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("demo") / "kept"
    done = subprocess.run(
        [*PROGRAM, "demo", "--keep", str(folder)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"COLUMNS": str(NARROW)},
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder, done.stdout


def test_it_ends_with_every_history_replayed(told: tuple[Path, str]) -> None:
    folder, story = told
    said = " ".join(story.split())
    assert re.search(r"\d+ histories replayed, \d+ entries: each gives the live state, byte for byte", said)
    assert story.rstrip().endswith(f"why {river.ID}")
    assert str(folder / "lifecycle.svg") in story


def test_a_narrow_terminal_cuts_nothing_off(told: tuple[Path, str]) -> None:
    folder, story = told
    assert "…" not in story
    assert [line for line in story.splitlines() if len(line) > NARROW and str(folder) not in line] == []


def test_the_whole_life_was_lived(told: tuple[Path, str]) -> None:
    folder, _ = told
    with open_service(f"sqlite:///{folder / 'partnerships.sqlite'}") as service:
        moves = [
            entry.get("trigger") for entry in service.history(river.ID) if entry["entry"] == "transition"
        ]
        states = {id: service.show(id)["state"] for id in (river.ID, valley.ID, harbour.ID)}
        cycle = service.show(river.ID)["cycle"]
    assert moves == [
        "assess",
        "begin_activity",
        "begin_strategic",
        "begin_transition",
        "extend",
        "begin_transition",
        "exit",
        "reidentify",
    ]
    assert states == {
        river.ID: "identified",
        valley.ID: "active_activity",
        harbour.ID: "terminated_for_crisis",
    }
    assert cycle == 2


def test_no_organisation_of_the_register_went_further_than_identified(told: tuple[Path, str]) -> None:
    folder, _ = told
    with open_service(f"sqlite:///{folder / 'partnerships.sqlite'}") as service:
        rows = service.portfolio()
    fictional = [row for row in rows if "(fictional)" in row["name"]]
    assert {row["state"] for row in rows if row not in fictional} == {"identified"}
    assert [row["name"] for row in rows if row["state"] == "terminated_for_crisis"] == [harbour.NAME]


def test_the_chapter_of_the_crisis_names_nobody_real(told: tuple[Path, str]) -> None:
    _, story = told
    crisis = story[story.index(harbour.NAME) :]
    with register.FILE.open(encoding="utf-8", newline="") as rows:
        names = {row["organisation"] for row in csv.DictReader(rows)}
    assert names
    assert [name for name in names if name in crisis] == []


def test_the_register_names_its_source() -> None:
    source = register.FILE.with_name("register.source.txt").read_text("utf-8")
    assert "CAFOD" in source
    assert "IATI" in source


def test_the_sealed_words_are_in_no_file_that_is_kept(told: tuple[Path, str]) -> None:
    folder, story = told
    assert harbour.SEALED not in story
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert [file.name for file in files if harbour.SEALED.encode() in file.read_bytes()] == []


def test_the_pack_verifies_and_an_altered_one_does_not(told: tuple[Path, str]) -> None:
    folder, story = told
    verifier = folder / "audit-pack" / "verify.py"
    done = subprocess.run([sys.executable, "-I", "-S", str(verifier)], capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Verified.")
    assert f"({river.ID}/19)" in story


def test_the_calendar_kept_watch(told: tuple[Path, str]) -> None:
    folder, _ = told
    with open_service(f"sqlite:///{folder / 'partnerships.sqlite'}") as service:
        asked = [(line["kind"], line["status"]) for line in service.prompts(for_=river.ID)]
    assert asked.count(("endline_notice", "missed")) == 3
    assert ("exit_dialogue", "answered") in asked


def test_the_pictures_show_the_path(told: tuple[Path, str]) -> None:
    folder, _ = told
    ElementTree.parse(folder / "lifecycle.svg")
    assert river.NAME in (folder / "lifecycle.svg").read_text("utf-8")
    assert "identified: reidentify (step 9)" in (folder / "lifecycle.mmd").read_text("utf-8")


def test_what_is_kept_can_be_read_on(told: tuple[Path, str], cli: Cli) -> None:
    folder, _ = told
    rows = cli("--database", folder / "partnerships.sqlite", "list", "--overdue", "--json").ends(0).json
    assert json.dumps(rows) != "[]"


def test_a_second_story_in_the_same_folder_is_refused(told: tuple[Path, str], cli: Cli) -> None:
    folder, _ = told
    for there in (folder, folder / "lifecycle.svg"):
        assert "--keep" in cli("demo", "--keep", there).ends(2).one_error_line()


def test_a_story_that_goes_otherwise_is_said_so(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from partnerships.doors.demo import story
    from partnerships.doors.demo.narrator import StoryBroken

    def broken(narrator: object) -> None:
        raise StoryBroken("it was another day")

    monkeypatch.setattr(story.register, "tell", broken)
    assert "it was another day" in cli("demo", "--keep", tmp_path / "kept").ends(1).out


def test_a_story_that_is_stopped_leaves_nothing_in_the_way_of_the_next(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from partnerships.doors.demo import story

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(story.river, "tell", stopped)
    for _ in range(2):
        assert "stopped" in cli("demo", "--keep", tmp_path / "kept").ends(130).err
        assert list((tmp_path / "kept").iterdir()) == []
