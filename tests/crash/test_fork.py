"""A process that is forked with an open service, as web servers do that load the application first."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crash.meetings import check_whole
from tests.story import Story

PATIENCE = 60
"""In seconds; two processes on one connection may wait for each other for ever."""

PROGRAM = """
import json, os, sys
from partnerships import open_service

url, key, command = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
service = open_service(url, key_file=key)

def said(who, times):
    told = []
    for number in range(times):
        outcome = service.apply(command | {"key": f"{who}-{number}"})
        told.append([outcome["outcome"], service.show("p-1")["sequence"] >= outcome["sequence"]])
    return told

first = said("first", 1)
with service._reading():
    mine = service._writers._idle[0].connection.connection.driver_connection
    go, ready = os.pipe()
    child = os.fork()
    if child == 0:
        # The parent is in the middle of a reading on one connection, and holds another.
        os.read(go, 1)
        outcomes = said("child", 20)
        theirs = service._writers._idle[0].connection.connection.driver_connection
        os.write(1, json.dumps([outcomes, theirs is mine]).encode() + b"\\n")
        os._exit(0)
    os.write(ready, b"x")
# One write each: of two, the other one's line may come between.
os.write(1, json.dumps([first + said("parent", 20), False]).encode() + b"\\n")
os.waitpid(child, 0)
"""


def check_fork(story: Story, database: tuple[str, Path]) -> None:
    before = story.to("identified").show()["sequence"]
    command = story.command("record", "pm-1", kind="comment", body={"about": 1, "text": "Seen"})
    arguments = [database[0], str(database[1]), json.dumps(command)]
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, timeout=PATIENCE
    )
    assert ran.stderr == ""
    told: list[Any] = [json.loads(line) for line in ran.stdout.splitlines()]
    assert sorted(len(outcomes) for outcomes, _ in told) == [20, 21]
    assert all(outcome == ["accepted", True] for outcomes, _ in told for outcome in outcomes)
    assert not any(is_shared for _, is_shared in told)
    assert story.show()["sequence"] == before + 41
    check_whole(story.service)


def test_parent_and_child_work_at_once_each_on_connections_of_its_own(
    story: Story, database: tuple[str, Path]
) -> None:
    check_fork(story, database)


@pytest.mark.on_postgresql
def test_so_they_do_on_postgresql(story: Story, database: tuple[str, Path]) -> None:
    check_fork(story, database)


def test_a_program_that_ends_without_closing_ends_quietly(story: Story, database: tuple[str, Path]) -> None:
    story.to("identified")
    code = """import sys; from partnerships import open_service
service = open_service(sys.argv[1], key_file=sys.argv[2]); print(service.show("p-1")["id"])"""
    program = [sys.executable, "-c", code, database[0], str(database[1])]
    done = subprocess.run(program, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "p-1\n", "")
