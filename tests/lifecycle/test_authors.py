"""Who is an author: whoever recorded the version, and whoever wrote a text of it that stands (L2)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.lifecycle.authors import Texts, authors_of, differs_materially, fingerprints_of, texts_of
from partnerships.lifecycle.file import File
from partnerships.lifecycle.filed import Filed

Version = tuple[str, dict[str, Any]]


def recorded(raw: dict[str, Any], by: str, earlier: Texts) -> tuple[list[str], Texts]:
    return authors_of(fingerprints_of(raw), by, earlier)


def standing(raw: dict[str, Any], texts: Texts) -> Texts:
    return texts_of(fingerprints_of(raw), texts)


def authors(*versions: Version) -> list[str]:
    """The authors of the last version."""
    found: list[str] = []
    texts: Texts = {}
    for by, raw in versions:
        found, texts = recorded(raw, by, texts)
    return found


def test_the_recorder_is_an_author_also_of_an_empty_version() -> None:
    assert authors(("pm-1", {})) == ["pm-1"]


@pytest.mark.parametrize("retyped", ["Fits it", "fits it", "FITS  IT ", "F i t s\tit\n"])
def test_retyping_changes_no_author(retyped: str) -> None:
    assert authors(("pm-1", {"relevance": "Fits it"}), ("pm-2", {"relevance": retyped})) == ["pm-1", "pm-2"]


def test_another_text_is_its_recorders_own() -> None:
    assert authors(("pm-1", {"relevance": "Fits"}), ("pm-2", {"relevance": "Does not"})) == ["pm-2"]


def test_one_field_that_stands_keeps_its_author() -> None:
    first = ("pm-1", {"relevance": "Fits", "potential": "Has"})
    assert authors(first, ("pm-2", {"relevance": "Fits", "potential": "Lacks"})) == ["pm-1", "pm-2"]


def test_who_retyped_stays_an_author_once_somebody_else_records_it() -> None:
    """Each of the three put the same text on file; to have it typed once more frees nobody."""
    text = {"relevance": "Fits"}
    assert authors(("pm-1", text), ("pm-2", text), ("pm-3", text)) == ["pm-1", "pm-2", "pm-3"]


def test_who_recorded_nothing_of_what_stands_is_no_author() -> None:
    fits, other = {"relevance": "Fits"}, {"relevance": "Other"}
    assert authors(("pm-1", fits), ("pm-2", other), ("pm-3", fits)) == ["pm-1", "pm-3"]
    assert authors(("pm-1", fits), ("pm-2", other), ("pm-3", {"relevance": "Third"})) == ["pm-3"]


def test_the_same_words_in_another_field_are_another_text() -> None:
    assert authors(("pm-1", {"relevance": "Yes"}), ("pm-2", {"potential": "Yes"})) == ["pm-2"]


@pytest.mark.parametrize(
    "chosen",
    [
        {"modality": "curated"},
        {"stance": "agreed", "party": "ims"},
        {"conducted_on": "2024-03-01", "dei_agreed_on": "2024-03-01"},
        {"portfolio_as_of": "2024-03-01"},
        {"attempts": [{"on": "2024-03-01"}]},
        {"exit_would_close_partner": False},
        {"documents": [{"title": "Minutes", "reference": "d-1"}]},
    ],
)
def test_choosing_the_same_code_or_day_makes_nobody_an_author(chosen: dict[str, Any]) -> None:
    assert authors(("pm-1", chosen), ("pm-2", chosen)) == ["pm-2"]


def test_the_place_in_a_list_makes_no_other_text() -> None:
    def plan(*steps: str) -> dict[str, Any]:
        return {"steps": [{"what": step, "owner": "ims"} for step in steps]}

    assert authors(("pm-1", plan("a", "b")), ("pm-2", plan("c", "a"))) == ["pm-1", "pm-2"]
    assert authors(("pm-1", plan("a", "b")), ("pm-2", plan("c", "d"))) == ["pm-2"]


FIELDS = st.sampled_from(["relevance", "potential", "feasibility"])
TEXTS = st.sampled_from(["Fits", "fits", " F ITS", "Other", "Third"])
VERSIONS = st.lists(
    st.tuples(st.sampled_from(["pm-1", "pm-2", "pm-3", "pm-4"]), st.dictionaries(FIELDS, TEXTS)),
    min_size=1,
    max_size=6,
)


@given(VERSIONS)
def test_authors_are_the_recorder_and_all_who_recorded_a_text_that_stands(versions: list[Version]) -> None:
    def texts_in(raw: dict[str, Any]) -> set[tuple[str, str]]:
        return {(field, text.lower().replace(" ", "")) for field, text in raw.items()}

    last_by, last = versions[-1]
    recorders = {by for by, raw in versions if texts_in(raw) & texts_in(last)}
    assert authors(*versions) == sorted(recorders | {last_by})


@given(VERSIONS)
def test_forgetting_old_texts_keeps_the_authors_of_those_that_stand(versions: list[Version]) -> None:
    texts: Texts = {}
    for by, raw in versions:
        _, texts = recorded(raw, by, texts)
    _, last = versions[-1]
    kept = standing(last, texts)
    assert len(kept) == len(last)
    assert recorded(last, "pm-9", kept)[0] == recorded(last, "pm-9", texts)[0]


def test_a_file_forgets_the_texts_that_no_record_holds() -> None:
    file = File()
    for sequence, text in enumerate(("one", "two"), 1):
        raw = {"relevance": text}
        filed: Filed[Any] = Filed("assessment", sequence, date(2024, 3, 1), "pm-1", "ims", raw)
        filed.supersede(file.records.get("assessment"))
        file.records["assessment"] = filed
    assert len(filed.texts) == 2
    file.forget_old_texts(after=2)
    assert len(filed.texts) == 2, "what an earlier decision saw is clean already"
    file.forget_old_texts(after=1)
    assert filed.texts == texts_of(fingerprints_of({"relevance": "two"}), recorded(raw, "pm-1", {})[1])


@given(VERSIONS, st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)))
def test_whenever_it_is_asked_for_the_authorship_is_the_same(
    versions: list[Version], named: set[int], asked: set[int], forgotten: set[int]
) -> None:
    """Found at once from version to version, or at the end and whenever somebody asks."""
    texts: Texts = {}
    earlier: Filed[Any] | None = None
    for number, (by, raw) in enumerate(versions):
        filed: Filed[Any] = Filed("assessment", number, date(2024, 3, 1), by, "ims", raw)
        filed.supersede(earlier)
        authors, texts = recorded(raw, by, texts)
        if number in named:
            assert filed.authors == authors
        if number in asked:
            assert (filed.authors, filed.texts) == (authors, texts)
        if number in forgotten:
            filed.forget_old_texts()
            texts = texts_of(fingerprints_of(raw), texts)
        earlier = filed
    assert earlier is not None
    assert (earlier.authors, earlier.texts) == (authors, texts)


def test_what_an_earlier_version_was_asked_changes_nothing_for_a_later_one() -> None:
    filed: list[Filed[Any]] = []
    for sequence, text in enumerate(("one", "two", "three"), 1):
        version: Filed[Any] = Filed(
            "assessment", sequence, date(2024, 3, 1), "pm-1", "ims", {"relevance": text}
        )
        version.supersede(filed[-1] if filed else None)
        filed.append(version)
    assert [one.authors for one in reversed(filed)] == [["pm-1"]] * 3
    assert [len(filed[number].texts) for number in (1, 2, 0)] == [2, 3, 1]


PLAN: dict[str, Any] = {
    "kind": "exit",
    "cause": "completed",
    "lead_ims": "pm-1",
    "steps": [{"what": "Hand over", "owner": "ims", "due_on": "2024-05-01"}],
}


@pytest.mark.parametrize(
    "progress",
    [
        {"cause": "goals_reached"},
        {"note": "Met twice"},
        {"documents": [{"title": "Minutes", "reference": "d-1"}]},
        {"steps": [PLAN["steps"][0] | {"done_on": "2024-04-30", "outcome": "Done"}]},
    ],
)
def test_progress_is_nothing_material(progress: dict[str, Any]) -> None:
    assert not differs_materially(PLAN, PLAN | progress)
    assert not differs_materially(PLAN | progress, PLAN)


@pytest.mark.parametrize(
    "change",
    [
        {"lead_ims": "pm-2"},
        {"lead_partner": "partner-1"},
        {"kind": "different_relation"},
        {"steps": []},
        {"steps": [PLAN["steps"][0] | {"owner": "partner"}]},
        {"steps": [PLAN["steps"][0] | {"due_on": "2024-06-01"}]},
    ],
)
def test_all_else_is(change: dict[str, Any]) -> None:
    assert differs_materially(PLAN, PLAN | change)
