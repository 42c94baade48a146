"""A detached signature over a report's files: a signed note that lists their digests."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from partnerships.audit.log.notes import BadNote, Note, Signer, Verifier

HEAD = "partnerships/report/1"


def sign(files: Mapping[str, bytes], signer: Signer) -> str:
    """Sign files by their names: `HEAD`, then a line each as `sha256sum` writes it, then the signature.

    Raises BadNote for a name with a control character.
    """
    return str(Note(_text(files)).signed(signer))


def problems(note: str | bytes, files: Mapping[str, bytes], verifier: Verifier) -> list[str]:
    """Give why a signature is not that of a key over these files, or nothing where it is."""
    try:
        read = Note.parse(note)
    except BadNote as error:
        return [str(error)]
    if not read.text.startswith(f"{HEAD}\n"):
        return ["the signature is not over a report"]
    found = [] if read.is_signed_by(verifier) else [f"{verifier.name} did not sign this"]
    lines = read.text.split("\n")[1:]
    for name, data in files.items():
        if _line(name, data) not in lines:
            found.append(f"{name} is not the file that was signed")
    return found


def _text(files: Mapping[str, bytes]) -> str:
    return "".join([f"{HEAD}\n", *(f"{_line(name, data)}\n" for name, data in files.items())])


def _line(name: str, data: bytes) -> str:
    return f"{sha256(data).hexdigest()}  {name}"
