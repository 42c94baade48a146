"""The process: it serves until it is told to end, finishes what it is at, and shares a database."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from socket import socket

import pytest

from partnerships import Service
from tests.scheduler.serve.duties import PATIENCE
from tests.scheduler.serve.processes import Process, running, serving

Database = tuple[str, Path]
Fill = Callable[[int], None]
MANY = 30

ONE_LONG_ROUND = """
import sys
from threading import Event
from partnerships.doors.serving.process import run_until_told, watch_over
from partnerships.scheduler.clock import Duty, Report

def run():
    print("begun", file=sys.stdout, flush=True)
    sys.stdin.readline()
    print("over", file=sys.stdout, flush=True)
    return Report({"made": 1})

duties = [Duty("sweep", 3600, run)]
run_until_told(watch_over(duties, None), duties, Event(), None)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_ends_it_after_the_round_under_way(number: signal.Signals) -> None:
    with running("-c", ONE_LONG_ROUND) as process:
        assert process.running.stdout is not None
        assert process.running.stdout.readline() == "begun\n"
        process.tell(number)
        process.until("serve.stopping")
        process.tell(number)
        process.say("go on\n")
        assert process.ended() == 0
        assert process.running.stdout.read() == "over\n"
    assert process.events == ["serve.started", "serve.stopping", "sweep.done", "serve.stopped"]


def two_serve(database: Database, service: Service) -> None:
    """Two processes over one database make each prompt once between them, and both stay well."""
    at_work: list[Process] = []
    with serving(database, "--every", "0.1") as one, serving(database, "--every", "0.1") as other:
        at_work += [one, other]
        for process in at_work:
            for _ in range(3):
                process.until("sweep.done")
        for process in at_work:
            process.tell(signal.SIGTERM)
        assert [process.ended() for process in at_work] == [0, 0]
    prompts = service.prompts()
    waiting = [prompt for prompt in prompts if prompt["status"] != "missed"]
    assert len({prompt["id"] for prompt in prompts}) == len(prompts)
    assert {prompt["partnership"] for prompt in waiting} == {f"p-{each}" for each in range(MANY)}
    assert sum(process.total("asked") for process in at_work) == len(waiting)
    assert sum(process.total("missed") for process in at_work) == len(prompts) - len(waiting)
    assert sum(process.total("set_aside") for process in at_work) == 0
    assert not any(event.endswith("failed") for process in at_work for event in process.events)
    entries = [entry for id in service.ids() for entry in service.history(id) if entry["entry"] == "prompt"]
    assert len(entries) == len(prompts)
    assert all(service.replay(id)["same"] for id in service.ids())


def test_two_processes_share_a_file(database: Database, service: Service, fill: Fill) -> None:
    fill(MANY)
    two_serve(database, service)


@pytest.mark.on_postgresql
def test_two_processes_share_a_server(database: Database, service: Service, fill: Fill) -> None:
    fill(MANY)
    two_serve(database, service)


def test_it_tells_its_health_and_its_metrics(database: Database, fill: Fill) -> None:
    fill(1)
    with serving(database, "--every", "3600", "--listen", "0") as process:
        port = process.until("serve.started")["port"]
        if "sweep.done" not in process.events:
            process.until("sweep.done")
        with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            assert answer.status == 200
            assert json.load(answer)["duties"]["sweep"]["went_well"] is True
            connection.request("GET", "/metrics")
            assert b'partnerships_done_total{duty="sweep",what="asked"}' in connection.getresponse().read()
        process.tell(signal.SIGTERM)
        assert process.ended() == 0


def test_once_runs_each_duty_once_and_ends(database: Database, service: Service, fill: Fill) -> None:
    fill(2)
    with serving(database, "--once") as process:
        assert process.ended() == 0
    assert process.events == ["sweep.done"]
    assert process.total("asked") == len([row for row in service.prompts() if row["status"] != "missed"])


def test_once_ends_with_1_where_something_was_set_aside(
    database: Database, service: Service, fill: Fill, broken: Callable[[str], None]
) -> None:
    fill(2)
    broken("p-1")
    with serving(database, "--once") as process:
        assert process.ended() == 1
    assert process.events == ["sweep.set_aside", "sweep.done"]
    assert process.lines[0]["partnership"] == "p-1"
    assert {row["partnership"] for row in service.prompts(for_="p-0")} == {"p-0"}


def test_an_address_in_use_is_told_in_one_line(database: Database, service: Service) -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "partnerships.doors.cli", "--database", database[0], "serve"]
        ran = subprocess.run(
            [*command, "--listen", port], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == f"partnerships: listen: 127.0.0.1, port {port}: Address already in use\n"
