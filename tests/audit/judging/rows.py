"""Exceptions as the tests ask for them."""

from __future__ import annotations

from typing import Any

from partnerships.audit.judging.exceptions import exceptions
from tests.story import Story

Json = dict[str, Any]


def rows(story: Story, rule: str | None = None, **how: Any) -> list[Json]:
    """The rows of a partnership, of one rule or of all."""
    found = exceptions(story.service, [story.id], on=how.pop("on", story.today), **how)
    return [row for row in found if rule in (None, row["rule"])]


def places(story: Story, rule: str, **how: Any) -> list[Any]:
    """The sequences at which a rule is told of."""
    return [row["sequence"] for row in rows(story, rule, **how)]


def rules(story: Story, **how: Any) -> set[str]:
    return {row["rule"] for row in rows(story, **how)}
