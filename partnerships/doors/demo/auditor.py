"""The auditor's part of the last chapter: a pack is verified without us, and an altered copy is found out."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.text import Text

from partnerships.doors.cli.views.words import symbol
from partnerships.doors.demo import river
from partnerships.doors.demo.narrator import Narrator, StoryBroken
from partnerships.doors.text import plain

PACK, KEY = "audit-pack", "log.key"
_DAY, _OTHER_DAY = b'"on":"2025-02-03"', b'"on":"2025-01-31"'
"""When the radio became a strategic partner, and the day that somebody would rather have had."""


def tell(narrator: Narrator, folder: Path) -> None:
    """Sign the log with a key that stays in `folder`, write a pack beside it and verify it.

    Then verify a copy with another day in it.
    """
    from partnerships.audit.audit import open_audit
    from partnerships.audit.pack.writing import write_pack

    narrator.tell(
        "An auditor should not have to believe this program. So the log of all histories is signed, and goes "
        "into a folder with a verifier of one file, which needs Python alone: no database, no network."
    )
    pack = folder / PACK
    key = folder / KEY
    open_audit(narrator.service).make_key(key)
    open_audit(narrator.service, key_file=key).checkpoint()
    written = write_pack(narrator.service, pack)
    told = _verify(pack, 0)
    narrator.show(
        Text.assemble((f"{symbol('yes')} ", "bold green"), f"{written.size} leaves of the log: {told[-1]}"),
        indent=0,
    )
    narrator.tell(f"Somebody makes {river.NAME} strategic three days sooner, in a copy of that folder:")
    with tempfile.TemporaryDirectory(prefix="partnerships-demo-altered-") as elsewhere:
        altered = Path(elsewhere) / PACK
        shutil.copytree(pack, altered)
        entries = altered / "entries.jsonl"
        entries.write_bytes(entries.read_bytes().replace(_DAY, _OTHER_DAY, 1))
        found = [line.strip() for line in _verify(altered, 1) if line.startswith("  [")]
    lines = [Text.assemble((f"{symbol('no')} ", "bold red"), plain(line)) for line in found]
    narrator.show(Text("\n").join(lines), indent=0)


def _verify(pack: Path, expected: int) -> list[str]:
    """Run the pack's own verifier, without any installed library."""
    command = [sys.executable, "-I", "-S", str(pack / "verify.py")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode != expected:
        raise StoryBroken(f"verify.py should end with {expected}, and ended with {done.returncode}")
    return done.stdout.rstrip().splitlines()
