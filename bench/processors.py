"""Where a server and its clients run: above all, it decides how long an answer takes.

Left to the system, the server's process for a new connection runs where it happens to, and a comparison says
little else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tests.postgresql.databases import Databases
from tests.postgresql.server import Server


@contextmanager
def apart(server: Databases) -> Iterator[str]:
    """Keep a server on a processor of its own, as it mostly has; gives words for where everybody runs."""
    *others, last = _processors()
    with _kept(server, {last}, set(others)) as where:
        yield where


@contextmanager
def together(server: Databases) -> Iterator[str]:
    """Keep a server on the one processor of its clients; gives words for where everybody runs."""
    first, *_ = _processors()
    with _kept(server, {first}, {first}) as where:
        yield where


@contextmanager
def _kept(server: Databases, its: set[int], ours: set[int]) -> Iterator[str]:
    """Keep connections made from now on, and processes started, to processors; where that can be said."""
    if not ours or not isinstance(server, Server) or not hasattr(os, "sched_setaffinity"):
        yield "wherever they come to run"
        return
    everywhere = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(server.pid, its)
        os.sched_setaffinity(0, ours)
        yield f"the server on processor {min(its)}, all else on {', '.join(map(str, sorted(ours)))}"
    finally:
        os.sched_setaffinity(0, everywhere)
        os.sched_setaffinity(server.pid, everywhere)


def _processors() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
