"""Three processes over one SQLite file: kill -9 and one asleep; each prompt is made and told once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from partnerships import DatabaseFailed, Service
from tests.crash.sweeps import Starting, check_delivered, check_made, crash_course, due_at
from tests.properties.profile import LONG
from tests.scheduler.delivery.servers import Inbox, http
from tests.storage.rows import another, everything
from tests.story import Clock

PROCESSES = 3
DUE = 20_000 if LONG else 160
BATCH = 100 if LONG else 8
KILLS = 30 if LONG else 4
SEED = 20240301


@pytest.fixture
def due(tmp_path: Path, clock: Clock) -> Iterator[tuple[Service, Starting]]:
    """Partnerships with a prompt due, and what starts a sweeper there."""
    url, key = f"sqlite:///{tmp_path / 'p.sqlite'}", tmp_path / "sealing.key"
    with due_at(url, key, clock, DUE, BATCH) as made:
        yield made


def test_under_kills_each_prompt_is_made_once_and_delivered_under_one_key(
    due: tuple[Service, Starting], clock: Clock
) -> None:
    service, start = due
    inbox = Inbox()
    with http(inbox) as receiver:
        sweepers = [start(receiver=receiver) for _ in range(PROCESSES)]
        crash_course(Random(SEED), sweepers, [None] * KILLS, batches=2 * DUE // BATCH * 2 // 3)
        for sweeper in sweepers:
            assert sweeper.complete()["set_aside"] == []
        assert service.sweep().looked_at == 0
        check_delivered(service, clock, inbox, receiver, DUE)
    check_made(service, DUE)


def test_a_sleeper_that_sent_and_slept_through_its_lease_changes_nothing(
    due: tuple[Service, Starting], clock: Clock
) -> None:
    """Its messages were another's by then, who sent them again under the same keys."""
    service, start = due
    service.sweep()
    inbox = Inbox()
    with http(inbox) as receiver:
        asleep = start(freezes="send", receiver=receiver)
        asleep.go()
        asleep.freeze()
        check_delivered(service, clock, inbox, receiver, DUE)
        asleep.thaw()
        assert asleep.finish()["late"] > 0
        check_delivered(service, clock, inbox, receiver, DUE)
    assert len(inbox.posts) > DUE


def test_a_sleeper_holds_the_file_and_others_fail_whole_until_it_wakes(due: tuple[Service, Starting]) -> None:
    service, start = due
    asleep = start(freezes="look")
    asleep.freeze()
    before = everything(service)
    with another(service, timeout=0.1) as other, pytest.raises(DatabaseFailed, match="locked"):
        other.sweep()
    assert everything(service) == before
    asleep.thaw()
    report = asleep.finish()
    assert (report["asked"], report["set_aside"]) == (DUE, [])
    check_made(service, DUE)
