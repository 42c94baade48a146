"""Samples that anybody can draw again, and that nobody can steer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from partnerships import PartnershipsError
from partnerships.audit.judging.population import population
from partnerships.audit.judging.sample import sample
from partnerships.audit.judging.strata import STRATA
from partnerships.errors import BadRequest
from tests.audit.judging.altering import alter_entry
from tests.storage.rows import engine_of
from tests.story import Story
from tests.tables import TABLES as tables

Told = Callable[..., Story]
Json = dict[str, Any]


@pytest.fixture
def told(telling: Told) -> Story:
    """Three partnerships: one assessed, one active, one terminated for crisis; two countries."""
    telling("p-1", name="One (fictional)").to("assessed")
    telling("p-2", name="Two (fictional)", country="UG").to("active_activity")
    return telling("p-3", name="Three (fictional)").to("terminated_for_crisis")


def entries(story: Story) -> list[Json]:
    """Every entry of every history, as a safeguarding reader sees it."""
    by = story.who("safeguarding-1")
    return [
        entry | {"partnership": id}
        for id in story.service.ids()
        for entry in story.service.history(id, actor=by)
    ]


@pytest.mark.every_store
def test_anybody_draws_the_same_again_from_the_digests_alone(told: Story) -> None:
    digests = [entry["digest"] for entry in entries(told)]
    order = sorted(digests, key=lambda digest: hashlib.sha256(f"nonce-1{digest}".encode()).hexdigest())
    answer = sample(told.service, 5, "nonce-1")
    assert [row["digest"] for row in answer["rows"]] == order[:5]
    assert [row["rank"] for row in answer["rows"]] == [1, 2, 3, 4, 5]
    assert answer["rows"][0]["draw"] == hashlib.sha256(f"nonce-1{order[0]}".encode()).hexdigest()
    assert answer["strata"] == [{"stratum": "all", "population": len(digests), "drawn": 5}]
    assert sample(told.service, 5, "nonce-1") == answer


def test_another_nonce_draws_others_and_a_larger_sample_holds_the_smaller(told: Story) -> None:
    five, eight, other = (
        [row["digest"] for row in sample(told.service, n, seed)["rows"]]
        for n, seed in ((5, "nonce-1"), (8, "nonce-1"), (5, "nonce-2"))
    )
    assert eight[:5] == five
    assert other != five


def test_more_than_there_is_draws_all(told: Story) -> None:
    answer = sample(told.service, 1000, "nonce", of="entries")
    assert len(answer["rows"]) == len(entries(told))


def test_only_the_moves_from_state_to_state(told: Story) -> None:
    answer = sample(told.service, 100, "nonce", of="transitions")
    assert {row["entry"] for row in answer["rows"]} == {"identification", "transition"}
    assert len(answer["rows"]) == 9


@pytest.mark.parametrize(
    ("by", "strata"),
    [
        ("state", {"identified": 15, "assessed": 7, "active_activity": 4, "terminated_for_crisis": 1}),
        ("category", {"none": 23, "activity": 4}),
        ("country", {"KE": 18, "UG": 9}),
        ("entry", {"identification": 3, "record": 18, "transition": 6}),
        ("trigger", {"assess": 3, "begin_activity": 2, "identify": 3, "none": 18, "terminate_for_crisis": 1}),
        ("year", {"2024": 27}),
        ("policy", {"1.1": 27}),
    ],
)
def test_so_many_of_each_stratum(told: Story, by: str, strata: dict[str, int]) -> None:
    answer = sample(told.service, 2, "nonce", stratify=by)
    assert {one["stratum"]: one["population"] for one in answer["strata"]} == strata
    assert all(one["drawn"] == min(2, one["population"]) for one in answer["strata"])
    assert [row["stratum"] for row in answer["rows"]] == sorted(row["stratum"] for row in answer["rows"])


@pytest.mark.parametrize("by", STRATA)
def test_each_stratum_draws_the_lowest_of_its_own(told: Story, by: str) -> None:
    one_by_one = {row["digest"]: row for row in sample(told.service, 1000, "nonce", stratify=by)["rows"]}
    for row in sample(told.service, 1, "nonce", stratify=by)["rows"]:
        own = [other["draw"] for other in one_by_one.values() if other["stratum"] == row["stratum"]]
        assert row["draw"] == min(own)


def test_of_a_sealed_entry_its_kind_is_not_told(told: Story) -> None:
    answer = sample(told.service, 100, "nonce", stratify="kind")
    sealed = [row for row in answer["rows"] if row["stratum"] == "sealed"]
    assert {row["kind"] for row in sealed} == {None}
    assert {row["trigger"] for row in sealed} == {None, "terminate_for_crisis"}
    assert "crisis_case" not in {one["stratum"] for one in answer["strata"]}


def test_what_is_kept_beside_the_history_steers_nothing(told: Story) -> None:
    before = sample(told.service, 3, "nonce", stratify="state")
    with engine_of(told.service).begin() as connection:
        connection.execute(update(tables.partnership).values(state="strategic", country="FR"))
    assert sample(told.service, 3, "nonce", stratify="state") == before


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"n": 0}, "n"),
        ({"seed": ""}, "seed"),
        ({"of": "everything"}, "of"),
        ({"stratify": "colour"}, "stratify"),
    ],
)
def test_what_cannot_be_drawn(story: Story, asked: Json, field: str) -> None:
    with pytest.raises(BadRequest, match=f"^{field}: "):
        sample(story.service, **{"n": 1, "seed": "nonce", **asked})


def test_an_entry_that_cannot_be_read_is_named(told: Story) -> None:
    alter_entry(told, 3, None)
    for reading in (lambda: sample(told.service, 3, "nonce"), lambda: population(told.service)):
        with pytest.raises(PartnershipsError, match="entry 3 of partnership p-3 cannot be read"):
            reading()


def test_nothing_to_draw_from(story: Story) -> None:
    assert sample(story.service, 3, "nonce")["rows"] == []
