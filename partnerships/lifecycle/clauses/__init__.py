"""The clause catalogue: every statement of the policy that software can act on, and the house rules."""

from __future__ import annotations

from partnerships.lifecycle.clauses.clause import Clause, Strength
from partnerships.lifecycle.clauses.engagement import ENGAGEMENT
from partnerships.lifecycle.clauses.house_rules import HOUSE_RULES
from partnerships.lifecycle.clauses.identification import IDENTIFICATION
from partnerships.lifecycle.clauses.introduction import INTRODUCTION
from partnerships.lifecycle.clauses.sustainability import SUSTAINABILITY
from partnerships.lifecycle.clauses.who import WHO

__all__ = ["CLAUSES", "Clause", "Strength"]

CLAUSES: dict[str, Clause] = {
    clause.id: clause
    for section in (INTRODUCTION, WHO, IDENTIFICATION, ENGAGEMENT, SUSTAINABILITY, HOUSE_RULES)
    for clause in section
}
