"""Two sessions that meet over a row: a command and a sweep, two sweeps, sweeps under different settings."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event
from typing import Any

import pytest

import partnerships.scheduler.sweep as sweeping
from partnerships import POLICY_1_1, Service
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.settings import Settings
from partnerships.scheduler.due import next_due_on
from tests.bodies import BODIES
from tests.crash.meetings import check_whole, until_one_waits
from tests.scheduler.sweep.asking import Json, take_over
from tests.scheduler.sweep.conftest import beside
from tests.storage.rows import all_rows, another, engine_of
from tests.story import actor

IDS = [f"p-{number}" for number in range(6)]
TODAY = "2024-03-01"


@pytest.fixture
def six(service: Service, taking: Service) -> Service:
    """Six partnerships; at each one prompt is due. There were sweeps before."""
    service.sweep()
    for id in IDS:
        take_over(taking, id, "2024-01-15")
    return service


class Pause:
    """Where the first sweep that looks at a partnership waits, its rows held, until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.may_go_on = Event(), Event()
        look = sweeping.look

        def look_and_wait(*row: Any) -> Any:
            if not self.reached.is_set():
                self.reached.set()
                assert self.may_go_on.wait(60)
            return look(*row)

        monkeypatch.setattr(sweeping, "look", look_and_wait)
        monkeypatch.setattr(sweeping, "BATCH", 2)


@pytest.fixture
def pause(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pause]:
    made = Pause(monkeypatch)
    yield made
    made.may_go_on.set()


def dialogue(id: str) -> Json:
    """The command that answers what is asked."""
    return {
        "do": "record",
        "id": id,
        "actor": actor("pm-1"),
        "kind": "exit_dialogue",
        "body": BODIES["exit_dialogue"](TODAY),
    }


def statuses(service: Service) -> dict[str, str]:
    rows = all_rows(service, "prompt")
    assert len(rows) == len({row.partnership_id for row in rows})
    return {row.partnership_id: row.status for row in rows}


@pytest.mark.on_postgresql
def test_a_command_waits_for_a_sweep_and_answers_what_it_asked(six: Service, pause: Pause) -> None:
    with another(six) as other, ThreadPoolExecutor(2) as pool:
        sweep = pool.submit(other.sweep)
        assert pause.reached.wait(60)
        told = pool.submit(six.apply, dialogue("p-0"))
        until_one_waits(engine_of(six), told)
        pause.may_go_on.set()
        assert sweep.result().asked == 6
        assert (told.result()["outcome"], told.result()["sequence"]) == ("accepted", 3)
    assert statuses(six) == dict.fromkeys(IDS, "open") | {"p-0": "answered"}
    check_whole(six)


@pytest.mark.on_postgresql
@pytest.mark.parametrize("answers", [True, False])
def test_a_sweep_passes_over_what_a_command_holds_and_makes_it_later(six: Service, answers: bool) -> None:
    with another(six) as other, engine_of(six).connect() as host:
        assert six.apply(dialogue("p-3"), connection=host)["outcome"] == "accepted"
        report = other.sweep()
        assert (report.asked, report.looked_at) == (5, 5)
        host.commit() if answers else host.rollback()
        then = other.sweep()
        assert (then.looked_at, then.asked) == (1, 0 if answers else 1)
    asked = [id for id in IDS if not answers or id != "p-3"]
    assert statuses(six) == dict.fromkeys(asked, "open")
    check_whole(six)


@pytest.mark.on_postgresql
def test_two_sweeps_share_the_work_and_neither_waits(six: Service, pause: Pause) -> None:
    with another(six) as other, ThreadPoolExecutor(1) as pool:
        first = pool.submit(other.sweep)
        assert pause.reached.wait(60)
        assert six.sweep().asked == 4, "all but the two that the first one holds"
        pause.may_go_on.set()
        assert first.result().asked == 2
    assert statuses(six) == dict.fromkeys(IDS, "open")
    check_whole(six)


