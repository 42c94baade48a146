"""The pure parts of dev.py, and what it says to somebody who mistypes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from tests.packaging.tree import ROOT

PYPROJECT = '[project]\nname = "p"\ndependencies = ["a"]\n[tool.ruff]\nline-length = 110\n'


def test_an_old_python_is_told_what_is_needed() -> None:
    problem = dev.interpreter_problem((3, 9, 2), True, True)
    assert problem is not None
    assert "3.11 or later is needed, this is 3.9.2" in problem


@pytest.mark.parametrize(("venv", "bundle"), [(False, True), (True, False), (False, False)])
def test_a_python_without_venv_is_told_what_to_install(venv: bool, bundle: bool) -> None:
    problem = dev.interpreter_problem((3, 12, 0), venv, bundle)
    assert problem is not None
    assert "python3-venv" in problem


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 4), (4, 0, 0)])
def test_a_recent_python_will_do(version: tuple[int, ...]) -> None:
    assert dev.interpreter_problem(version, True, True) is None


def test_dependencies_pins_and_place_decide_the_environment() -> None:
    base = dev.dependency_digest(PYPROJECT, "a==1", "/here")
    assert base == dev.dependency_digest(PYPROJECT, "a==1", "/here")
    assert base != dev.dependency_digest(PYPROJECT.replace('["a"]', '["a", "b"]'), "a==1", "/here")
    assert base != dev.dependency_digest(PYPROJECT, "a==2", "/here")
    assert base != dev.dependency_digest(PYPROJECT, "a==1", "/there")


def test_a_tool_setting_is_no_reason_to_reinstall() -> None:
    other = PYPROJECT.replace("110", "100")
    assert dev.dependency_digest(PYPROJECT, "", "/") == dev.dependency_digest(other, "", "/")


def test_long_is_taken_out_wherever_it_stands() -> None:
    assert dev.split_test_arguments(["-k", "x", "--long"]) == (True, ["-k", "x"])
    assert dev.split_test_arguments(["-k", "x"]) == (False, ["-k", "x"])


@pytest.mark.parametrize("chosen", [["--pdb"], ["-n", "0"], ["-n4"], ["-s"], ["-p", "no:xdist"]])
def test_workers_are_not_added_where_the_arguments_choose(chosen: list[str]) -> None:
    assert dev.pytest_arguments(chosen, 4) == chosen


def test_workers_follow_the_processors_within_reason() -> None:
    assert dev.pytest_arguments(["-x"], 1) == ["-x"]
    assert dev.pytest_arguments(["-x"], 4) == ["-n", "4", "--dist=worksteal", "-x"]
    assert dev.pytest_arguments([], 64)[1] == str(dev.MOST_WORKERS)


def test_one_process_tests_on_a_server_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    assert dev.processes({}) == dev.processes({dev.GIVEN_SERVER: ""}) == 4
    assert dev.processes({dev.GIVEN_SERVER: "postgresql://postgres@localhost/postgres"}) == 1


def test_the_worst_status_is_kept() -> None:
    assert dev.worst([]) == dev.worst([0, 0]) == 0
    assert dev.worst([0, 1, 0]) == 1
    assert dev.worst([1, 2, 0]) == 2
    assert dev.worst([0, -9]) == 1


def run_dev(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "dev.py"), *arguments], cwd=cwd, capture_output=True, text=True
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    done = run_dev("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert all(f"  {name}" in done.stdout for name in ("demo", "test", "lint", "docs", "bench"))


def test_an_unknown_command_is_wrong_usage(tmp_path: Path) -> None:
    done = run_dev("tset", cwd=tmp_path)
    assert done.returncode == 2
    assert "no command 'tset'" in done.stderr


def test_no_command_is_wrong_usage(tmp_path: Path) -> None:
    assert run_dev(cwd=tmp_path).returncode == 2


def test_the_ci_entry_can_be_run() -> None:
    entry = ROOT / ".ci" / "run"
    assert os.access(entry, os.X_OK)
    assert '/../dev.py" test' in entry.read_text("utf-8")


@pytest.mark.parametrize("name", ["lifecycle", "storage", "scheduler", "workflows"])
def test_a_link_at_the_root_shows_a_part_of_the_package(name: str) -> None:
    link = ROOT / name
    assert os.readlink(link) == f"partnerships/{name}"
    assert link.resolve() == ROOT / "partnerships" / name


def test_a_folder_in_memory_is_used_only_where_it_is_there_and_has_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "NEEDED_MEMORY", 1)
    assert dev.has_room(tmp_path)
    assert not dev.has_room(tmp_path / "none")
    monkeypatch.setattr(dev, "NEEDED_MEMORY", 1 << 60)
    assert not dev.has_room(tmp_path)


def test_a_check_that_fails_beside_the_tests_is_told_of_and_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = [("first", 0), ("second", 0), ("third", 1), ("fourth", 0)]
    code = "import sys; print('wrong'); sys.exit({})"
    commands = [(name, [sys.executable, "-c", code.format(status)]) for name, status in steps]
    monkeypatch.setattr(dev, "lint_steps", lambda: commands)
    monkeypatch.setattr(dev, "run_pytest", lambda *_: print("tested") or 0)
    assert dev.test([]) == 1
    *told, ended = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told if line] == [
        "first",
        "second",
        "tested",
        "third",
        "wrong",
        "fourth",
    ]
    assert ended.startswith("first ok, second ok, third FAILED, fourth ok, pytest ok (")


def test_programs_of_the_tests_find_the_package_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, str]] = []

    def run(command: list[str], *, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        given.append(env)
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(dev.subprocess, "run", run)
    assert dev.run_pytest(["-n0"], {"PARTNERSHIPS_TEST_LONG": "1"}) == 3
    assert [("PYTHONDONTWRITEBYTECODE" in env, env["PARTNERSHIPS_TEST_LONG"]) for env in given] == [
        (False, "1")
    ]
