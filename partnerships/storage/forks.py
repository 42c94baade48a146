"""Forks, as of a web server that loads the application first: the child opens connections of its own.

Its parent's connections are kept here unused: two processes must not speak on one, and to close one in the
child would end it for the parent.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from weakref import WeakMethod

_told: list[WeakMethod[Callable[[], None]]] = []
_left: list[object] = []


def tell(method: Callable[[], None]) -> None:
    """Call a bound method in the child after each fork from now on, as long as its object lives."""
    _told.append(WeakMethod(method, _told.remove))


def leave(connections: object) -> None:
    """Keep the parent's connections unused and open, as long as this process lives."""
    _left.append(connections)


def _after_fork() -> None:
    for told in list(_told):
        method = told()
        if method is not None:
            method()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
