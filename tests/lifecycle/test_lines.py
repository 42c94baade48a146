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
from partnerships.lifecycle.lines import Line, in_force, is_same_work, later_end, not_concluded, same_text
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
    assert draft.category == "activity"
    assert not draft.take([1])
    draft.begin([1], [draft])
    assert (draft.counting, draft.counts_in, draft.runs_until, draft.going) == (None, None, None, None)
    assert not draft.is_unread
    assert not draft.concluded(DAY)
    assert not draft.past_endline(date(2999, 1, 1))


def test_a_draft_of_another_version_leaves_what_was_accepted() -> None:
    made = running()
    before = made.counting
    made.file(version(2, ends_on="2024-04-01", accepted=[]), [made], True)
    assert made.counting is before
    assert made.latest.sequence == 2
    made.file(version(2, "strategic", accepted=[]), [made], True)
    assert made.category == "activity"
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


def test_one_that_was_added_stays_so_with_its_next_version() -> None:
    made = line(version(1, reference="b-1"), version(2, reference="b-1", funded=False))
    assert made.added


class TestTheWorkOfAnother:
    def test_is_taken_up_only_by_a_renewal_also_under_another_name_than_before(self) -> None:
        standing, other = running(), running(reference="b-1", collaboration="Another")
        before = other.counting
        other.file(version(2, reference="b-1"), [standing, other], True)
        assert other.counting is before
        assert other.accepted is not before

    def test_whoever_continues_one_already_may_correct_the_rest_or_continue_none(self) -> None:
        made = running(continues="a-0")
        for sequence, fields in enumerate([{"continues": "a-0", "funded": False}, {"continues": None}], 2):
            made.file(version(sequence, **fields), [made], True)
            assert made.counting is made.accepted

    def test_is_another_where_the_category_is_or_where_neither_names_any(self) -> None:
        associate, nameless = running("associate", collaboration="A series"), running(collaboration=None)
        other, another = Line("b-1"), Line("b-2")
        other.file(version(2, reference="b-1", collaboration="A series"), [associate, other], True)
        another.file(version(2, reference="b-2", collaboration=None), [nameless, another], True)
        assert other.added
        assert another.added

    def test_no_strategic_agreement_waits_for_its_beginning_to_read_it(self) -> None:
        made = line(version(2, "strategic", reference="a-2", continues="a-1"), begun=False)
        made.begin([1], [running("strategic"), made])
        assert made.counting is made.accepted


class TestDecisionOnAPastDay:
    def waiting(self, *endlines: str) -> Line:
        """One version a day, none of which was read; then a draft."""
        days = [DAY + timedelta(days=number) for number in range(len(endlines))]
        dated = enumerate(zip(days, endlines, strict=True), 1)
        made = line(*(version(number, on=on, ends_on=ends) for number, (on, ends) in dated), begun=False)
        made.file(version(9, accepted=[]), [made], False)
        return made

    def test_it_reads_an_older_version_and_a_longer_one_waits(self) -> None:
        made = self.waiting("2024-06-30", "2024-09-30", "2024-12-31")
        assert not made.take_older([7], [made], ["activity"])
        assert made.counting is None
        assert made.take_older([2], [made], ["activity"])
        assert (made.ends_on, made.read, made.read_ends_on) == (date(2024, 9, 30), 2, date(2024, 9, 30))
        assert (made.accepted.sequence, made.draft.sequence) == (3, 9)
        assert made.is_unread

    def test_later_ones_that_prolong_nothing_count_as_they_came(self) -> None:
        made = self.waiting("2024-12-31", "2024-09-30", "2024-06-30")
        assert made.take_older([1], [made], ["activity"])
        assert (made.read, made.counting.sequence) == (1, 3)
        assert [older.sequence for older in made.older] == [1, 2]

    def test_but_not_those_of_a_category_that_has_not_begun(self) -> None:
        made = self.waiting("2024-12-31", "2024-09-30")
        assert made.take_older([1], [made], ["associate"])
        assert made.counting.sequence == 1

    def test_what_no_later_decision_can_read_is_forgotten(self) -> None:
        made = self.waiting("2024-12-31", "2024-12-31", "2024-12-31")
        made.forget_older(DAY + timedelta(days=1))
        assert [older.sequence for older in made.older] == [2]


