"""The exceptions in a report: all of them counted, and those shown that it is about, the gravest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from typing import Any

from partnerships.audit.judging.rules import RULES, Severity

Json = dict[str, Any]

MOST = 500
"""How many rows are shown; the least grave are left out first, and counted."""


def exceptional(found: Iterable[Json], shown: Container[str]) -> Json:
    """Give exceptions by rule, and one by one those of the partnerships `shown` and of the whole database."""
    counts: Counter[str] = Counter()
    kept: dict[str, list[Json]] = {str(severity): [] for severity in Severity}
    of_interest = 0
    for row in found:
        counts[row["rule"]] += 1
        if row["partnership"] is None or row["partnership"] in shown:
            of_interest += 1
            if len(kept[row["severity"]]) < MOST:
                kept[row["severity"]].append(row)
    rows = [row for severity in kept.values() for row in severity][:MOST]
    return {
        "count": counts.total(),
        "high": sum(counts[code] for code, rule in RULES.items() if rule.severity == Severity.HIGH),
        "by_rule": _by_rule(counts),
        "rows": rows,
        "more": of_interest - len(rows),
    }


def _by_rule(counts: Counter[str]) -> list[Json]:
    order = list(Severity)
    rules = sorted(RULES.values(), key=lambda rule: order.index(rule.severity))
    return [
        {
            "rule": rule.code,
            "severity": str(rule.severity),
            "clause": rule.clause,
            "meaning": rule.meaning,
            "count": counts[rule.code],
        }
        for rule in rules
        if counts[rule.code]
    ]
