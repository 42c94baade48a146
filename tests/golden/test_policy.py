"""A policy version says what it says for good: entries name its digest, and are judged again under it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from partnerships import POLICY_1_1, Policy, Service, Settings
from partnerships.audit.audit import Audit
from partnerships.lifecycle.guards.crisis import partner_is_in_no_crisis_elsewhere
from partnerships.lifecycle.table import TRIGGERS
from partnerships.lifecycle.vocabulary import Trigger
from tests.golden.lives import ORDINARY, policy
from tests.golden.test_histories import NUMBERS, chain_of, kept, lines

__all__ = ["kept"]

EDITION_1 = Policy(
    "1.1",
    POLICY_1_1.in_force_from,
    rows=tuple(
        replace(row, guards=(row.guards[0], partner_is_in_no_crisis_elsewhere, *row.guards[1:]))
        if row.trigger == Trigger.REIDENTIFY
        else row
        for row in TRIGGERS
    ),
)
"""Version 1.1 as the first golden histories were decided under it."""


def test_what_version_1_1_says_is_never_edited() -> None:
    """A clause or a guard that is new comes with a new version: CONTRIBUTING tells how."""
    assert POLICY_1_1.digest == "76b969ffd50a34c45de338ac6c2326d9ce37b51718765eefd05491842e74192b"


def test_the_settings_of_the_house_keep_their_digest_while_nobody_changes_them() -> None:
    """A setting that came later is left out of the digest while it holds its default."""
    assert Settings().digest == "538ca5507a2c0056df3a0ad0b219ed99b228b5faaabdbece8c2c7b95449f5077"


@pytest.mark.parametrize("number", NUMBERS)
def test_decisions_are_judged_again_under_the_policy_of_their_day(kept: Service, number: str) -> None:
    edition = replace(EDITION_1, settings=policy().settings)
    assert {chain_of(line)["policy"]["digest"] for line in lines(number)} == {edition.digest}
    verdicts = [one.as_dict() for one in Audit(kept).replay(policies=(edition,))]
    assert len(verdicts) == len(lines(number))
    differs = {
        (one["partnership"], one["sequence"]): one["warnings_added"] or one["why"]
        for one in verdicts
        if one["verdict"] != "conform"
    }
    # What is warned of when a record is filed stands in no version's table: this came later.
    apart = {
        (chain["partnership"], chain["sequence"]): "sealed"
        for chain in map(chain_of, without_content(number))
    }
    assert differs == apart | {(ORDINARY, 2): ["L7.reason_missing"]}


def without_content(number: str) -> list[dict[str, str]]:
    return [line for line in lines(number) if line["content"] is None]
