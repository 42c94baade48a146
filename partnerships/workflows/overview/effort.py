"""What goes into each category: agreements, contributions of both sides, time (S5.15)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact
from typing import Any

from partnerships.lifecycle.vocabulary import Category
from partnerships.workflows.overview.look import Given, Look
from partnerships.workflows.overview.tally import share

#: Digits enough for any sum of amounts; a sum that had to be rounded would be an error.
_EXACT = Context(prec=200, traps=[Inexact])

_What = tuple[str, str, str]
"""Who gives, what, and in which currency; the last is empty where no amount is said."""


@dataclass(slots=True)
class _Sum:
    number: int = 0
    amount: Decimal = field(default_factory=Decimal)


@dataclass(slots=True)
class _Part:
    """One category's part."""

    partnerships: int = 0
    months: int = 0
    agreements: int = 0
    given: dict[_What, _Sum] = field(default_factory=dict)

    def take(self, item: Given) -> None:
        total = self.given.setdefault((item.by, item.kind, item.currency or ""), _Sum())
        total.number += 1
        if item.amount is not None:
            total.amount = _EXACT.add(total.amount, item.amount)

    def contributions(self) -> list[dict[str, Any]]:
        return [
            {
                "given_by": by,
                "kind": kind,
                "currency": currency or None,
                "contributions": total.number,
                "amount": format(total.amount, "f") if currency else None,
            }
            for (by, kind, currency), total in sorted(self.given.items())
        ]


class Effort:
    """Running partnerships, and the agreements in force under them by the agreement's own category."""

    def __init__(self) -> None:
        self._parts = {category: _Part() for category in Category}

    def add(self, look: Look) -> None:
        """Count one partnership in."""
        if look.category is not None:
            part = self._parts[look.category]
            part.partnerships += 1
            part.months += look.months
        for agreement in look.agreements:
            part = self._parts[agreement.category]
            part.agreements += 1
            for item in agreement.given:
                part.take(item)

    def as_json(self) -> dict[str, Any]:
        """Give the categories side by side; `share` is of the partnerships."""
        partnerships = sum(part.partnerships for part in self._parts.values())
        agreements = sum(part.agreements for part in self._parts.values())
        return {
            "partnerships": partnerships,
            "agreements": agreements,
            "categories": {
                str(category): {
                    "partnerships": part.partnerships,
                    "share": share(part.partnerships, partnerships),
                    "agreements": part.agreements,
                    "share_of_agreements": share(part.agreements, agreements),
                    "months_running": part.months,
                    "contributions": part.contributions(),
                }
                for category, part in self._parts.items()
            },
        }
