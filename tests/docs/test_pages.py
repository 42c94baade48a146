"""Every code block of README.md and of the pages in docs/ runs as a reader would run it."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from partnerships.doors.cli import run
from tests.docs.blocks import EXIT, Block, blocks_of, commands_of, matches

Capture = pytest.CaptureFixture[bytes]
PLAIN = re.compile(r"""(?:[\w ./:=,@%+-]|'[^']*'|"[^"$`\\!]*")+""")
"""Words and quoted texts that a shell would take as they are."""

LEAVE_NOTHING = ("cp", "mkdir", "rm", "sha256sum")
"""Programs after which the shell is what it was, so that each may have one of its own."""

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.fixture
def readers_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, a home of its own, and a plain terminal that finds the installed command."""
    home = tmp_path / "home"
    work = tmp_path / "work"
    home.mkdir()
    work.mkdir()
    for name in ("PARTNERSHIPS_DATABASE", "PARTNERSHIPS_KEY_FILE", "XDG_DATA_HOME", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    for name, value in {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "110", "PYTHONUTF8": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(work)
    return work


def shell(text: str, *, options: str) -> tuple[int, str]:
    done = subprocess.run(
        ["bash", "-c", f"{options}\n{text}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.returncode, done.stdout


def ours(text: str, capture: Capture) -> tuple[int, str] | None:
    """Run a plain call of our command line in this process, which is imported already; None for any other."""
    plain = EXIT.sub("", text)
    if not PLAIN.fullmatch(plain) or plain.split()[0] != "partnerships":
        return None
    capture.readouterr()
    status = run(shlex.split(plain)[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    printed, told = capture.readouterr()
    return status, (printed + told).decode()


def run_console(block: Block, where: str, capture: Capture) -> None:
    for command in commands_of(block.text):
        status, printed = ours(command.text, capture) or shell(command.text, options="")
        told = f"{where}: $ {command.text}\nexit {status}, printed:\n{printed}"
        assert status == command.status, told
        shown = command.expected.strip()
        assert not shown or matches(shown, printed), f"{told}\nthe page shows:\n{shown}"


def run_bash(text: str, capture: Capture) -> tuple[int, str]:
    """Run a block as a shell would; where no line is about the shell, line by line, ours in this process."""
    lines = text.splitlines()
    words = ("partnerships", "export", *LEAVE_NOTHING)
    if not all(line.split()[:1] in ([word] for word in words) and not line.endswith("\\") for line in lines):
        return shell(text, options="set -eu")
    with pytest.MonkeyPatch.context() as around:
        for line in lines:
            name, _, value = line.removeprefix("export ").partition("=")
            if line.startswith("export "):
                assert PLAIN.fullmatch(value), line
                around.setenv(name, value)
                continue
            status, printed = ours(line, capture) or shell(line, options="set -eu")
            if status:
                return status, printed
    return 0, ""


def run_python(block: Block, page: Path, namespace: dict[str, Any]) -> str:
    # The blank lines put a traceback's line numbers where the page has them.
    code = compile("\n" * (block.line - 1) + block.text, str(page), "exec")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, namespace)
    return printed.getvalue()


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_block_of_the_page_runs(page: Path, readers_directory: Path, capfdbinary: Capture) -> None:
    namespace: dict[str, Any] = {"__name__": "__page__"}
    printed = ""
    for block in blocks_of(page.read_text("utf-8")):
        where = f"{page.relative_to(ROOT)}:{block.line}"
        if block.word == "not run":
            assert block.rest, f"{where}: say why the block is not run"
        elif block.word == "file":
            (readers_directory / block.rest).write_text(block.text, "utf-8")
        elif block.word == "prints":
            assert matches(block.text, printed), f"{where}: the python block above printed:\n{printed}"
        elif block.language == "python":
            printed = run_python(block, page, namespace)
        elif block.language == "bash":
            status, output = run_bash(block.text, capfdbinary)
            assert status == 0, f"{where}: exit {status}\n{output}"
        elif block.language == "console":
            run_console(block, where, capfdbinary)


def test_every_python_block_can_be_pasted_into_an_interactive_session() -> None:
    """There a blank line ends a loop or a function: without one, what follows it is a syntax error."""
    joined = []
    for page in PAGES:
        for block in blocks_of(page.read_text("utf-8")):
            if block.language == "python" and block.word is None:
                for before, after in pairwise(ast.parse(block.text).body):
                    is_compound = hasattr(before, "body")
                    first = min(each.lineno for each in [after, *getattr(after, "decorator_list", [])])
                    if is_compound and first == (before.end_lineno or 0) + 1:
                        joined.append(f"{page.relative_to(ROOT)}:{block.line - 1 + first}")
    assert joined == []
