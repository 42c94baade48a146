"""Numbers of a view: the partner's side counts what it sees, and its own cases apart (L4)."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships.lifecycle.cases import Hidden
from partnerships.lifecycle.commands import read_actor
from partnerships.workflows.numbering import OWN_CASES_FROM, Numbering
from tests.story import actor

HIDDEN = [Hidden(2), Hidden(3, "partner-1"), Hidden(5, "partner-2"), Hidden(6, "partner-1")]
OURS = actor("partner-1") | {"party": "ims", "roles": ["programme_manager"]}


@pytest.fixture
def theirs() -> Numbering:
    return Numbering(read_actor(actor("partner-1", partnerships=["p-1"])), HIDDEN)


def test_what_it_does_not_see_leaves_no_gap_and_its_own_cases_are_numbered_apart(theirs: Numbering) -> None:
    seen = [theirs.seen(sequence) for sequence in range(1, 9)]
    assert seen == [1, None, OWN_CASES_FROM + 1, 2, None, OWN_CASES_FROM + 2, 3, 4]
    assert [theirs.hides(sequence) for sequence in (1, 2, 3, 5, 6, 7)] == [
        False,
        True,
        True,
        True,
        True,
        False,
    ]
    assert [theirs.head(sequence) for sequence in range(1, 9)] == [1, 1, 1, 2, 2, 2, 3, 4]


def test_each_number_of_a_view_names_one_entry_and_any_other_none(theirs: Numbering) -> None:
    for sequence in range(1, 9):
        number = theirs.seen(sequence)
        assert number is None or theirs.real(number) == sequence
    assert [theirs.real(OWN_CASES_FROM + number) for number in (3, 99)] == [None, None]


@pytest.mark.parametrize("by", [OURS, None])
def test_ims_counts_every_entry_also_under_the_same_id(by: dict[str, Any] | None) -> None:
    numbering = Numbering(read_actor(by) if by else None, HIDDEN)
    for sequence in range(1, 9):
        assert numbering.seen(sequence) == numbering.head(sequence) == numbering.real(sequence) == sequence
        assert not numbering.hides(sequence)
    assert numbering.real(OWN_CASES_FROM + 1) is None
