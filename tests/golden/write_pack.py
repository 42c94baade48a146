"""Writes golden packs: once for each version of the format, and never again over an older folder.

`python -m tests.golden.write_pack FOLDER` makes the folder: a pack of everything, one of two partnerships, an
older checkpoint and the first key of the log, as an auditor would have kept them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from partnerships import POLICY_1_1, open_service
from partnerships.audit.audit import open_audit
from partnerships.audit.erasing.erasure import erase
from partnerships.audit.pack.writing import PackRequest, write_pack
from tests.golden.write_entries import lives
from tests.story import Clock, actor


def main(path: str) -> None:
    """Write the folder; refuse to write over one."""
    clock, out = Clock(), Path(path)
    out.mkdir()
    policy = POLICY_1_1.with_settings(take_over_until=clock.now.date().replace(year=2030))
    with tempfile.TemporaryDirectory() as here:
        url, first, second = f"sqlite:///{here}/p.sqlite", Path(here) / "first.key", Path(here) / "second.key"
        with open_service(url, create=True, clock=clock, policy=policy, principal="clerk") as service:
            lives(service, clock)
            open_audit(service).make_key(first)
            audit = open_audit(service, key_file=first)
            (out / "checkpoint.txt").write_text(str(audit.checkpoint().note), "utf-8")
            (out / "key.txt").write_text(f"{audit.keys().verifiers[0]}\n", "utf-8")
            people = {"by": actor("director-1"), "second": actor("safeguarding-1"), "basis": "objection"}
            outcome = erase(service, "p-register", **people, reason="A letter of today", entries=[2])
            assert outcome["outcome"] == "accepted", outcome
            audit.make_key(second)
            audit.rotate(second)
            everything = PackRequest(contents="sealed", reason="A golden pack")
            write_pack(service, out / "everything.zip", everything, actor=actor("safeguarding-1"))
            write_pack(service, out / "part.zip", PackRequest(("p-register", "p-whole"), "open"))


if __name__ == "__main__":
    main(sys.argv[1])
