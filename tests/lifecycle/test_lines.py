"""Lines of agreements: which version counts, what only a renewal prolongs, what is in force (S5.16)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from partnerships.lifecycle.canonical import plain_canonical
from partnerships.lifecycle.filed import Filed
from partnerships.lifecycle.kept import KeptLine
from partnerships.lifecycle.lines import Line, in_force, later_end, same_text
from partnerships.lifecycle.records import Agreement
from tests.bodies import agreement, both_accept

DAY = date(2024, 3, 1)


def version(sequence: int = 1, category: str = "activity", on: date = DAY, **fields: Any) -> Filed[Agreement]:
    made = agreement("2024-03-01", category) | fields
    body = {name: value for name, value in made.items() if value is not None}
    return Filed("agreement", sequence, on, "pm-1", "ims", body)


def line(*versions: Filed[Agreement], others: Iterable[Line] = (), begun: bool = True) -> Line:
    made = Line(versions[0].body.reference)
    for one in versions:
        made.file(one, [*others, made], begun)
    return made


def running(category: str = "activity", **fields: Any) -> Line:
    """An agreement that a beginning read."""
    made = line(version(1, category, **fields), begun=False)
    made.begin([1], [made])
    return made


def test_a_draft_counts_for_nothing() -> None:
    draft = line(version(accepted=both_accept("2024-03-01")[:1]))
    assert (draft.accepted, draft.counting, draft.ends_on) == (None, None, None)
    assert draft.latest.body.is_draft
    assert not draft.take([1])


def test_a_draft_of_another_version_leaves_what_was_accepted() -> None:
    made = running()
    before = made.counting
    made.file(version(2, ends_on="2024-04-01", accepted=[]), [made], True)
    assert made.counting is before
    assert made.latest.sequence == 2
    made.file(version(3, ends_on="2024-05-01"), [made], True)
    assert (made.draft, made.latest.sequence, made.ends_on) == (None, 3, date(2024, 5, 1))


def test_nothing_counts_before_its_category_begins() -> None:
    waiting = line(version(), begun=False)
    assert waiting.counting is None
    assert waiting.is_unread
    waiting.begin([1], [waiting])
    assert waiting.counting is waiting.accepted
    assert not waiting.is_unread
    assert not waiting.added


def test_with_a_beginning_counts_also_what_it_did_not_read_and_continues_nothing() -> None:
    read = running()
    other = line(version(2, reference="b-1", collaboration="Another"), begun=False)
    other.begin([1], [read, other])
    assert other.counting is other.accepted
    assert other.is_unread


def test_but_not_what_continues_another() -> None:
    read = running()
    follower = line(version(2, reference="a-2", continues="a-1"), begun=False)
    follower.begin([1], [read, follower])
    assert follower.counting is None
    assert follower.take([2])
    assert follower.counting is follower.accepted


ONLY_BY_RENEWAL: list[dict[str, Any]] = [
    {"reference": "a-2", "continues": "a-1", "collaboration": "Another"},
    {"reference": "a-2"},
    {"reference": "a-2", "collaboration": " a series ON local budgets"},
    {"ends_on": "2025-03-01"},
    {"ends_on": None, "no_endline_reason": "Nobody knows"},
    {"continues": "a-0"},
]
AT_ONCE: list[dict[str, Any]] = [
    {"reference": "b-1", "collaboration": "Another"},
    {"reference": "b-1", "collaboration": None},
    {"ends_on": "2024-12-31"},
    {"collaboration": "Renamed"},
    {"funded": False},
    {"ends_on": "2025-03-01", "concluded_on": "2024-06-01", "concluded_how": "completed"},
]


@pytest.mark.parametrize("fields", ONLY_BY_RENEWAL)
def test_what_prolongs_counts_only_from_the_decision_that_reads_it(fields: dict[str, Any]) -> None:
    standing = running()
    before = standing.counting
    changed = version(2, **fields)
    made = standing if changed.body.reference == "a-1" else Line("a-2")
    made.file(changed, [standing, made], True)
    assert made.counting is (before if made is standing else None)
    assert made.accepted is changed
    assert not made.added
    assert made.take([2])
    assert made.counting is changed


@pytest.mark.parametrize("fields", ONLY_BY_RENEWAL)
def test_a_strategic_one_counts_at_once(fields: dict[str, Any]) -> None:
    standing = running("strategic")
    changed = version(2, "strategic", **fields)
    made = standing if changed.body.reference == "a-1" else Line("a-2")
    made.file(changed, [standing, made], True)
    assert made.counting is changed


@pytest.mark.parametrize("fields", AT_ONCE)
def test_what_prolongs_nothing_counts_at_once(fields: dict[str, Any]) -> None:
    standing = running()
    changed = version(2, **fields)
    made = standing if changed.body.reference == "a-1" else Line("b-1")
    made.file(changed, [standing, made], True)
    assert made.counting is changed
    assert made.added == (made is not standing)


def test_a_version_again_with_the_same_endline_is_no_renewal() -> None:
    made = running()
    made.file(version(2, funded=False), [made], True)
    assert not made.is_unread
    made.file(version(3, ends_on="2025-06-30"), [made], True)
    assert made.is_unread


def test_the_endline_day_itself_is_in_time() -> None:
    made = running(ends_on="2024-06-30")
    assert not made.past_endline(date(2024, 6, 30))
    assert made.past_endline(date(2024, 7, 1))
    assert not running(ends_on=None, no_endline_reason="Open").past_endline(date(2999, 1, 1))


def test_it_is_concluded_from_its_day() -> None:
    made = running()
    made.file(version(2, concluded_on="2024-05-01"), [made], True)
    assert [made.concluded(date(2024, 4, 30)), made.concluded(date(2024, 5, 1))] == [False, True]


@pytest.mark.parametrize(
    ("fields", "day", "expected"),
    [
        ({}, "2024-03-01", True),
        ({}, "2024-02-29", False),
        ({"ends_on": "2024-06-30"}, "2024-06-30", True),
        ({"ends_on": "2024-06-30"}, "2024-07-01", False),
        ({"ends_on": None}, "2999-01-01", True),
        ({"concluded_on": "2024-05-01"}, "2024-04-30", True),
        ({"concluded_on": "2024-05-01"}, "2024-05-01", False),
    ],
)
def test_in_force_from_its_start_to_its_endline_unless_concluded(
    fields: dict[str, Any], day: str, expected: bool
) -> None:
    assert in_force(version(**fields), date.fromisoformat(day)) is expected


def test_an_older_version_is_kept_as_long_as_a_decision_may_read_it() -> None:
    days = [DAY + timedelta(days=number) for number in range(4)]
    made = line(*(version(number, on=day) for number, day in enumerate(days, 1)))
    assert [older.sequence for older in made.older] == [1, 2, 3]
    made.file(version(5, on=days[1]), [made], True)
    assert [older.sequence for older in made.older] == [1]
    made.forget_older(days[0])
    assert [older.sequence for older in made.older] == [1]
    made.forget_older(days[1])
    assert made.older == []


def test_an_endline_moves_later_or_is_dropped() -> None:
    early, late = date(2024, 6, 30), date(2024, 7, 1)
    assert later_end(early, late)
    assert later_end(early, None)
    assert not later_end(early, early)
    assert not later_end(late, early)
    assert not later_end(None, late)


def test_texts_are_the_same_but_for_case_and_spaces() -> None:
    assert same_text(" A  series\nON budgets") == same_text("a series on budgets")
    assert same_text("Straße") == same_text("STRASSE")
    assert same_text("a") != same_text("b")
    assert same_text(None) is None


@pytest.mark.parametrize(
    "made",
    [
        line(version(accepted=[])),
        line(version(), begun=False),
        running(),
        line(version(1), version(2, ends_on="2030-01-01"), version(3, accepted=[])),
        line(version(1), version(2, on=DAY + timedelta(days=1))),
        line(version(1), version(2, ends_on="2030-01-01", concluded_on="2024-03-01")),
    ],
)
def test_a_line_is_read_back_from_its_json(made: Line) -> None:
    kept = plain_canonical(made.as_json())
    again = Line.of_kept(made.reference, msgspec.json.decode(kept, type=KeptLine))
    assert plain_canonical(again.as_json()) == kept
    assert again == made
    assert (again.counting is again.accepted) == (made.counting is made.accepted)
