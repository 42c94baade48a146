"""Control totals: what there is, counted from the history itself."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from partnerships.audit.audit import open_audit
from partnerships.audit.judging.population import population
from tests.audit.judging.altering import alter_content
from tests.story import Story

Told = Callable[..., Story]


@pytest.mark.every_store
def test_everything_is_counted(telling: Told) -> None:
    first = telling("p-1", name="One (fictional)").to("active_activity")
    second = telling("p-2", name="Two (fictional)").day("2025-01-02").to("terminated_for_crisis")
    second.trigger("renew")
    answer = population(first.service)
    histories = {story.id: story.history(by="safeguarding-1") for story in (first, second)}
    every = [entry for history in histories.values() for entry in history]
    assert answer["partnerships"] == 2
    assert (answer["entries"], answer["decisions"], answer["attempts"]) == (len(every), len(every), 1)
    assert answer["by_entry"] == Counter(entry["entry"] for entry in every)
    assert answer["by_trigger"] == Counter(entry["trigger"] for entry in every if entry["trigger"])
    assert answer["by_state"] == {"active_activity": 1, "terminated_for_crisis": 1}
    assert answer["by_year"] == Counter(entry["recorded_at"][:4] for entry in every)
    (policy,) = answer["by_policy"]
    assert (policy["policy"], policy["entries"]) == ("1.1", len(every))
    assert answer["by_settings"] == [{"digest": every[0]["settings_digest"], "entries": len(every)}]
    assert answer["first"]["digest"] == histories["p-1"][0]["digest"]
    assert answer["last"]["digest"] == histories["p-2"][-1]["digest"]
    heads = "".join(f"{id} {len(history)} {history[-1]['digest']}\n" for id, history in histories.items())
    assert answer["heads"]["digest"] == hashlib.sha256(heads.encode()).hexdigest()


def test_of_sealed_records_only_how_many(story: Story) -> None:
    answer = population(story.to("terminated_for_crisis").service)
    assert (answer["sealed"], answer["by_kind"]["sealed"]) == (3, 2)
    assert not {"crisis_case", "crisis_recommendation"} & set(answer["by_kind"])


def test_amounts_are_added_up_exactly(story: Story) -> None:
    def giving(*amounts: str, currency: str = "EUR") -> list[dict[str, object]]:
        given = {"kind": "funding", "given_by": "ims", "for_collaboration": True, "currency": currency}
        return [given | {"amount": amount} for amount in amounts]

    story.to("assessed")
    story.has("agreement", contributions=giving("0.10", "0.20"))
    story.has("agreement", contributions=giving("0.10"))
    most, more = "9" * 30 + ".98", "0.01"
    story.has("agreement", reference="a-2", contributions=giving(most, more, currency="USD"))
    mistaken = story.has("agreement", reference="a-3", contributions=giving("5"))
    story.withdraw(mistaken)
    answer = population(story.service)
    assert answer["amounts"] == {
        "EUR": {"versions": "5.40", "latest": "0.10"},
        "USD": {"versions": "9" * 30 + ".99", "latest": "9" * 30 + ".99"},
    }
    assert answer["agreements"] == {"versions": 4, "references": 3}


def test_what_was_erased_is_counted(story: Story) -> None:
    story.to("assessed")
    alter_content(story, 2, None)
    assert population(story.service)["erased"] == 1


def test_the_size_of_the_log_is_told(story: Story, tmp_path: Path) -> None:
    audit = open_audit(story.to("identified").service, key_file=None)
    assert audit.population()["log"] == {"size": 0}
    audit.make_key(tmp_path / "log.key")
    signing = open_audit(story.service, key_file=tmp_path / "log.key")
    size = signing.checkpoint().size
    assert signing.population()["log"] == {"size": size}
    assert size > 1


def test_an_empty_database(story: Story) -> None:
    answer = population(story.service)
    assert (answer["partnerships"], answer["entries"], answer["first"], answer["last"]) == (0, 0, None, None)
    assert answer["heads"]["digest"] == hashlib.sha256(b"").hexdigest()
