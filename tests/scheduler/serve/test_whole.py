"""The whole process with real receivers: prompts are made, people are told once, the log is signed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE

import pytest

from partnerships import Service
from partnerships.audit.audit import open_audit
from tests.forked import Program
from tests.scheduler.delivery.servers import Mailbox, smtp
from tests.scheduler.serve.duties import PATIENCE
from tests.scheduler.serve.processes import Process, running, serving

Database = tuple[str, Path]

PEOPLE = """
[[person]]
id = "pm-1"
name = "Marked Person"
roles = ["programme_manager"]
addresses = { mail = "marked.one@example.org" }

[[person]]
id = "editor-1"
roles = ["partner_representative"]
partnerships = ["p-0"]
addresses = { mail = "marked.two@example.org" }
"""
SETTINGS = """
people = "people.toml"
log_key = "log.key"
checkpoints = "checkpoints"

[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "Reviews <marked.sender@example.org>"
"""


@pytest.fixture
def folder(service: Service, tmp_path: Path) -> Path:
    """A folder with the people's file and a key that signs this database's log."""
    made = tmp_path / "settings"
    made.mkdir()
    (made / "checkpoints").mkdir()
    (made / "people.toml").write_text(PEOPLE)
    open_audit(service).make_key(made / "log.key")
    return made


def once(database: Database, settings: Path, status: int = 0) -> Process:
    with serving(database, "--config", str(settings), "--once") as process:
        assert process.ended() == status, process.lines
    return process


def test_people_are_told_once_and_nothing_of_them_is_logged(
    database: Database, service: Service, fill: Callable[[int], None], folder: Path
) -> None:
    fill(2)
    mailbox, settings = Mailbox(), folder / "serve.toml"
    with smtp(mailbox) as port:
        settings.write_text(SETTINGS.format(port=port))
        ran = [once(database, settings) for _ in range(2)]
    assert [process.events for process in ran] == [["sweep.done", "deliver.done", "checkpoint.done"]] * 2
    assert sorted(mailbox.to) == ["marked.one@example.org", "marked.two@example.org"]
    assert len(set(mailbox.keys)) == 2
    assert "arked" not in str([process.lines for process in ran])
    assert service.undelivered() == []
    assert list((folder / "checkpoints").iterdir())


@pytest.mark.parametrize(
    ("answer", "status", "event"),
    [
        ("450 Try later", 0, "deliver.not_delivered"),
        ("550 Nobody of that name", 1, "deliver.dead"),
    ],
)
def test_once_ends_with_1_where_a_message_was_given_up_and_not_where_it_is_tried_again(
    database: Database, fill: Callable[[int], None], folder: Path, answer: str, status: int, event: str
) -> None:
    fill(1)
    settings = folder / "serve.toml"
    with smtp(Mailbox(refuses_recipient=[answer])) as port:
        settings.write_text(SETTINGS.format(port=port))
        ran = once(database, settings, status)
    assert ran.events == ["sweep.done", event, "deliver.done", "checkpoint.done"]
    (done,) = [line for line in ran.lines if line["event"] == "deliver.done"]
    assert (done["sent"], done["failed"], done["dead"]) == (1, 1 - status, status)


def wrong(database: Database, folder: Path, settings: str) -> str:
    """The one line that settings end with."""
    (folder / "serve.toml").write_text(settings)
    command = ["-m", "partnerships.doors.cli", "--database", database[0], "serve", "--once"]
    command += ["--config", str(folder / "serve.toml")]
    ran = Program(command, stdout=PIPE, stderr=PIPE, text=True)
    out, told = ran.communicate(PATIENCE)
    assert (ran.returncode, out) == (2, "")
    return told


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            'checkpoints = "checkpoints"',
            "log_key: checkpoints and custodians need the key that signs the log",
        ),
        ('log_key = "log.key"\ncheckpoints = "absent"', "checkpoints: absent is no folder"),
        ('log_key = "absent.key"', "absent.key is missing"),
    ],
)
def test_checkpoints_that_cannot_be_made_end_the_start(
    database: Database, folder: Path, settings: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PARTNERSHIPS_LOG_KEY", "PARTNERSHIPS_LOG_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert told in wrong(database, folder, settings)


CLOCK_SET_BACK = """
from datetime import UTC, datetime, timedelta
from threading import Event
from partnerships.doors.serving import process
from partnerships.scheduler.clock import Duty, Report

made = []

class Scheduler(process.BackgroundScheduler):
    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        made.append(self)

process.BackgroundScheduler, process._LOOK = Scheduler, 0.01
rounds = []

def run():
    rounds.append(1)
    if len(rounds) == 1:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        made[0].get_job("partnerships.sweep").modify(next_run_time=tomorrow)
    return Report({"made": len(rounds)})

duties = [Duty("sweep", 60, run)]
process.run_until_told(process.watch_over(duties, None), duties, Event(), None)
"""


def test_a_clock_that_was_set_back_silences_no_duty() -> None:
    with running("-c", CLOCK_SET_BACK) as process:
        process.until("sweep.clock_jumped_back")
        while "sweep.done" not in process.events[process.events.index("sweep.clock_jumped_back") :]:
            process.until("sweep.done")
        assert process.lines[-1]["made"] == 2
