"""The reference page has every field as the code has it."""

from __future__ import annotations

from pathlib import Path

from partnerships.audit.export import FORMATS
from partnerships.audit.export.facts import FIELDS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "audit-exports.md").read_text("utf-8")


def test_every_field_is_explained_in_its_order() -> None:
    assert "\n".join(f"| `{name}` | {meaning} |" for name, meaning in FIELDS.items()) in PAGE


def test_every_format_has_a_part_of_its_own() -> None:
    headings = [line.removeprefix("## ") for line in PAGE.splitlines() if line.startswith("## ")]
    assert [name for name in FORMATS if name not in [heading.lower() for heading in headings]] == []
