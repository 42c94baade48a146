"""The watch: what became of a round is counted, aged and told, and no error's words get out."""

from __future__ import annotations

import json

import pytest
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from partnerships.errors import DatabaseFailed
from partnerships.scheduler.clock import Duty, Health, Metrics, Note, Report, Stopped, Watch
from partnerships.scheduler.clock.logs import logger, told
from tests.scheduler.serve.duties import Hands, Rounds, fails, logged, watch

Samples = dict[tuple[str, str, str], float]


def samples(metrics: Metrics) -> Samples:
    """(name, duty, what or result) and the value of everything in the text format."""
    found: Samples = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            labels = sample.labels
            found[sample.name, labels["duty"], labels.get("what") or labels.get("result", "")] = sample.value
    return found


def test_a_round_that_was_done_is_told_with_its_counts() -> None:
    held, _ = watch(sweep=60)
    rounds = Rounds(work=lambda: Report({"asked": 3, "missed": 0}, {"set_aside": 1}))
    with logged() as lines:
        assert held.round(rounds.duty) is not None
    (line,) = lines.lines
    assert {
        "event": "sweep.done",
        "level": "info",
        "asked": 3,
        "missed": 0,
        "set_aside": 1,
    }.items() <= line.items()
    assert line["timestamp"].endswith("Z")
    assert line["seconds"] >= 0


def test_what_needs_a_look_has_a_line_of_its_own() -> None:
    held, _ = watch(sweep=60)
    aside = Note("sweep.set_aside", {"partnership": "p-7", "error": "DataError 22P02", "tries": 2})
    with logged() as lines:
        held.round(Rounds(work=lambda: Report({}, notes=[aside])).duty)
    assert lines.events == ["sweep.set_aside", "sweep.done"]
    assert lines.lines[0]["partnership"] == "p-7"
    assert lines.lines[0]["level"] == "warning"


def test_an_error_is_told_by_its_class_and_its_sqlstate_alone() -> None:
    held, _ = watch(sweep=60)
    error = DatabaseFailed("Key (name)=(Example Marked Radio) is there", sqlstate="57P01")
    error.__cause__ = ValueError("Example Marked Radio")
    with logged() as lines:
        assert held.round(Rounds(work=fails(error)).duty) is None
    (line,) = lines.lines
    assert line["event"] == "sweep.failed"
    assert (line["error"], line["cause"], line["sqlstate"]) == ("DatabaseFailed", "ValueError", "57P01")
    assert "Marked" not in json.dumps(line)


def test_an_error_without_a_cause_or_a_state_is_its_class() -> None:
    assert told(KeyError("Example Marked Radio")) == {"error": "KeyError", "cause": None, "sqlstate": None}


def test_a_round_that_was_told_to_end_is_no_failure_and_no_sign_of_life() -> None:
    held, hands = watch(sweep=60)
    with logged() as lines:
        assert held.round(Rounds(work=fails(Stopped())).duty) is None
    assert lines.events == ["sweep.stopped"]
    hands.seconds += 61
    assert not held.health.is_fresh


def test_health_is_the_age_of_the_last_good_round() -> None:
    held, hands = watch(sweep=60)
    rounds = Rounds()
    assert held.health.is_fresh
    assert held.health.answer()["duties"]["sweep"]["went_well"] is False
    hands.seconds += 61
    assert not held.health.is_fresh
    held.round(rounds.duty)
    assert held.health.age("sweep") == 0
    hands.seconds += 60
    assert held.health.is_fresh
    rounds.work = fails(OSError("no"))
    held.round(rounds.duty)
    hands.seconds += 0.5
    assert held.health.answer() == {
        "status": "stale",
        "duties": {"sweep": {"age_seconds": 60.5, "stale_after_seconds": 60, "went_well": True}},
    }


def test_a_duty_without_a_limit_shows_its_age_and_makes_nothing_stale() -> None:
    held, hands = watch(sweep=60)
    held.round(Rounds("deliver").duty)
    hands.seconds += 30
    assert held.health.is_fresh
    assert held.health.answer()["duties"]["deliver"]["stale_after_seconds"] is None


def test_by_default_a_duty_may_fail_twice() -> None:
    def nothing() -> Report:
        return Report({})

    held = Watch.over([Duty("sweep", 300, nothing), Duty("deliver", 60, nothing)])
    limits = {name: one["stale_after_seconds"] for name, one in held.health.answer()["duties"].items()}
    assert limits == {"sweep": 900, "deliver": 180}


def test_counts_add_up_and_what_stands_is_replaced() -> None:
    held, hands = watch(sweep=60)
    rounds = Rounds(work=lambda: Report({"asked": 3}, {"set_aside": 2}))
    held.metrics.expect("sweep")
    held.round(rounds.duty)
    rounds.work = lambda: Report({"asked": 4}, {"set_aside": 0})
    held.round(rounds.duty)
    rounds.work = fails(OSError("no"))
    held.round(rounds.duty)
    hands.seconds += 5
    found = samples(held.metrics)
    assert found["partnerships_done_total", "sweep", "asked"] == 7
    assert found["partnerships_standing", "sweep", "set_aside"] == 0
    assert found["partnerships_rounds_total", "sweep", "done"] == 2
    assert found["partnerships_rounds_total", "sweep", "failed"] == 1
    assert found["partnerships_rounds_total", "sweep", "stopped"] == 0
    assert found["partnerships_last_good_age_seconds", "sweep", ""] == 5
    assert found["partnerships_round_seconds_count", "sweep", ""] == 3


def test_a_host_may_bring_its_own_registry_and_nothing_goes_to_the_default_one() -> None:
    registry = CollectorRegistry()
    health = Health({"sweep": 60}, Hands())
    Watch(health, Metrics(health, registry)).round(Rounds().duty)
    assert registry.get_sample_value("partnerships_done_total", {"duty": "sweep", "what": "made"}) == 1
    assert REGISTRY.get_sample_value("partnerships_done_total", {"duty": "sweep", "what": "made"}) is None


def test_log_lines_can_be_rendered_for_people(caplog: pytest.LogCaptureFixture) -> None:
    def renderer(_logger: object, _method: str, event: dict[str, object]) -> str:
        return f"{event['event']} of {event['partnership']}"

    with caplog.at_level("INFO"):
        logger(renderer).info("sweep.set_aside", partnership="p-1")
    assert "sweep.set_aside of p-1" in caplog.text
