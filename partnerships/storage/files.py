"""Files that are written whole or not at all, and outlast a power cut once they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from partnerships.storage.drafts import draft_beside, drop, empty_file

_OWNER_ALONE, _ORDINARY = 0o600, 0o666


def make_secret(path: Path, text: str) -> bool:
    """Make a file that its owner alone may read, its folder too; False where one is there, which stays.

    Raises OSError, and leaves nothing then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with draft_beside(path, empty_file(_OWNER_ALONE)) as draft:
        _fill(draft, text.encode())
        made = _named(draft, path, text)
    sync_folder(path.parent)
    return made


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in the place of the one before, if any; raises OSError, and leaves that as it was then."""
    with draft_beside(path, empty_file(_ORDINARY)) as draft:
        _fill(draft, data)
        os.replace(draft, path)
    sync_folder(path.parent)


@contextmanager
def folder_of(path: Path) -> Iterator[None]:
    """Make the folders that a file or folder goes into; where it does not come to be they are gone again.

    Raises OSError.
    """
    absent = [folder for folder in path.parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for folder in absent:
            with suppress(OSError):
                folder.rmdir()
        raise


def write_new(path: Path, data: bytes, mode: int) -> None:
    """Write a new file, all of it or none: half a key would be in the way for good; raises OSError."""
    empty_file(mode)(path)
    try:
        _fill(path, data)
    except BaseException:
        drop(path)
        raise


def sync_folder(folder: Path) -> None:
    """Have the names in a folder outlast a power cut, where the system lets a folder be opened."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _named(draft: Path, path: Path, text: str) -> bool:
    try:
        # A link succeeds only once, so that two processes that start together use one key.
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError:
        # FAT and some network shares have no links: whoever makes the file first writes it there.
        try:
            write_new(path, text.encode(), _OWNER_ALONE)
        except FileExistsError:
            return False
    return True


def _fill(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
