"""Every attack of the matrix; `docs/generate_attacks.py` makes the documentation's table of it."""

from __future__ import annotations

from tests.audit.log import entry_attacks, log_attacks
from tests.audit.log.matrix import ATTACKS, Attack

__all__ = ["ATTACKS", "Attack", "entry_attacks", "log_attacks"]
