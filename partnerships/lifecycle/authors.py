"""Who is an author: whoever recorded the version, or an earlier one with a text that it leaves (L2, L5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from partnerships.lifecycle.texts import bare

Texts = dict[str, list[str]]
"""Fingerprints of the texts written so far, each with the actors who recorded it."""

#: Fields that hold a code; choosing the same code again makes nobody an author.
_CODES = frozenset({"modality", "kind", "cause", "owner", "status", "stance", "party", "clause", "documents"})
#: Changes to these alone leave an exception standing (L5).
_IMMATERIAL = frozenset({"done_on", "outcome", "cause", "documents", "note"})


def author_of(id: str, party: str) -> str:
    """Give an actor as authors are kept: an id tells who it is within a side only."""
    return id if party == "ims" else f"{party}:{id}"


def authors_of(fingerprints: Iterable[str], by: str, earlier: Texts) -> tuple[list[str], Texts]:
    """Give the authors of a version by `by` that holds these texts, and the texts known after it."""
    texts = dict(earlier)
    authors = {by}
    for fingerprint in fingerprints:
        known = texts.get(fingerprint, [])
        authors.update(known)
        if by not in known:
            texts[fingerprint] = [*known, by]
    return sorted(authors), texts


def texts_of(fingerprints: Iterable[str], texts: Texts) -> Texts:
    """Keep of the known texts those that a version still holds."""
    return {found: texts[found] for found in fingerprints if found in texts}


def differs_materially(earlier: Any, later: Any) -> bool:
    """Tell whether a new version says something else than progress, cause, documents or note."""
    if earlier == later:
        return False
    if isinstance(earlier, dict) and isinstance(later, dict):
        fields = (earlier.keys() | later.keys()) - _IMMATERIAL
        return any(differs_materially(earlier.get(field), later.get(field)) for field in fields)
    if isinstance(earlier, list) and isinstance(later, list):
        return len(earlier) != len(later) or any(map(differs_materially, earlier, later))
    return True


def fingerprints_of(value: Any, field: str = "") -> list[str]:
    """Give the fingerprints of a version's texts, each with the field that holds it, in order."""
    if isinstance(value, str):
        return [hashlib.sha256(f"{field}\n{bare(value)}".encode()).hexdigest()[:24]]
    found: list[str] = []
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in _CODES and not _is_day(key):
                found += fingerprints_of(item, f"{field}.{key}")
    elif isinstance(value, list):
        for item in value:
            found += fingerprints_of(item, field)
    return found


def _is_day(key: str) -> bool:
    return key == "on" or key.endswith(("_on", "_as_of"))
