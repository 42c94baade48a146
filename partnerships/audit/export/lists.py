"""JSON lists written item by item into a file of their own, and copied into place when they are complete."""

from __future__ import annotations

import shutil
from typing import IO, Any

import orjson


def write_item(file: IO[bytes], item: Any) -> None:
    """Add an item to a list, on a line of its own."""
    file.write(b"\n" if file.tell() == 0 else b",\n")
    file.write(orjson.dumps(item))


def copy_list(file: IO[bytes], out: IO[bytes]) -> None:
    """Write the list with its brackets."""
    _copy(file, out, b"[", b"]")


def write_pair(file: IO[bytes], key: str, value: Any) -> None:
    """Add a key and its value to an object, on a line of its own."""
    file.write(b"\n" if file.tell() == 0 else b",\n")
    file.write(orjson.dumps(key) + b":" + orjson.dumps(value))


def copy_object(file: IO[bytes], out: IO[bytes]) -> None:
    """Write the object with its braces."""
    _copy(file, out, b"{", b"}")


def _copy(file: IO[bytes], out: IO[bytes], start: bytes, end: bytes) -> None:
    out.write(start)
    file.seek(0)
    shutil.copyfileobj(file, out)
    out.write(b"\n" + end)
