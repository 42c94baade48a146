"""The reference says what the code says now: made pages, public names, tables, outcomes."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import partnerships
from partnerships.storage.tables import metadata
from partnerships.workflows.service import Service

DOCS = Path(__file__).resolve().parents[2] / "docs"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MADE = generator().PAGES


def page(name: str) -> str:
    return (DOCS / "reference" / name).read_text("utf-8")


@pytest.mark.parametrize("name", MADE)
def test_a_made_page_is_what_the_code_makes(name: str) -> None:
    assert page(name) == MADE[name](), "run `python docs/generate.py`"


def test_every_public_name_and_method_is_there() -> None:
    text = page("python-api.md")
    assert [name for name in partnerships.__all__ if f"`{name}" not in text] == []
    methods = [name for name, value in vars(Service).items() if callable(value) and name[0] != "_"]
    assert [name for name in methods if f"{name}(" not in text] == []


def test_every_table_is_there() -> None:
    text = page("storage.md")
    assert [table for table in metadata.tables if f"`{table}`" not in text] == []


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