@pytest.mark.every_store
def test_a_sweep_that_starts_in_the_middle_of_another_leaves_it_nothing(
    six: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    other, asked = beside(six), []

    def meanwhile(done: int, _total: int) -> None:
        if done == 2 and not asked:
            asked.append(other.sweep().asked)

    assert six.sweep(progress=meanwhile).asked == 2
    assert asked == [4]
    assert statuses(six) == dict.fromkeys(IDS, "open")


SOONER = POLICY_1_1.with_settings(l7_escalation_days=3)


def stands_under(service: Service, settings: Settings, on: str) -> bool:
    """Whether every day of the next look is what the settings say of the file."""
    for row in all_rows(service, "partnership"):
        partnership = Partnership.read(row.id, row.sequence, row.head, row.file)
        due = next_due_on(partnership, settings, date.fromisoformat(on))
        if row.next_due_on != (due.isoformat() if due else None):
            return False
    return True


@pytest.mark.every_store
@pytest.mark.parametrize("step", ["named", "marked", "kept", "looked at"])
def test_a_sweep_under_the_settings_before_stops_once_others_have_begun(
    six: Service, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """What it would find counts no more, and would be looked at too late."""
    monkeypatch.setattr(sweeping, "BATCH", 2)
    sooner, paused, may_go_on = beside(six, SOONER), Event(), Event()
    # It asks for the rules before, names its own, marks a page, finds no other, keeps them, counts, looks.
    transactions = {"named": 2, "marked": 4, "kept": 5, "looked at": 7}[step]
    count = 0

    def pause(_done: int, _total: int) -> None:
        paused.set()
        assert may_go_on.wait(60)

    with ThreadPoolExecutor(1) as pool:
        before = pool.submit(six.sweep, progress=pause)
        assert paused.wait(60)

        def run(work: Any) -> Any:
            nonlocal count
            count += 1
            if count == transactions + 1:
                may_go_on.set()
                assert before.result().looked_at == 2
            return sooner._run(work)

        report = sweeping.sweep(run, sooner._context)
        may_go_on.set()
    assert report.looked_at == 6
    assert stands_under(six, SOONER.settings, TODAY)
    assert not stands_under(six, POLICY_1_1.settings, TODAY)


@pytest.mark.on_postgresql
def test_what_a_sweep_holds_while_other_settings_come_is_marked_after_it(six: Service, pause: Pause) -> None:
    sooner = beside(six, SOONER)
    with another(six) as other, ThreadPoolExecutor(2) as pool:
        before = pool.submit(other.sweep)
        assert pause.reached.wait(60)
        then = pool.submit(sooner.sweep)
        until_one_waits(engine_of(six), then)
        pause.may_go_on.set()
        assert before.result().looked_at == 2
        assert then.result().looked_at == 6
    assert stands_under(six, SOONER.settings, TODAY)
    assert len(all_rows(six, "prompt")) == len({row.id for row in all_rows(six, "prompt")})
    check_whole(six)


@pytest.mark.every_store
def test_a_change_of_settings_that_was_cut_short_is_gone_through_again(
    six: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    six.sweep()
    monkeypatch.setattr(sweeping, "_PAGE", 2)
    sooner, marked = beside(six, SOONER), []
    mark = sweeping._Sweep._look_at_page

    def mark_and_die(sweep: Any, ledger: Any, after: str) -> str | None:
        marked.append(after)
        if len(marked) == 2:
            raise KeyboardInterrupt
        return mark(sweep, ledger, after)

    with monkeypatch.context() as patched:
        patched.setattr(sweeping._Sweep, "_look_at_page", mark_and_die)
        with pytest.raises(KeyboardInterrupt):
            sooner.sweep()
    assert sooner.sweep().looked_at == 6
    assert stands_under(six, SOONER.settings, TODAY)


@pytest.mark.every_store
def test_a_command_between_a_failure_and_what_is_kept_of_it_is_tried_at_once(
    six: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, set_aside, look = beside(six), sweeping._Sweep._set_aside, sweeping.look

    def fails(row: Any, *rest: Any) -> Any:
        if row[0] == "p-2":
            raise RuntimeError("for a moment")
        return look(row, *rest)

    def after_a_command(sweep: Any, *what: Any) -> None:
        assert other.apply(dialogue("p-2"))["outcome"] == "accepted"
        set_aside(sweep, *what)

    with monkeypatch.context() as patched:
        patched.setattr(sweeping, "look", fails)
        patched.setattr(sweeping._Sweep, "_set_aside", after_a_command)
        assert six.sweep().set_aside == []
    assert all_rows(six, "set_aside") == []
    assert six.sweep().looked_at == 1, "not tomorrow, but at once"
