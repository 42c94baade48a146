"""What there is to audit, with control totals that an auditor compares with the keeper's and their own."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact
from functools import partial
from typing import Any

from sqlalchemy import func, select

from partnerships.audit.judging.commands import JUDGED
from partnerships.audit.judging.portfolio import Progress, go_through, histories
from partnerships.audit.judging.strata import NONE, SEALED, Course
from partnerships.lifecycle.vocabulary import EntryType, RecordKind
from partnerships.storage.log import Log
from partnerships.storage.rows import Stored
from partnerships.workflows.service import Service

Json = dict[str, Any]

_EXACT = Context(prec=100, traps=[Inexact])
"""An amount has at most 40 digits: so many of them that their sum had more than a hundred nobody keeps."""


@dataclass(slots=True)
class Sums:
    """Amounts of agreements by currency, added up exactly."""

    amounts: dict[str, Decimal] = field(default_factory=dict)

    def add(self, agreement: Json) -> None:
        """Add what an agreement's contributions come to."""
        for item in agreement.get("contributions", ()):
            if "amount" in item:
                currency, amount = item["currency"], Decimal(item["amount"])
                self.amounts[currency] = _EXACT.add(self.amounts.get(currency, Decimal()), amount)


@dataclass(slots=True)
class Count:
    """Everything that is counted on the way through the histories."""

    partnerships: int = 0
    entries: int = 0
    decisions: int = 0
    imported: int = 0
    sealed: int = 0
    erased: int = 0
    by: dict[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter() for name in ("entry", "kind", "trigger", "state", "year")}
    )
    policies: Counter[tuple[str, str]] = field(default_factory=Counter)
    settings: Counter[str] = field(default_factory=Counter)
    first: tuple[str, str, int, str] | None = None
    last: tuple[str, str, int, str] | None = None
    versions: int = 0
    references: int = 0
    every_version: Sums = field(default_factory=Sums)
    latest: Sums = field(default_factory=Sums)

    def take(self, id: str, stored: Stored) -> None:
        """Count one entry in."""
        chain = stored.chain
        self.entries += 1
        self.decisions += chain["entry"] in JUDGED
        self.imported += bool(chain.get("imported"))
        self.sealed += stored.concerns_crisis
        self.erased += stored.is_erased
        self.by["entry"][chain["entry"]] += 1
        self.by["year"][chain["recorded_at"][:4]] += 1
        if chain["entry"] == EntryType.RECORD:
            self.by["kind"][SEALED if stored.concerns_crisis else chain["kind"]] += 1
        if chain.get("trigger"):
            self.by["trigger"][chain["trigger"]] += 1
        if "policy" in chain:
            self.policies[chain["policy"]["version"], chain["policy"]["digest"]] += 1
            self.settings[chain["settings"]] += 1
        place = (chain["recorded_at"], id, stored.sequence, stored.digest)
        self.first = place if self.first is None else min(self.first, place)
        self.last = place if self.last is None else max(self.last, place)

    def amounts(self) -> Json:
        """Give the sums by currency as decimal text: of every version, and of each agreement's latest."""
        every, latest = self.every_version.amounts, self.latest.amounts
        return {
            currency: {"versions": _decimal(every[currency]), "latest": _decimal(latest.get(currency))}
            for currency in sorted(every)
        }


def population(service: Service, *, progress: Progress | None = None) -> Json:
    """Count what there is: partnerships, entries by what they are, policies, amounts, digests.

    `heads.digest` is SHA-256 over one line `id sequence head` and a line feed for each partnership, in order
    of id. An agreement's latest version is the last on file that was not withdrawn.
    """
    count, heads = Count(), hashlib.sha256()
    with service._reading() as ledger:
        for id, history in histories(ledger, progress=progress):
            count.partnerships += 1
            course, agreements = Course(), dict[str, dict[int, Json]]()
            stored = go_through(id, history, partial(_take, id, course, count, agreements))
            count.by["state"][course.state or NONE] += 1
            if stored is not None:
                heads.update(f"{id} {stored.sequence} {stored.digest}\n".encode())
            for versions in agreements.values():
                count.references += 1
                if versions:
                    count.latest.add(versions[max(versions)])
        table = ledger.tables.attempt
        leaves = Log(ledger).size()
        attempts = ledger.connection.execute(select(func.count()).select_from(table)).scalar_one()
    return {
        "partnerships": count.partnerships,
        "entries": count.entries,
        "decisions": count.decisions,
        "imported": count.imported,
        "sealed": count.sealed,
        "erased": count.erased,
        "attempts": attempts,
        **{f"by_{name}": dict(sorted(counted.items())) for name, counted in count.by.items()},
        "by_policy": [
            {"policy": version, "digest": digest, "entries": number}
            for (version, digest), number in sorted(count.policies.items())
        ],
        "by_settings": [
            {"digest": digest, "entries": number} for digest, number in sorted(count.settings.items())
        ],
        "agreements": {"versions": count.versions, "references": count.references},
        "amounts": count.amounts(),
        "first": _place(count.first),
        "last": _place(count.last),
        "heads": {"digest": heads.hexdigest()},
        "log": {"size": leaves},
    }


def _take(
    id: str, course: Course, count: Count, agreements: dict[str, dict[int, Json]], stored: Stored
) -> None:
    course.take(stored)
    count.take(id, stored)
    count.versions += _note_agreement(stored, agreements, count.every_version)


def _note_agreement(stored: Stored, agreements: dict[str, dict[int, Json]], every: Sums) -> int:
    """Keep a version of an agreement, or drop the one that is withdrawn; give how many versions came."""
    chain = stored.chain
    if chain["entry"] == EntryType.WITHDRAWAL:
        for versions in agreements.values():
            versions.pop(chain["target"], None)
    if chain["entry"] != EntryType.RECORD or chain["kind"] != RecordKind.AGREEMENT or stored.content is None:
        return 0
    body = stored.content["body"]
    agreements.setdefault(body["reference"], {})[stored.sequence] = body
    every.add(body)
    return 1


def _decimal(amount: Decimal | None) -> str:
    return format(amount or Decimal(), "f")


def _place(place: tuple[str, str, int, str] | None) -> Json | None:
    if place is None:
        return None
    recorded_at, id, sequence, digest = place
    return {"partnership": id, "sequence": sequence, "recorded_at": recorded_at, "digest": digest}
