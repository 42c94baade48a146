"""Drafts beside a file or folder: what is written under a name of its own until it is whole.

A process that is killed leaves its draft, which may hold a key or what was to be exported. So each is held by
a lock of the system's while its process lives, and whoever writes the same file next removes those that
nobody holds.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:
    # No such locks here: what was left behind cannot be told from what is being written, and stays.
    fcntl = None  # type: ignore[assignment]

Make = Callable[[Path], object]
"""Makes a new file or folder, empty; raises FileExistsError where one is there."""


@contextmanager
def draft_beside(path: Path, make: Make) -> Iterator[Path]:
    """Give a new draft beside a file or folder, so that its last step is on one file system.

    It goes at the end unless it took the other's name by then. Raises OSError, also for a path that ends in
    no name.
    """
    if not path.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    _drop_left(path)
    draft, lock = _made(path, make)
    try:
        yield draft
    finally:
        drop(draft)
        if lock is not None:
            os.close(lock)


def empty_file(mode: int) -> Make:
    """Give what makes an empty file with these rights, less those that the process gives nobody."""
    return lambda path: os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))


def drop(draft: Path) -> None:
    """What went wrong before is what is told, not that a draft could not be removed."""
    with suppress(OSError):
        if draft.is_dir() and not draft.is_symlink():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)


def _made(path: Path, make: Make) -> tuple[Path, int | None]:
    while True:
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        make(draft)
        if fcntl is None:
            return draft, None
        # Between the making and the lock another process may have taken it for one that was left behind.
        with suppress(FileNotFoundError):
            lock = os.open(draft, os.O_RDONLY)
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_at(draft, lock):
                return draft, lock
            os.close(lock)


def _is_at(draft: Path, lock: int) -> bool:
    try:
        return os.path.samestat(os.fstat(lock), os.lstat(draft))
    except FileNotFoundError:
        return False


def _drop_left(path: Path) -> None:
    """Remove the drafts of this file that no process holds any more."""
    if fcntl is None:
        return
    ours = re.compile(rf"\.{re.escape(path.name)}\.\d+\.[0-9a-f]{{8}}")
    with suppress(OSError):
        for each in list(os.scandir(path.parent)):
            if ours.fullmatch(each.name):
                _drop_unheld(path.with_name(each.name))


def _drop_unheld(draft: Path) -> None:
    with suppress(OSError):
        lock = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            drop(draft)
        finally:
            os.close(lock)
