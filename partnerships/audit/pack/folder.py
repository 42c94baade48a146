"""A pack's folder while it is written: nothing is seen at its place before it is whole."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from partnerships.audit.standalone.verify import SUMS
from partnerships.errors import BadRequest
from partnerships.storage.drafts import draft_beside, empty_file
from partnerships.storage.files import folder_of, sync_folder

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_ORDINARY_FILE = 0o100600 << 16
_BLOCK = 1024 * 1024


class Lines:
    """A file that grows line by line, digested on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.count = 0

    def add(self, line: bytes) -> None:
        """Write a line; its end is put to it."""
        self._file.write(line + b"\n")
        self._digest.update(line + b"\n")
        self.count += 1

    @property
    def digest(self) -> str:
        """Give the digest of what was written."""
        return self._digest.hexdigest()


class Folder:
    """The files of a pack, readable by their owner alone, and the digest of each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.digests: dict[str, str] = {}

    @contextmanager
    def lines(self, name: str) -> Iterator[Lines]:
        """Write a file line by line."""
        with self._new(name) as file:
            lines = Lines(file)
            yield lines
        self.digests[name] = lines.digest

    def put(self, name: str, data: bytes) -> None:
        """Write a file at once."""
        with self._new(name) as file:
            file.write(data)
        self.digests[name] = hashlib.sha256(data).hexdigest()

    def close(self) -> str:
        """Write the list of digests, in the order of names, and give its own."""
        listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.digests.items()))
        self.put(SUMS, listed.encode())
        return self.digests[SUMS]

    @contextmanager
    def _new(self, name: str) -> Iterator[BinaryIO]:
        place = self.path / name
        place.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb", buffering=_BLOCK) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def folder_at(place: Path, tell: Callable[[int, int], None]) -> Iterator[Folder]:
    """Give a folder to write a pack in; at the end it is at its place, or zipped there.

    A place that ends in `.zip` gets a zip. `tell` is told bytes zipped, and bytes in all. Raises BadRequest
    where something is there already, or where it cannot be written. The folders that it goes into are made.
    """
    if place.exists() or place.is_symlink():
        raise BadRequest(f"{place} is there already; name a new one")
    try:
        with folder_of(place), draft_beside(place, partial(Path.mkdir, mode=0o700)) as draft:
            yield Folder(draft)
            if place.suffix == ".zip":
                with draft_beside(place, empty_file(0o600)) as zipped:
                    _zip(draft, zipped, tell)
                    zipped.rename(place)
            else:
                draft.rename(place)
        sync_folder(place.parent)
    except OSError as error:
        raise BadRequest(f"the pack cannot be written to {place}: {error.strerror}; none is there") from error


def _zip(folder: Path, to: Path, tell: Callable[[int, int], None]) -> None:
    """Zip a folder's files in the order of names, with fixed times and rights: the same bytes each time."""
    files = sorted(
        (file for file in folder.rglob("*") if file.is_file()), key=lambda file: _name(folder, file)
    )
    done, total = 0, sum(file.stat().st_size for file in files)
    with to.open("w+b") as raw, zipfile.ZipFile(raw, "w") as made:
        for file in files:
            info = zipfile.ZipInfo(_name(folder, file), _FIXED_TIME)
            info.compress_type, info.external_attr, info.create_system = (
                zipfile.ZIP_DEFLATED,
                _ORDINARY_FILE,
                3,
            )
            size = file.stat().st_size
            with file.open("rb") as source, made.open(info, "w", force_zip64=size >= 2**31) as target:
                while block := source.read(_BLOCK):
                    target.write(block)
                    done += len(block)
                    tell(done, total)
        made.close()
        raw.flush()
        os.fsync(raw.fileno())


def _name(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()
