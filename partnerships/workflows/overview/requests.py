"""How much local and national partners are asked at once (S2.4)."""

from __future__ import annotations

from typing import Any

from partnerships.storage.ledger import Ledger
from partnerships.workflows.overview.listing import Listing
from partnerships.workflows.overview.localisation import LOCAL
from partnerships.workflows.overview.look import Look
from partnerships.workflows.overview.partners import sharing, with_same_partner


class Requests:
    """Open requests to the partner's side, added up over the running partnerships of one partner.

    Partnerships that share an identifier, also by way of a third one, are with the same partner. Its line
    stands where the first of them that is asked something does.
    """

    def __init__(self, ledger: Ledger, limit: int) -> None:
        self._ledger = ledger
        self._listing = Listing(limit)
        self._requests = 0
        self._most = 0
        self._ahead: dict[str, dict[str, Any]] = {}
        self._shared: set[str] = set()

    def meet(self, page: list[Look]) -> None:
        """Find out who of a page shares a partner with others."""
        asked = [look.id for look in page if _is_asked(look) and look.has_identifiers]
        self._shared = sharing(self._ledger, asked)

    def add(self, look: Look) -> None:
        """Count one partnership in; a page's partnerships come in order of id."""
        line = self._ahead.pop(look.id, None)
        if not _is_asked(look):
            return
        if line is None:
            line = self._first(look)
        line["partnerships"] += 1
        line["requests"] += look.requests
        self._requests += look.requests
        self._most = max(self._most, line["requests"])

    def as_json(self) -> dict[str, Any]:
        """Give how many partners are asked how much, the most that one is asked, and each by id."""
        return {
            "partners": self._listing.count,
            "requests": self._requests,
            "most": self._most,
            **self._listing.as_json(),
        }

    def _first(self, look: Look) -> dict[str, Any]:
        line = {"id": look.id, "name": look.name, "level": look.level, "partnerships": 0, "requests": 0}
        self._listing.add(line)
        if look.id in self._shared:
            for other in with_same_partner(self._ledger, look.id):
                if other > look.id:
                    self._ahead[other] = line
        return line


def _is_asked(look: Look) -> bool:
    return look.requests > 0 and look.level in LOCAL
