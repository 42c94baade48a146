"""The log's signing keys: from a file of mode 0600 or from the environment, never shown."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from partnerships.audit.log.notes import BadNote, Signer
from partnerships.errors import BadRequest
from partnerships.storage.files import make_secret

KEY_VARIABLE = "PARTNERSHIPS_LOG_KEY"
"""Names the key itself, as the text of a key file."""

FILE_VARIABLE = "PARTNERSHIPS_LOG_KEY_FILE"
"""Names the key's file."""


class SigningKeyError(BadRequest):
    """Raised when the key that signs the log is missing, unreadable, open to others, or another log's."""


def signer_named(path: str | Path | None, environment: Mapping[str, str] = os.environ) -> Signer | None:
    """Give the key in a file, or else the one that the environment names, or None where it names none."""
    if path is not None:
        return read_signer(Path(path))
    if text := environment.get(KEY_VARIABLE):
        try:
            return Signer.parse(text)
        except BadNote as error:
            raise SigningKeyError(f"{KEY_VARIABLE}: {error}") from None
    if named := environment.get(FILE_VARIABLE):
        return read_signer(Path(named))
    return None


def read_signer(path: Path) -> Signer:
    """Read a key file; raises SigningKeyError where it is missing, malformed, or readable by others."""
    path = path.expanduser()
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text("ascii")
    except FileNotFoundError:
        raise SigningKeyError(
            f"the signing key {path} is missing; put it back, or name where it is: no other signs on"
        ) from None
    except (OSError, ValueError):
        raise SigningKeyError(
            f"the signing key {path} cannot be read; check its rights and content"
        ) from None
    if os.name == "posix" and mode & 0o077:
        raise SigningKeyError(f"the signing key {path} is open to others (mode {mode:o}); make it 600")
    try:
        return Signer.parse(text)
    except BadNote as error:
        raise SigningKeyError(f"the signing key {path}: {error}") from None


def make_signer(path: Path, name: str) -> Signer:
    """Make a key in a new file of mode 0600; raises SigningKeyError where it cannot, or one is there."""
    path = path.expanduser()
    signer = Signer.fresh(name)
    try:
        is_made = make_secret(path, signer.secret() + "\n")
    except OSError as error:
        raise SigningKeyError(f"the signing key {path} cannot be written: {error.strerror}") from None
    if not is_made:
        raise SigningKeyError(f"{path} is there already; name a new file")
    return signer
