"""What is compared reads the same events: both arrive at the same state, and everything is judged."""

from __future__ import annotations

from pathlib import Path

from bench import audit_judging
from bench.rivals.histories import Histories
from bench.scene import Clock, open_scene


def test_both_read_all_of_it_and_arrive_at_the_same(tmp_path: Path) -> None:
    clock = Clock()
    with open_scene(tmp_path, clock) as service:
        (id,) = audit_judging.lives(service, clock, partnerships=1, years=2)
        entries = audit_judging.history(service, id)
        theirs = Histories.at(f"sqlite:///{tmp_path / 'theirs.sqlite'}")
        partnership = theirs.partnership(theirs.keep(entries))
        shown = service.show(id)
        theirs.close()
    assert partnership.version == len(entries) == shown["sequence"]
    assert partnership.state == shown["state"]
    assert [trigger for trigger, _ in partnership.moves] == ["assess", "begin_activity", "renew", "renew"]
    note = next(record for record in shown["records"] if record["kind"] == "renewal_note")
    assert partnership.records["renewal_note"][2] == note["body"]


def test_every_decision_is_judged_in_every_round(tmp_path: Path) -> None:
    outcome = audit_judging.measure(tmp_path, histories=2, years=1, rounds=2)
    assert len(outcome.folded) == len(outcome.moves) == len(outcome.judged) == 2
    assert outcome.entries == outcome.decisions == outcome.conform > 2 * 10


def test_memory_is_measured_for_few_and_for_many(tmp_path: Path) -> None:
    few, many = audit_judging.peaks(tmp_path, years=1, sizes=(1, 3))
    assert few > 0
    assert many > 0
