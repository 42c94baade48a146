"""Forks, as of a web server that loads the application first: the child opens connections of its own.

Its parent's connections are kept here unused: two processes must not speak on one, and to close one in the
child would end it for the parent.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")

_told: WeakKeyDictionary[Any, Callable[[Any], None]] = WeakKeyDictionary()
_left: list[object] = []


def tell(forked: T, what: Callable[[T], None]) -> None:
    """Do something with an object in the child after each fork from now on, as long as the object lives."""
    _told[forked] = what


def leave(connections: object) -> None:
    """Keep the parent's connections unused and open, as long as this process lives."""
    _left.append(connections)


def _after_fork() -> None:
    for forked, what in list(_told.items()):
        what(forked)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
