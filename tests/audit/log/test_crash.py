"""The log under kill -9 and under many writers: what was signed is never denied, nothing is taken twice."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from subprocess import DEVNULL, PIPE

import pytest

from partnerships import Service
from partnerships.audit.audit import Audit, open_audit
from partnerships.audit.log.checkpoints import Checkpoint
from partnerships.audit.log.notes import Head, Note
from tests.forked import Program
from tests.properties.profile import LONG
from tests.storage.rows import all_rows, another
from tests.story import Story

KILLS = 20 if LONG else 3
WRITERS, EACH = 4, 40 if LONG else 6

# Signs as fast as it can, in batches so small that a kill falls between two transactions as well.
SIGN = """
import datetime, json, sys
from partnerships import open_audit, open_service
from partnerships.audit.log import sequencer
sequencer.take.__defaults__ = (2,)
now = datetime.datetime(2024, 3, 1, 9, tzinfo=datetime.UTC)
with open_service(sys.argv[1], key_file=sys.argv[2], clock=lambda: now) as service:
    audit = open_audit(service, key_file=sys.argv[3])
    while True:
        print(audit.checkpoint().head.size, json.dumps(str(audit.latest().note)), flush=True)
"""


def signing(database: tuple[str, Path], key: Path) -> Program:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PARTNERSHIPS_")}
    return Program(
        ["-c", SIGN, database[0], str(database[1]), str(key)],
        stdout=PIPE,
        stderr=DEVNULL,
        env=environment,
        pipesize=4096,
    )


def once(service: Service) -> None:
    """Every entry is in the log exactly once."""
    taken = Counter(
        (row.partnership_id, row.sequence) for row in all_rows(service, "log_leaf") if row.sequence
    )
    assert taken == Counter((row.partnership_id, row.sequence) for row in all_rows(service, "entry"))


def test_what_a_killed_signer_told_is_never_denied(
    service: Service, database: tuple[str, Path], telling: Callable[..., Story], tmp_path: Path
) -> None:
    sign_and_kill(service, database, telling, tmp_path)


@pytest.mark.on_postgresql
def test_what_a_killed_signer_told_is_never_denied_on_a_server(
    service: Service, database: tuple[str, Path], telling: Callable[..., Story], tmp_path: Path
) -> None:
    sign_and_kill(service, database, telling, tmp_path)


def sign_and_kill(
    service: Service, database: tuple[str, Path], telling: Callable[..., Story], tmp_path: Path
) -> None:
    random, key = Random(7), tmp_path / "log.key"
    open_audit(service).make_key(key)
    told: list[Note] = []
    for kill in range(KILLS):
        with signing(database, key) as process:
            assert process.stdout is not None
            for number in range(random.randint(1, 4)):
                story = telling(f"p-{kill}-{number}", name=f"Radio {kill} {number} (fictional)")
                story.to("identified")
                story.has("comment")
                line = process.stdout.readline()
                told.append(Note.parse(json.loads(line.split(b" ", 1)[1])))
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
    audit = open_audit(service, key_file=key)
    told.append(audit.checkpoint().note)
    once(service)
    found = audit.verify(checkpoints=told)
    assert found.is_sound, found.faults
    assert {Head.parse(note.text).size for note in told} <= {made.size for made in audit.checkpoints()}


@pytest.mark.on_postgresql
def test_many_write_while_two_sign(service: Service, tmp_path: Path) -> None:
    key = tmp_path / "log.key"
    open_audit(service).make_key(key)
    services = [another(service) for _ in range(WRITERS + 2)]
    writers, signers = services[:WRITERS], services[WRITERS:]

    def write(number: int) -> None:
        for step in range(EACH):
            Story(
                writers[number], service._context.clock, f"p-{number}-{step}", name=f"R {number} {step}"
            ).to("identified")

    def sign(other: Service) -> list[Checkpoint]:
        audit = open_audit(other, key_file=key)
        return [audit.checkpoint() for _ in range(EACH)]

    with ThreadPoolExecutor(len(services)) as pool:
        writing = [pool.submit(write, number) for number in range(WRITERS)]
        made = [checkpoint for told in pool.map(sign, signers) for checkpoint in told]
        for done in writing:
            done.result()
    open_audit(service, key_file=key).checkpoint()
    once(service)
    found = Audit(service).verify(checkpoints=[checkpoint.note for checkpoint in made])
    assert found.is_sound, found.faults
    assert len({(checkpoint.size, checkpoint.head.root) for checkpoint in made}) == len(
        {checkpoint.size for checkpoint in made}
    )
    for other in services:
        other.close()
