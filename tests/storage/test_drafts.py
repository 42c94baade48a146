"""What a killed process left beside a file goes when that is written next, and never what somebody writes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from partnerships.audit.pack.folder import folder_at
from partnerships.doors.cli.files import replaced
from partnerships.storage.drafts import draft_beside, empty_file
from partnerships.storage.files import make_secret, write_whole


def write_stream(path: Path) -> None:
    with replaced(path) as file:
        file.write(b"new")


def write_pack(path: Path) -> None:
    with folder_at(path, lambda done, total: None) as folder:
        folder.put("log.txt", b"new")


WRITERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a checkpoint": ("it", lambda path: write_whole(path, b"new")),
    "a key": ("it", lambda path: make_secret(path, "new")),
    "an export": ("it", write_stream),
    "a pack": ("it", write_pack),
    "a zip": ("it.zip", write_pack),
}
each_writer = pytest.mark.parametrize(("target", "write"), WRITERS.values(), ids=WRITERS)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@each_writer
def test_what_a_killed_process_left_goes(
    tmp_path: Path, target: str, write: Callable[[Path], object]
) -> None:
    (tmp_path / f".{target}.4711.0123abcd").write_bytes(b"half of it")
    (tmp_path / f".{target}.4712.0123abcd").mkdir()
    (tmp_path / f".{target}.4712.0123abcd" / "entries.jsonl").write_bytes(b"half of it")
    others = {f".{target}", f".{target}.bak", f".{target}s.4711.0123abcd", f".{target}.4711.0123abcd.txt"}
    for name in others:
        (tmp_path / name).touch()
    write(tmp_path / target)
    assert names(tmp_path) == others | {target}


@each_writer
def test_what_another_process_writes_stays(
    tmp_path: Path, target: str, write: Callable[[Path], object]
) -> None:
    draft = tmp_path / f".{target}.4711.0123abcd"
    draft.mkdir()
    lock = os.open(draft, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    write(tmp_path / target)
    assert names(tmp_path) == {draft.name, target}
    os.close(lock)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"somebody's")
    (tmp_path / ".it.4711.0123abcd").symlink_to(tmp_path / "elsewhere")
    write_whole(tmp_path / "it", b"new")
    assert (tmp_path / "elsewhere").read_bytes() == b"somebody's"


def test_one_that_was_taken_before_it_was_held_is_made_anew(tmp_path: Path) -> None:
    made: list[Path] = []

    def make(draft: Path) -> None:
        empty_file(0o600)(draft)
        made.append(draft)
        if len(made) == 1:
            draft.unlink()

    with draft_beside(tmp_path / "it", make) as draft:
        assert draft == made[-1] != made[0]
        assert draft.exists()
    assert names(tmp_path) == set()
