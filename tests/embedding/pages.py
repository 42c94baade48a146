"""The how-to pages' applications, written to a directory and served as a user would."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT
from threading import Timer
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from tests.docs.blocks import blocks_of
from tests.forked import Program

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"
LONGEST = 120
"""Seconds after which a server that neither answers nor ends is ended."""


@dataclass(frozen=True)
class Portal:
    """A portal that serves: each request gives its status and what it answers."""

    address: str

    def get(self, path: str, *, user: str = "pm-1") -> tuple[int, Any]:
        return self._ask(Request(self.address + path), user)

    def post(self, path: str, body: Any = None, *, user: str = "pm-1") -> tuple[int, Any]:
        sent = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        return self._ask(Request(self.address + path, sent, method="POST"), user)

    def _ask(self, request: Request, user: str) -> tuple[int, Any]:
        request.add_header("Content-Type", "application/json")
        request.add_header("X-User", user)
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=LONGEST) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            with error:
                status, text = error.code, error.read().decode()
        try:
            return status, json.loads(text)
        except ValueError:
            raise AssertionError(text) from None


def write_page(page: str, folder: Path) -> None:
    """Write the files that a page shows, and make its directories as it says."""
    for block in blocks_of((PAGES / page).read_text("utf-8")):
        if block.word == "file":
            (folder / block.rest).write_text(block.text, "utf-8")
        elif block.language == "bash" and block.word is None:
            subprocess.run(["bash", "-euc", block.text], cwd=folder, check=True)


def run(folder: Path, environment: dict[str, str], *arguments: str) -> None:
    """Run a Python program of the page's to its end."""
    around = os.environ | environment
    done = Program(arguments, cwd=folder, env=around, stdout=PIPE, stderr=STDOUT, text=True)
    told, _ = done.communicate(LONGEST)
    assert done.returncode == 0, told


@contextmanager
def served(folder: Path, environment: dict[str, str], *arguments: str) -> Iterator[Portal]:
    """Serve until the block ends; the portal is ready when it tells its address."""
    around = os.environ | environment | {"PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    process = Program(arguments, cwd=folder, env=around, stdout=PIPE, stderr=STDOUT, text=True)
    timer = Timer(LONGEST, process.kill)
    timer.start()
    try:
        yield Portal(_address(process))
    finally:
        timer.cancel()
        process.terminate()
        process.communicate()


def _address(process: Program) -> str:
    printed = []
    assert process.stdout is not None
    for line in process.stdout:
        printed.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            return found[0]
    raise AssertionError("the portal ended before it served:\n" + "".join(printed))
