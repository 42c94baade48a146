"""A disk that is full at each single step of writing a file: one clear error, and nothing half-written."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from partnerships import PartnershipsError, open_service
from partnerships.audit.audit import Audit, open_audit
from partnerships.doors.cli.files import replaced
from partnerships.workflows.rekeying import change_sealing_key
from tests.storage.rows import engine_of
from tests.story import Story

STEPS = ("open", "mkdir", "fsync", "link", "rename", "replace")


class Disk:
    """Fails at a step of this number; `came` tells whether it came to that."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.at, self.steps = 0, 0
        for name in STEPS:
            patch.setattr(os, name, self._watched(getattr(os, name)))

    @property
    def came(self) -> bool:
        return self.steps >= self.at

    def full(self, at: int) -> None:
        """Be full at a step of this number, or at none."""
        self.at, self.steps = at, 0

    def _watched(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **options: Any) -> Any:
            if step.__name__ == "open" and not arguments[1] & os.O_CREAT:
                return step(*arguments, **options)
            self.steps += 1
            if self.steps == self.at:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[0]))
            return step(*arguments, **options)

        return watched


def sealing_key(audit: Audit, folder: Path) -> object:
    """Each time in the place of the one before."""
    number = int(folder.name.removeprefix("written-"))
    before = folder.with_name(f"written-{number - 1}") / "new" / "sealing.key"
    key = before if before.exists() else audit.service._opened.key_file
    with open_service(engine_of(audit.service).url, key_file=key) as service:
        return change_sealing_key(service, folder / "new" / "sealing.key")


def signing_key(audit: Audit, folder: Path) -> object:
    return audit.make_key(folder / "new" / "second.key")


def checkpoint(audit: Audit, folder: Path) -> object:
    return Audit(audit.service, audit._signer, folder).checkpoint()


def pack(audit: Audit, folder: Path) -> object:
    return audit.pack(folder / "pack")


def zipped(audit: Audit, folder: Path) -> object:
    return audit.pack(folder / "pack.zip")


def command_lines(_audit: Audit, folder: Path) -> object:
    with replaced(folder / "history.csv") as file:
        return file.write(b"p-1,1\n")


def refusal(writes: Callable[[Audit, Path], object], audit: Audit, folder: Path) -> str | None:
    try:
        writes(audit, folder)
    except PartnershipsError as error:
        return str(error)
    return None


@pytest.mark.parametrize("writes", [sealing_key, signing_key, checkpoint, pack, zipped, command_lines])
def test_wherever_it_is_full_nothing_is_half_written(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: Callable[[Audit, Path], object]
) -> None:
    story.to("identified")
    Audit(story.service).make_key(tmp_path / "log.key")
    audit = open_audit(story.service, key_file=tmp_path / "log.key")
    audit.checkpoint()
    disk = Disk(monkeypatch)
    for number in count(1):
        folder = tmp_path / f"written-{number}"
        folder.mkdir()
        disk.full(number)
        if (error := refusal(writes, audit, folder)) is not None:
            assert "No space left" in error
            assert "\n" not in error
            assert str(folder) in error
            assert [file for file in folder.rglob("*") if file.is_file()] == []
            disk.full(0)
            assert refusal(writes, audit, folder) is None
        assert [file.name for file in folder.rglob(".*")] == []
        if not disk.came:
            break
    assert number > 2
