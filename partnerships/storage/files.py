"""Files that are written whole or not at all, and outlast a power cut once they are."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_OWNER_ALONE, _ORDINARY = 0o600, 0o666


def make_secret(path: Path, text: str) -> bool:
    """Make a file that its owner alone may read, its folder too; False where one is there, which stays.

    Raises OSError, and leaves nothing then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_of(path)
    write_new(draft, text.encode(), _OWNER_ALONE)
    try:
        return _named(draft, path, text)
    finally:
        _drop(draft)
        sync_folder(path.parent)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in the place of the one before, if any; raises OSError, and leaves that as it was then."""
    draft = draft_of(path)
    write_new(draft, data, _ORDINARY)
    try:
        os.replace(draft, path)
    except BaseException:
        _drop(draft)
        raise
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
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        _drop(path)
        raise


def draft_of(path: Path) -> Path:
    """Give the name beside a file under which it is written, so that the last step is on one file system.

    Raises OSError for a path that ends in no name.
    """
    if not path.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")


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


def _drop(draft: Path) -> None:
    """What went wrong before is what is told, not that a draft could not be removed."""
    with suppress(OSError):
        draft.unlink(missing_ok=True)
