"""Readable assertions about outcomes."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class Findings:
    """Readable assertions about an outcome's findings or warnings."""

    def __init__(self, outcome: Json, found: list[Json]) -> None:
        self.outcome, self.found = outcome, found
        self.clauses = {finding["clause"] for finding in found}
        self.codes = [finding["code"] for finding in found]

    def by(self, *clauses: str | None) -> Findings:
        """Exactly these clauses, no more and no fewer."""
        assert self.clauses == set(clauses), self.found
        return self

    def warned(self, *clauses: str) -> Findings:
        return self.by(*clauses)

    def including(self, *clauses: str) -> Findings:
        assert set(clauses) <= self.clauses, self.found
        return self

    def of_kind(self, *kinds: str) -> Findings:
        assert {finding["kind"] for finding in self.found} == set(kinds), self.found
        return self

    def in_state(self, state: str | None) -> Findings:
        assert self.outcome["state"] == state, self.outcome
        return self

    def finding(self, clause: str) -> Json:
        (one,) = [finding for finding in self.found if finding["clause"] == clause]
        return one


def accepted(outcome: Json) -> Findings:
    assert outcome["outcome"] == "accepted", outcome
    return Findings(outcome, outcome["warnings"])


def refused(outcome: Json) -> Findings:
    assert outcome["outcome"] == "refused", outcome
    assert outcome["findings"], "a refusal says why"
    return Findings(outcome, outcome["findings"])


def no_such_edge(outcome: Json, clause: str | None = None) -> None:
    """A structure refusal, which stands alone."""
    found = refused(outcome).of_kind("structure").by(clause)
    assert len(found.found) == 1, outcome


def invalid(outcome: Json) -> set[str]:
    """The fields an invalid command names, list positions written as `.0`."""
    assert outcome["outcome"] == "invalid", outcome
    assert all(error["field"] is not None and error["message"] for error in outcome["errors"]), outcome
    return {error["field"].replace("[", ".").replace("]", "") for error in outcome["errors"]}
