"""Findings: what is unmet, under which clause, and what would satisfy it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from partnerships.lifecycle.vocabulary import Role


class FindingKind(StrEnum):
    """Where a finding's authority comes from: an S clause, an L rule, roles, or the shape of the machine."""

    POLICY = "policy"
    HOUSE_RULE = "house_rule"
    AUTHORITY = "authority"
    STRUCTURE = "structure"


_AUTHORITY_RULES = frozenset({"L2", "L3", "L4", "L10"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One unmet thing: a stable code, the clause it comes from, and what puts it right.

    `needs` pairs a record kind with a field of it (or None for the record itself); `who` lists the roles
    that can put it right. `subject` names the agreement, case or step that it is about.
    """

    code: str
    clause: str | None
    kind: FindingKind
    message: str
    remedy: str
    needs: tuple[tuple[str, str | None], ...] = ()
    who: tuple[Role, ...] = ()
    interpretation: bool = False
    facts: tuple[tuple[str, str], ...] = field(default=())

    def about(self, **facts: str) -> Finding:
        """Give the same finding about a named thing, such as `subject="grant-7"`."""
        return replace(self, facts=(*self.facts, *facts.items()))

    def naming(self, fields: Iterable[str]) -> Finding:
        """Give the same finding naming these fields of its record as what is missing."""
        listed = tuple(fields)
        record = self.needs[0][0]
        return replace(
            self,
            message=f"{self.message}: {', '.join(listed)}",
            needs=tuple((record, name) for name in listed),
        )

    def for_roles(self, roles: Iterable[Role]) -> Finding:
        """Give the same finding with the roles that can put it right."""
        return replace(self, who=tuple(roles))

    def as_dict(self) -> dict[str, Any]:
        """Give the contract's JSON shape."""
        needs: list[dict[str, str]] = [
            {"record": record} if name is None else {"record": record, "field": name}
            for record, name in self.needs
        ]
        return {
            "clause": self.clause,
            "kind": str(self.kind),
            "code": self.code,
            "message": self.message,
            "remedy": self.remedy,
            "needs": needs,
            "who": [str(role) for role in self.who],
            "interpretation": self.interpretation,
            **dict(self.facts),
        }


NOTICES: dict[str, Finding] = {}


def notice(
    code: str,
    message: str,
    remedy: str,
    *,
    needs: str | tuple[str, ...] = (),
    who: Iterable[Role] = (),
    interpretation: bool = False,
) -> Finding:
    """Declare what a code says to people; the clause is the code's part before its last dot.

    `needs` is written `record` or `record.field`. Raises ValueError when a code is declared twice.
    """
    if code in NOTICES:
        raise ValueError(f"the code {code} is declared twice")
    clause = code.rpartition(".")[0]
    listed = (needs,) if isinstance(needs, str) else needs
    NOTICES[code] = Finding(
        code=code,
        clause=clause,
        kind=kind_of(clause),
        message=message,
        remedy=remedy,
        needs=tuple(_need(item) for item in listed),
        who=tuple(who),
        interpretation=interpretation,
    )
    return NOTICES[code]


def kind_of(clause: str) -> FindingKind:
    """Tell the kind of a finding from its clause."""
    if clause in _AUTHORITY_RULES:
        return FindingKind.AUTHORITY
    return FindingKind.HOUSE_RULE if clause.startswith("L") else FindingKind.POLICY


def structure(code: str, message: str, remedy: str, clause: str | None = None) -> Finding:
    """Make the finding that the machine has no such step; it stands alone in a refusal."""
    return Finding(code, clause, FindingKind.STRUCTURE, message, remedy)


def _need(item: str) -> tuple[str, str | None]:
    record, _, name = item.partition(".")
    return record, name or None
