"""Whether a partner was in a crisis in another partnership at an instant (L6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from partnerships.audit.judging.walk import Walk
from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.partnership import Partnership
from partnerships.storage.ledger import Ledger
from partnerships.storage.projection import name_key

Json = dict[str, Any]


_Name = tuple[str, str]
"""By which a partner is known: its name and country, or an identifier's scheme and value."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """What a partnership showed from an instant on: whether it was marked, and who its partner was."""

    since: str
    marked: bool
    name: _Name | None
    identifiers: frozenset[_Name]


class Elsewhere:
    """The partnerships that ever had a case, each with the instants at which its mark came and went.

    They are few, and read once, when the first decision that L6 concerns is judged.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def in_crisis(self, entry: Entry) -> bool:
        """Tell whether the partner that an entry names was in a crisis elsewhere when it was recorded.

        Where a mark came or went at that very instant, what was warned of then is taken as what was first.
        """
        if not self._marks:
            return False
        name, identifiers = _partner(entry.body or {})
        before = after = False
        for id in self._known_as(name, identifiers) - {entry.partnership}:
            marks = self._marks[id]
            for upto, until in ((False, True), (True, False)):
                mark = _at(marks, entry.recorded_at, strictly=upto)
                if mark is None or not mark.marked:
                    continue
                if (name is not None and mark.name == name) or mark.identifiers & identifiers:
                    before, after = before or upto, after or until
        if before != after:
            return any(code.startswith("L6.") for code in entry.warnings)
        return after

    @cached_property
    def is_torn(self) -> bool:
        """Tell whether any contents were erased, so that a partner may not be known again."""
        erased = self._ledger.tables.erased
        return self._ledger.connection.execute(select(erased.c.sequence).limit(1)).first() is not None

    def _known_as(self, name: _Name | None, identifiers: frozenset[_Name]) -> set[str]:
        """The partnerships of which any ever bore the name or one of the identifiers; no others are asked."""
        return set().union(*(self._bearers.get(one, ()) for one in (name, *identifiers) if one is not None))

    @cached_property
    def _bearers(self) -> dict[_Name, set[str]]:
        bearers: dict[_Name, set[str]] = {}
        for id, marks in self._marks.items():
            for mark in marks:
                for one in (mark.name, *mark.identifiers):
                    if one is not None:
                        bearers.setdefault(one, set()).add(id)
        return bearers

    @cached_property
    def _marks(self) -> dict[str, list[_Mark]]:
        content, erased = self._ledger.tables.content, self._ledger.tables.erased
        cases = select(content.c.partnership_id).where(content.c.scope.like("case:%"))
        # A case that was erased has no scope any more; its erasure kept what the mark needs.
        query = cases.union(select(erased.c.partnership_id))
        ids = self._ledger.connection.execute(query).scalars().all()
        return {id: list(_marks(Walk(id, self._ledger.history(id)))) for id in ids}


def _marks(walk: Walk) -> Iterator[_Mark]:
    last: _Mark | None = None
    since = ""
    for step in walk:
        mark = _mark(since, walk.partnership)
        if since and (last is None or _shown(last) != _shown(mark)):
            yield mark
            last = mark
        since = step.entry.recorded_at
    yield _mark(since, walk.partnership)


def _mark(since: str, partnership: Partnership) -> _Mark:
    profile = partnership.profile
    return _Mark(since, partnership.crisis_mark, *_partner(profile.raw if profile else {}))


def _shown(mark: _Mark) -> tuple[Any, ...]:
    return mark.marked, mark.name, mark.identifiers


def _at(marks: list[_Mark], instant: str, *, strictly: bool) -> _Mark | None:
    found = None
    for mark in marks:
        if mark.since > instant or (strictly and mark.since == instant):
            break
        found = mark
    return found


def _partner(profile: Json) -> tuple[_Name | None, frozenset[_Name]]:
    country = profile.get("country")
    named = (name_key(profile["name"]), country) if country and "name" in profile else None
    return named, frozenset((item["scheme"], item["value"]) for item in profile.get("identifiers", ()))
