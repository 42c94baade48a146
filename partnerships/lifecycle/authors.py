"""Who is an author of a record: whoever wrote the version, or a text of it that stands unchanged (L2, L5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

Texts = dict[str, list[str]]
"""Fingerprints of the texts written so far, each with the actors who recorded it."""

#: Fields that hold a code; choosing the same code again makes nobody an author.
_CODES = frozenset({"modality", "kind", "cause", "owner", "status", "stance", "party", "clause", "documents"})
#: Changes to these alone leave an exception standing (L5).
_IMMATERIAL = frozenset({"done_on", "outcome", "cause", "documents", "note"})


def authors_of(raw: dict[str, Any], by: str, earlier: Texts) -> tuple[list[str], Texts]:
    """Give the authors of a new version by `by`, and the texts known after it."""
    texts = dict(earlier)
    authors = {by}
    for fingerprint in _fingerprints(raw, ""):
        known = set(texts.get(fingerprint, ())) or {by}
        authors |= known
        texts[fingerprint] = sorted(known)
    return sorted(authors), texts


def texts_of(raw: dict[str, Any], texts: Texts) -> Texts:
    """Keep of the known texts those that this version still holds."""
    return {found: texts[found] for found in _fingerprints(raw, "") if found in texts}


def differs_materially(earlier: dict[str, Any], later: dict[str, Any]) -> bool:
    """Tell whether a new version says something else than progress, cause, documents or note."""
    return bool(_material(earlier) != _material(later))


def _material(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _material(item) for key, item in value.items() if key not in _IMMATERIAL}
    if isinstance(value, list):
        return [_material(item) for item in value]
    return value


def _fingerprints(value: Any, field: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in _CODES and not _is_day(key):
                yield from _fingerprints(item, f"{field}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from _fingerprints(item, field)
    elif isinstance(value, str):
        text = "".join(value.casefold().split())
        yield hashlib.sha256(f"{field}\n{text}".encode()).hexdigest()[:24]


def _is_day(key: str) -> bool:
    return key == "on" or key.endswith(("_on", "_as_of"))
