"""The bench of the audit log measures what it says: a sound database, all of it taken and verified."""

from __future__ import annotations

from pathlib import Path

from bench.audit_chain import LIFE, fill, lines, measure
from partnerships import open_service
from partnerships.audit.audit import Audit


def test_what_is_verified_is_a_sound_database_of_so_many_entries(tmp_path: Path) -> None:
    fill(tmp_path, 4 * LIFE)
    with open_service(tmp_path / "ours.sqlite") as service:
        found = Audit(service).verify(folds=False)
    assert found.is_sound, found.faults[:3]
    assert found.counts["entries"] == 4 * LIFE
    assert found.counts["partnerships"] == 4


def test_every_rate_is_told(tmp_path: Path) -> None:
    outcome = measure(tmp_path, 4 * LIFE)
    assert outcome.entries == 4 * LIFE
    assert min(outcome.chains, outcome.everything, outcome.taken, outcome.megabytes) > 0
    assert len(list(lines(outcome))) == 7
