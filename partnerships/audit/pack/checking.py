"""Verifying a pack by the very program that lies in each one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

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

    `checkpoints` and `keys` are files of the auditor's own: older checkpoints, and keys as they are known.
    `progress` is told bytes read, and bytes in all. Raises BadRequest where there is no pack at the path, or
    one of those files cannot be read. What is wrong with the pack is in the report, under `findings`.
    """
    try:
        return verify(str(path), list(map(str, checkpoints)), list(map(str, keys)), progress)
    except NoPack as error:
        raise BadRequest(str(error)) from None


def pack_text(told: dict[str, Any], path: str | Path) -> str:
    """Give a report for people."""
    return as_text(told, str(path))
