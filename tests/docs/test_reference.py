"""The reference says what the code says now: made pages, public names, tables, outcomes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

import partnerships
from partnerships.audit.audit import Audit
from partnerships.doors.cli.app import app
from partnerships.workflows.service import Service
from tests.tables import TABLES

DOCS = Path(__file__).resolve().parents[2] / "docs"


def page(name: str) -> str:
    return (DOCS / "reference" / name).read_text("utf-8")


def test_the_made_pages_are_what_the_code_makes(tmp_path: Path) -> None:
    # In a process of its own: other tests declare codes that are not the package's.
    subprocess.run([sys.executable, DOCS / "generate.py", tmp_path], check=True, cwd=DOCS.parent)
    made = sorted(tmp_path.iterdir())
    assert [file.name for file in made] == ["exceptions.md", "findings.md", "records.md", "settings.md"]
    for file in made:
        assert page(file.name) == file.read_text("utf-8"), "run `python docs/generate.py`"


def test_every_public_name_and_method_is_there() -> None:
    text = page("python-api.md")
    assert [name for name in partnerships.__all__ if f"`{name}" not in text] == []
    for kind in (Service, Audit):
        methods = [name for name, value in vars(kind).items() if callable(value) and name[0] != "_"]
        assert [name for name in methods if f"{name}(" not in text] == []


def test_every_table_is_there() -> None:
    text = page("storage.md")
    assert [table for table in TABLES.metadata.tables if f"`{table}`" not in text] == []


def test_every_outcome_is_there() -> None:
    text = page("outcomes.md")
    wanted = ("accepted", "invalid", "not_found", "conflict", "refused")
    assert [outcome for outcome in wanted if f"\n| `{outcome}` |" not in text] == []


def test_every_code_of_a_structure_finding_is_there() -> None:
    """The generator finds constants; this also finds the codes that are made in place."""
    sources = [file.read_text("utf-8") for file in (DOCS.parent / "partnerships").rglob("*.py")]
    codes = {code for source in sources for code in re.findall(r'structure\(\s*"([\w.]+)"', source)}
    assert {"structure.id_taken", "structure.take_over_closed"} <= codes
    text = page("findings.md")
    assert sorted(code for code in codes if f"\n- `{code}` " not in text) == []


def commands(command: Any, *names: str) -> Iterator[tuple[str, set[str]]]:
    """Give each command that does something, with its options."""
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, *names, name)
    if not hasattr(command, "commands"):
        options = {option for parameter in command.params for option in parameter.opts if option[0] == "-"}
        yield " ".join(names), options - {"--help", "-h"}


def test_every_option_is_there_and_no_other() -> None:
    """Those of all commands stand once, at the beginning."""
    pages = page("command-line.md"), page("audit-exports.md")
    everywhere = {"--actor", "--json", "--database"}
    for name, options in commands(typer.main.get_command(app)):
        usages = [
            usage
            for text in pages
            for usage in re.findall(rf"^`(partnerships {name}(?:`| [^`]*`))$", text, re.MULTILINE)
        ]
        assert usages, name
        section = "".join(re.findall(rf"^## {name}\n(.*?)(?=^## |\Z)", pages[0], re.MULTILINE | re.DOTALL))
        told = section + (pages[1] if name in ("audit export", "audit report") else "")
        assert [option for option in options - everywhere if option not in told] == [], name
        named = set(re.findall(r"(?<![\w-])--[a-z-]+", " ".join(usages)))
        assert named - options - everywhere == set(), name
