"""A partnership in which every free text carries a word of its own, by which it is known again."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

from partnerships.lifecycle.canonical import plain_canonical
from tests.story import Story

Json = dict[str, Any]

_NUMBERS = count(1)
WORDS = re.compile(rb"zq[0-9]+q")


def marked(value: Any) -> Any:
    """Put a fresh word into every text of more than one word."""
    if isinstance(value, dict):
        return {key: marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [marked(item) for item in value]
    return f"{value} zq{next(_NUMBERS)}q" if isinstance(value, str) and " " in value else value


class Marked(Story):
    """Sends commands whose texts are marked."""

    def kept(self) -> Json:
        """Where it stands; sequence 0 before it is identified."""
        with self.service._reading() as ledger:
            partnership = ledger.load(self.id)
        return {"sequence": partnership.sequence, "state": partnership.state}

    def apply(self, command: Json) -> Json:
        parts = {name: marked(command[name]) for name in ("body", "reason") if name in command}
        return super().apply({**command, **parts})


def words_in(value: Any) -> set[bytes]:
    """The marks that a value holds."""
    return set(WORDS.findall(value if isinstance(value, bytes) else plain_canonical(value)))
