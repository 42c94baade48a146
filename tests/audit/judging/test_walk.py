"""One history walked through, entry by entry: what is still known of what is sealed, erased or unreadable."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnerships.audit.judging.walk import Walk
from partnerships.lifecycle.records import Assessment
from partnerships.storage.rows import Stored
from tests.bodies import BODIES
from tests.story import actor

Json = dict[str, Any]

DAY = "2024-03-02"


def stored(sequence: int, entry: str, content: Json | None, scope: str | None = None, **parts: Any) -> Stored:
    chain = {
        "partnership": "p-1",
        "sequence": sequence,
        "entry": entry,
        "on": DAY,
        "recorded_at": f"2024-03-02T09:00:{sequence:02}.000000Z",
        "actor": actor("pm-1"),
        **parts,
    }
    return Stored(sequence, f"{sequence:064}", chain, content, scope)


def opening() -> Stored:
    body = BODIES["partner_profile"](DAY)
    return stored(1, "identification", {"body": body}, trigger="identify", to="identified")


def assessment(sequence: int, **parts: Any) -> Stored:
    return stored(sequence, "record", {"body": BODIES["assessment"](DAY)}, kind="assessment", **parts)


def walked(*history: Stored) -> Walk:
    walk = Walk("p-1", history)
    for _ in walk:
        pass
    return walk


def test_an_earlier_entry_is_found_by_its_sequence_and_no_other_is_one() -> None:
    walk = walked(opening(), assessment(2))
    found = [walk.step(sequence) for sequence in range(-1, 4)]
    assert [step and step.entry.sequence for step in found] == [None, None, 1, 2, None]


def test_the_file_is_that_of_before_the_entry_and_moves_past_it_with_the_next() -> None:
    walk = Walk("p-1", [opening(), assessment(2)])
    seen = [(step.entry.sequence, walk.partnership.sequence) for step in walk]
    assert seen == [(1, 0), (2, 1)]
    assert walk.partnership.sequence == 2


def test_as_of_a_past_day_it_reads_what_took_effect_by_then() -> None:
    walk = walked(opening(), assessment(2, on="2024-03-01"), assessment(3))
    for day, sequence in (("2024-02-29", None), ("2024-03-01", 2)):
        then = walk.then(date.fromisoformat(day))
        assert then is not None
        assert getattr(then.file.get(Assessment), "sequence", None) == sequence
    assert walk.then(date.fromisoformat(DAY)) is None
    assert walked(opening()).then(date(2024, 1, 1)) is None


def test_what_was_withdrawn_counts_no_more() -> None:
    walk = walked(opening(), assessment(2), stored(3, "withdrawal", {"reason": "Wrong"}, target=2))
    assert [walk.is_withdrawn(sequence) for sequence in (1, 2, 3)] == [False, True, False]
    assert walk.partnership.file.get(Assessment) is None


def test_of_a_sealed_case_it_knows_its_id_and_that_something_was_advised() -> None:
    case = {"scope": "case:7", "actor": None}
    walk = walked(
        opening(),
        stored(2, "record", None, kind="crisis_case", **case),
        stored(3, "record", None, kind="crisis_recommendation", **case),
        stored(4, "opening", None, target=2, **case),
        stored(5, "record", None, "other", kind="integrity_clearance", actor=None),
    )
    assert [(one.case, one.entries, one.ground) for one in walk.partnership.cases] == [("7", [2, 3], None)]
    assert [step.is_sealed for step in walk.steps] == [False, True, True, True, True]
    assert not any(step.is_erased or step.says_nothing for step in walk.steps)
    assert (walk.is_torn, walk.is_broken, walk.is_cut) == (False, False, False)
    assert walk.steps[4].entry.body == {}


def test_of_what_was_erased_it_knows_what_the_erasure_kept() -> None:
    kept = {"2": {"body": {"conducted_on": DAY}}, "3": {}}
    history = [
        opening(),
        stored(2, "record", None, kind="assessment"),
        stored(3, "record", None, kind="selection"),
        stored(4, "erasure", {"kept": kept}, erased=[2, 3]),
    ]
    walk = Walk("p-1", history)
    files = [(walk.partnership.sequence, list(walk.partnership.file.records)) for _ in walk]
    known = ["partner_profile", "assessment"]
    assert files == [(0, []), (1, known[:1]), (2, known), (3, known)]
    assert [step.is_erased for step in walk.steps] == [False, True, True, False]
    assert [step.has_body for step in walk.steps] == [True, True, False, True]
    assert walk.partnership.sequence == 4
    assert list(walk.partnership.file.records) == known
    assert (walk.is_torn, walk.is_broken, walk.is_cut) == (True, False, False)


def test_what_says_nothing_or_cannot_be_read_is_told() -> None:
    decline = stored(3, "transition", {"reason": "Found none"}, trigger="decline", to="exited")
    silent = walked(opening(), stored(2, "record", {"reason": "None"}, kind="assessment"), decline)
    assert [step.says_nothing for step in silent.steps] == [False, True, False]
    assert all(step.has_body for step in silent.steps)
    nowhere = walked(opening(), stored(2, "transition", {}, trigger="assess", to="nowhere"), assessment(3))
    assert nowhere.is_broken
    assert nowhere.partnership.sequence == 3
    cut = walked(opening(), stored(2, "birthday", {}), assessment(3))
    assert (cut.is_cut, len(cut.steps)) == (True, 1)
