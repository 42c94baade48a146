"""kill -9 in the middle of `partnerships apply FILE`: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from random import Random
from subprocess import DEVNULL, PIPE
from typing import Any

from partnerships import Service, open_service
from partnerships.lifecycle.canonical import entry_digest, genesis
from tests.crash.files import commands, write
from tests.forked import Program
from tests.properties.profile import LONG

Json = dict[str, Any]

COMMANDS = 10_000 if LONG else 300
KILLS = 50 if LONG else 3
SEED = 20240301


def start(file: Path, database: Path) -> Program:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PARTNERSHIPS_")}
    return Program(
        ["-m", "partnerships.doors.cli", "--database", str(database), "apply", str(file)],
        stdout=PIPE,
        stderr=DEVNULL,
        env=environment,
        # A narrow pipe: the process cannot run far ahead of what was read.
        pipesize=4096,
    )


def killed_after(count: int, file: Path, database: Path) -> list[Json]:
    """Run the file, kill the process once so many outcomes are read, and give all that it told."""
    with start(file, database) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(count)]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.readlines()
    assert process.returncode == -signal.SIGKILL
    # What was cut in the middle of a line was not told.
    return [json.loads(line) for line in told if line.endswith(b"\n")]


def run_whole(file: Path, database: Path) -> list[Json]:
    out, _ = start(file, database).communicate()
    return [json.loads(line) for line in out.splitlines()]


def untold(outcome: Json) -> Json:
    return {name: value for name, value in outcome.items() if name != "line"}


def check_whole(service: Service) -> dict[str, int]:
    """Every history is chained without a gap, folds to what is live, and is in the outbox exactly once."""
    lengths = {}
    engine = service._opened.engine
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT partnership_id, sequence, digest, canonical FROM partnerships_entry ORDER BY 1, 2"
        ).all()
        events = connection.exec_driver_sql(
            "SELECT partnership_id, sequence FROM partnerships_outbox ORDER BY 1, 2"
        ).all()
        damage = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    assert damage == "ok"
    assert [tuple(row[:2]) for row in rows] == [tuple(event) for event in events]
    previous: dict[str, str] = {}
    for id, sequence, digest, canonical in rows:
        chain = json.loads(canonical)
        assert (chain["partnership"], chain["sequence"]) == (id, sequence)
        assert sequence == lengths.get(id, 0) + 1
        assert chain["previous"] == previous.get(id, genesis(id))
        assert digest == entry_digest(bytes(canonical))
        previous[id], lengths[id] = digest, sequence
    assert list(lengths) == list(service.ids())
    return lengths


def test_a_killed_run_keeps_what_it_told_and_is_completed_exactly_once(tmp_path: Path) -> None:
    made = commands(COMMANDS, SEED)
    file = tmp_path / "commands.jsonl"
    write(file, made)
    expected = [untold(outcome) for outcome in run_whole(file, tmp_path / "whole.sqlite")]
    kinds = [outcome["outcome"] for outcome in expected]
    assert len(expected) == COMMANDS
    assert set(kinds) == {"accepted", "refused"}
    database, random = tmp_path / "p.sqlite", Random(SEED)
    for number in range(1, KILLS + 1):
        # Known commands are answered from their keys, so each run comes further than the last.
        reach = COMMANDS * number // (KILLS + 1)
        told = killed_after(random.randrange(reach // 2, reach), file, database)
        with open_service(str(database)) as service:
            lengths = check_whole(service)
            for id in list(lengths) if number == KILLS or not LONG else list(lengths)[-20:]:
                assert service.replay(id)["same"]
            with service._opened.engine.connect() as connection:
                keys = connection.exec_driver_sql("SELECT key, outcome FROM partnerships_command_key").all()
        kept = {key: json.loads(outcome) for key, outcome in keys}
        assert [untold(outcome) for outcome in told] == expected[: len(told)]
        assert all(kept[made[line]["key"]] == expected[line] for line in range(len(told)))
        # One transaction holds a command's entry and its key: what has no key has no entry either.
        done = sum(outcome["outcome"] == "accepted" for outcome in kept.values())
        assert sum(lengths.values()) == done
    assert [untold(outcome) for outcome in run_whole(file, database)] == expected
    assert [untold(outcome) for outcome in run_whole(file, database)] == expected
    with open_service(str(database)) as service:
        lengths = check_whole(service)
        assert sum(lengths.values()) == kinds.count("accepted")
        assert all(service.replay(id)["same"] for id in lengths)
        attempts = "SELECT count(*) FROM partnerships_attempt"
        with service._opened.engine.connect() as connection:
            assert connection.exec_driver_sql(attempts).scalar() == kinds.count("refused")


def test_the_file_is_the_same_for_the_same_seed() -> None:
    assert commands(50, 1) == commands(50, 1) != commands(50, 2)
