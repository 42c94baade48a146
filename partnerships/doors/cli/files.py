"""Files that a command writes: whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from partnerships.doors.cli.failures import Failure
from partnerships.storage.drafts import draft_beside, empty_file
from partnerships.storage.files import folder_of, sync_folder


def check_place(path: Path) -> None:
    """Fail where no file can be put, before there is anything to write."""
    if path.is_dir():
        raise Failure(f"{path} is a folder; name a file in it")
    above = next((folder for folder in path.parents if folder.exists()), path.parent)
    if not above.is_dir():
        raise Failure(f"{above} is a file; {path.name} goes into a folder")


@contextmanager
def replaced(path: Path | None) -> Iterator[BinaryIO]:
    """Give a file to write that takes its name when all of it is written; without a path, standard output.

    The folders that it goes into are made.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    check_place(path)
    try:
        with folder_of(path), draft_beside(path, empty_file(0o600)) as draft:
            with draft.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror or error}") from error
    sync_folder(path.parent)