def test_the_endline_of_what_was_concluded_matters_only_where_all_was() -> None:
    going, over = running(), running(reference="b-1")
    over.file(version(2, reference="b-1", concluded_on="2024-05-01"), [over], True)
    waiting = line(version(3, reference="b-2"), begun=False)
    assert not_concluded([over, going, waiting]) == [going]
    assert not_concluded([over, waiting]) == [over]


def test_a_version_again_with_the_same_endline_is_no_renewal() -> None:
    made = running()
    made.file(version(2, funded=False), [made], True)
    assert not made.is_unread
    made.file(version(3, ends_on="2025-06-30"), [made], True)
    assert made.is_unread


def test_one_without_an_endline_is_unread_until_a_decision_reads_it() -> None:
    made = line(version(ends_on=None, no_endline_reason="Open"), begun=False)
    assert made.is_unread
    made.begin([1], [made])
    assert not made.is_unread


def test_a_second_beginning_lets_nothing_count_that_it_did_not_read() -> None:
    made = running()
    before = made.counting
    made.file(version(2, ends_on="2030-01-01"), [made], True)
    made.begin([], [made])
    assert made.counting is before
    made.begin([2], [made])
    assert made.counting is made.accepted


def test_the_endline_day_itself_is_in_time() -> None:
    made = running(ends_on="2024-06-30")
    assert not made.past_endline(date(2024, 6, 30))
    assert made.past_endline(date(2024, 7, 1))
    assert not running(ends_on=None, no_endline_reason="Open").past_endline(date(2999, 1, 1))


def test_it_is_concluded_from_its_day() -> None:
    made = running()
    made.file(version(2, concluded_on="2024-05-01"), [made], True)
    assert [made.concluded(date(2024, 4, 30)), made.concluded(date(2024, 5, 1))] == [False, True]


class TestConclusion:
    def test_it_runs_until_its_endline_or_the_day_of_its_conclusion(self) -> None:
        made = running(ends_on="2024-06-30")
        assert made.runs_until == date(2024, 6, 30)
        made.file(version(2, ends_on="2024-06-30", concluded_on="2024-05-01"), [made], True)
        assert made.runs_until == date(2024, 5, 1)
        assert running(ends_on=None, no_endline_reason="Open").runs_until is None

    def test_one_that_never_began_is_concluded_as_well(self) -> None:
        made = line(version(1), version(2, concluded_on="2024-05-01"), begun=False)
        assert made.counting is None
        assert made.concluded(date(2024, 5, 1))
        assert made.going is not None
        assert made.going.sequence == 1

    def test_what_was_concluded_from_the_start_goes_on_as_nothing(self) -> None:
        made = line(version(1, concluded_on="2024-05-01"), version(2, concluded_on="2024-05-02"))
        assert made.going is None

    def test_it_is_taken_back_at_once_with_the_endline_that_it_had(self) -> None:
        made = running(ends_on="2024-06-30")
        made.file(version(2, ends_on="2024-05-31", concluded_on="2024-05-01"), [made], True)
        made.file(version(3, ends_on="2024-05-31", concluded_on="2024-05-02"), [made], True)
        assert made.going is not None
        assert made.going.sequence == 1
        made.file(version(4, ends_on="2024-06-30"), [made], True)
        assert made.counting is made.accepted is made.going
        assert made.resumes is None

    def test_but_with_a_later_one_only_by_a_renewal_also_where_that_was_recorded_before(self) -> None:
        made = running(ends_on="2024-06-30")
        made.file(version(2, ends_on="2025-06-30"), [made], True)
        assert (made.ends_on, made.resumes) == (date(2024, 6, 30), None)
        made.file(version(3, ends_on="2024-06-30", concluded_on="2024-05-01"), [made], True)
        made.file(version(4, ends_on="2025-06-30"), [made], True)
        assert made.concluded(date(2024, 5, 1))
        assert made.going is made.accepted is not made.counting
        assert made.take([4])
        assert not made.concluded(date(2024, 5, 1))
        assert made.resumes is None


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
    assert is_same_work({"collaboration": "A  series"}, {"collaboration": "a series"})
    assert is_same_work({}, {})
    assert not is_same_work({"collaboration": "A series"}, {})
    assert not is_same_work({}, {"collaboration": "A series"})


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
