"""Every relative link of the Markdown pages leads to a file, and to a heading of it; tables are whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
OUTSIDE = re.compile(r"[a-z]+:")
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)


def headings_of(page: Path) -> set[str]:
    """Give the anchors that a page's headings get."""
    found = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(FENCED.sub("", page.read_text("utf-8"))):
        if OUTSIDE.match(link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.is_file() or (anchor and anchor not in headings_of(target)):
            broken.append(link)
    assert broken == []


def test_the_index_names_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / link).resolve() for link in LINK.findall(index.read_text("utf-8"))}
    pages = {page.resolve() for page in (ROOT / "docs").rglob("*.md")} - {index.resolve()}
    assert sorted(str(page.relative_to(ROOT)) for page in pages - linked) == []


def test_every_table_has_a_head_and_as_many_columns_in_each_row() -> None:
    """A table without a head shows as a paragraph of bars."""
    broken = []
    for page in PAGES:
        text = FENCED.sub("", page.read_text("utf-8")).replace("\\|", "")
        for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            first, *others = table.splitlines()
            if not re.fullmatch(r"\|[-:| ]+\|", (others or [""])[0]):
                broken.append(f"{page.relative_to(ROOT)}: {first[:60]}")
            broken += [row[:60] for row in others if row.count("|") != first.count("|")]
    assert broken == []
