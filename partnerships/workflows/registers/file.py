"""A register's file: its bytes, read once, with their digest."""

import hashlib
import stat
from dataclasses import dataclass, field
from pathlib import Path

from partnerships.workflows.registers.error import RegisterError

MAX_BYTES = 256 * 1024 * 1024
MAX_FIELD = 10_000


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """The bytes of one file and `digest`, `sha256:` and the hex digits over exactly these bytes."""

    path: str
    data: bytes = field(repr=False)
    digest: str

    def error(self, place: str | None, problem: str, remedy: str) -> RegisterError:
        return RegisterError(self.path, place, problem, remedy)

    def bounded(self, text: str, place: str, what: str) -> str:
        """Returns `text`; raises RegisterError if it is longer than a field of a register can sensibly be."""
        if len(text) > MAX_FIELD:
            raise self.error(
                place,
                f"the {what} is {len(text):,} characters long, more than {MAX_FIELD:,}",
                "correct that field or remove the row",
            )
        return text

    def utf8(self) -> str:
        """Returns the file as text, without a byte order mark; raises RegisterError if it is not UTF-8."""
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            line = self.data.count(b"\n", 0, fault.start) + 1
            raise self.error(
                f"line {line}", "the bytes there are not UTF-8", "save the file as UTF-8"
            ) from None


def open_file(path: str | Path) -> RegisterFile:
    """Reads a file.

    Raises RegisterError when it is absent, unreadable, no regular file, empty, or larger than `MAX_BYTES`.
    """
    shown = " ".join(str(path).split()) or "(no path)"
    where = Path(path)
    try:
        status = where.stat()
        if stat.S_ISDIR(status.st_mode):
            raise RegisterError(shown, None, "this is a directory", "name one file in it")
        if not stat.S_ISREG(status.st_mode):
            raise RegisterError(shown, None, "this is no regular file", "save the register as a file first")
        if status.st_size > MAX_BYTES:
            raise _too_large(shown, status.st_size)
        with where.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise RegisterError(shown, None, "there is no such file", "check the path") from None
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else str(fault)
        raise RegisterError(
            shown, None, f"it cannot be read ({reason})", "check the path and its permissions"
        ) from None
    if len(data) > MAX_BYTES:
        raise _too_large(shown, len(data))
    if not data.strip():
        raise RegisterError(shown, None, "the file is empty", "fetch it again from its publisher")
    return RegisterFile(shown, data, "sha256:" + hashlib.sha256(data).hexdigest())


def _too_large(path: str, size: int) -> RegisterError:
    limit = MAX_BYTES // (1024 * 1024)
    return RegisterError(
        path, None, f"the file has {size:,} bytes, more than {limit} MiB", "split it into smaller files"
    )
