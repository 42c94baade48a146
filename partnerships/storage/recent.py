"""Partnerships as the latest commands left them, so that the next one need not read their files again."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from partnerships.lifecycle.partnership import Partnership

MOST = 64


class Recent:
    """Keeps a few partnerships in memory; what is taken out belongs to whoever took it.

    Whoever takes one trusts it only where its head digest is that of its row: the head commits to the whole
    history, so a rollback or another writer leaves nothing that would be mistaken for the current state.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Partnership] = OrderedDict()
        self._lock = Lock()

    def take(self, id: str) -> Partnership | None:
        """Take a partnership out, or give None where it is not kept."""
        with self._lock:
            return self._kept.pop(id, None)

    def keep(self, partnership: Partnership) -> None:
        """Keep a partnership; the one that was kept longest ago makes room."""
        with self._lock:
            self._kept[partnership.id] = partnership
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
