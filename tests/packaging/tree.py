"""The project's own files, as a checkout or a source distribution holds them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("partnerships", "tests", "bench", "docs", ".ci")


def files_under(folder: Path) -> Iterator[Path]:
    """Every file in a folder, links not followed, what tools leave behind left out."""
    for top, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.endswith("_cache")]
        yield from (Path(top) / name for name in names)


def project_files() -> list[Path]:
    """Every file of the project: its folders, and what lies at its root."""
    at_root = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    return sorted([*at_root, *(path for name in FOLDERS for path in files_under(ROOT / name))])


def package_files() -> set[str]:
    """The import package's files, relative to the root, with forward slashes."""
    return {path.relative_to(ROOT).as_posix() for path in files_under(ROOT / "partnerships")}
