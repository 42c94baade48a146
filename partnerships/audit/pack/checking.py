"""Verifying a pack by the very program that lies in each one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from partnerships.audit.log.checkpoints import SUFFIX
from partnerships.audit.standalone.verify import NoPack, as_text, verify
from partnerships.errors import BadRequest


def verify_pack(
    path: str | Path,
    *,
    checkpoints: Iterable[str | Path] = (),
    keys: Iterable[str | Path] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Verify a pack, a folder or a zip, without a database.

    `checkpoints` are files of the auditor's own older checkpoints, or folders of them; `keys` are the
    keeper's as they are known, as text or in files. `progress` is told bytes read, and bytes in all. What is
    wrong with the pack is in the report, under `findings`. Raises BadRequest where there is no pack at the
    path, or one of those files cannot be read.
    """
    files = [str(file) for path in checkpoints for file in _files(Path(path))]
    try:
        return verify(str(path), files, list(map(str, keys)), progress)
    except NoPack as error:
        raise BadRequest(str(error)) from None


def pack_text(told: dict[str, Any], path: str | Path) -> str:
    """Give a report for people."""
    return as_text(told, str(path))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(path.glob(f"*{SUFFIX}"))
    if not files:
        raise BadRequest(f"there is no {SUFFIX} file in {path}")
    return files
