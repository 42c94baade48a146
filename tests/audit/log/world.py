"""Three partnerships, two checkpoints, and what an auditor kept of them elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partnerships import Service
from partnerships.audit.audit import Audit, open_audit
from partnerships.audit.log.notes import Note, Signer, Verifier
from partnerships.audit.log.signing import read_signer
from partnerships.audit.verifying.verify import Verification
from tests.audit.log.intruder import Intruder
from tests.story import Clock, Story


@dataclass
class World:
    """A database, its signed log, and the auditor's own copies: two checkpoints and the public key.

    `p-1` is in an active state with nine entries, eight of them before the first checkpoint. `p-2` has a
    crisis case. `p-3` has an entry that no checkpoint covers. One command was refused.
    """

    service: Service
    clock: Clock
    audit: Audit
    key_file: Path
    kept: list[Note]
    key: Verifier
    receipt: dict[str, Any]

    @property
    def intruder(self) -> Intruder:
        return Intruder(self.service)

    @property
    def signer(self) -> Signer:
        return read_signer(self.key_file)

    def alone(self) -> Verification:
        """What the database says of itself."""
        return self.audit.verify()

    def held_against(self) -> Verification:
        """What the database says against what the auditor kept."""
        return self.audit.verify(checkpoints=self.kept, keys=[self.key])


def make_world(service: Service, clock: Clock, folder: Path) -> World:
    key_file = folder / "log.key"
    key = open_audit(service).make_key(key_file).verifier
    audit = open_audit(service, key_file=key_file)
    first = Story(service, clock).to("assessed")
    first.ready_for("begin_activity")
    second = Story(service, clock, "p-2", name="Radio Two (fictional)").to("identified")
    third = Story(service, clock, "p-3", name="Radio Three (fictional)").to("identified")
    assert first.trigger("exit")["outcome"] == "refused"
    kept = [audit.checkpoint().note]
    clock.advance(days=1)
    first.does("begin_activity")
    second.has("crisis_case")
    third.has("comment")
    kept.append(audit.checkpoint().note)
    clock.advance(days=1)
    third.has("comment")
    return World(service, clock, audit, key_file, kept, key, audit.receipt("p-1", 3))
