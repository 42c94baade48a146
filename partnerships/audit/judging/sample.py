"""A sample that nobody can steer: the order is that of SHA-256 over a nonce and each entry's digest."""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass, field
from typing import Any

from partnerships.audit.judging.portfolio import Progress, go_through, histories
from partnerships.audit.judging.strata import POPULATIONS, STRATA, Course, belongs
from partnerships.errors import BadRequest
from partnerships.storage.rows import Stored
from partnerships.workflows.service import Service

Json = dict[str, Any]

WHOLE = "all"
"""The one stratum of a sample that is not stratified."""


def draw(seed: str, digest: str) -> str:
    """Give the number that decides whether an entry is drawn: the lowest are.

    SHA-256 over the seed's UTF-8 bytes, followed by the digest as 64 lower-case hexadecimal characters.
    """
    return hashlib.sha256(f"{seed}{digest}".encode()).hexdigest()


@dataclass(slots=True)
class _Stratum:
    """The lowest draws of one stratum so far, as a heap whose first is the highest of them."""

    wanted: int
    population: int = 0
    lowest: list[tuple[int, str, int, Json]] = field(default_factory=list)

    def offer(self, drawn: str, id: str, stored: Stored) -> None:
        self.population += 1
        rank = -int(drawn, 16)
        if len(self.lowest) < self.wanted:
            heapq.heappush(self.lowest, (rank, id, stored.sequence, _row(drawn, id, stored)))
        elif rank > self.lowest[0][0]:
            heapq.heapreplace(self.lowest, (rank, id, stored.sequence, _row(drawn, id, stored)))

    def rows(self) -> list[Json]:
        return [row for _, _, _, row in sorted(self.lowest, key=lambda item: (-item[0], *item[1:3]))]


def sample(
    service: Service,
    n: int,
    seed: str,
    *,
    of: str = "decisions",
    stratify: str | None = None,
    progress: Progress | None = None,
) -> Json:
    """Draw `n` entries, or `n` of each stratum: those with the lowest draw, in its order.

    `seed` is the auditor's nonce, best told after the population is fixed. `of` is what is drawn from
    (`decisions`, `transitions` or `entries`), `stratify` what divides it. Sealed entries are drawn like
    others and shown without their kind. Raises BadRequest for a number, population or stratum that cannot be.
    """
    _check(n, seed, of, stratify)
    strata: dict[str, _Stratum] = {}
    with service._reading() as ledger:
        for id, history in histories(ledger, progress=progress):
            course = Course()

            def take(stored: Stored, id: str = id, course: Course = course) -> None:
                course.take(stored)
                if belongs(stored, of):
                    name = course.of(stored, stratify) if stratify else WHOLE
                    strata.setdefault(name, _Stratum(n)).offer(draw(seed, stored.digest), id, stored)

            go_through(id, history, take)
    drawn = [(name, strata[name].rows()) for name in sorted(strata)]
    return {
        "seed": seed,
        "n": n,
        "of": of,
        "stratify": stratify,
        "strata": [
            {"stratum": name, "population": strata[name].population, "drawn": len(rows)}
            for name, rows in drawn
        ],
        "rows": [
            {"rank": rank, "stratum": name, **row} for name, rows in drawn for rank, row in enumerate(rows, 1)
        ],
    }


def _row(drawn: str, id: str, stored: Stored) -> Json:
    chain = stored.chain
    return {
        "draw": drawn,
        "partnership": id,
        "sequence": stored.sequence,
        "entry": chain["entry"],
        "kind": None if stored.concerns_crisis else chain.get("kind"),
        "trigger": chain.get("trigger"),
        "on": chain["on"],
        "recorded_at": chain["recorded_at"],
        "digest": stored.digest,
    }


def _check(n: int, seed: str, of: str, stratify: str | None) -> None:
    if n < 1:
        raise BadRequest("n: a sample has at least one entry")
    if not seed:
        raise BadRequest("seed: a sample needs a nonce; take one that nobody could know beforehand")
    if of not in POPULATIONS:
        raise BadRequest(f"of: must be one of {', '.join(POPULATIONS)}")
    if stratify is not None and stratify not in STRATA:
        raise BadRequest(f"stratify: must be one of {', '.join(STRATA)}")
