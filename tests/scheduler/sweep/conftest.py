"""Partnerships taken over as they run, so that one command is enough for something to be due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from partnerships import POLICY_1_1, Service

RUNNING = POLICY_1_1.with_settings(take_over_until=date(9999, 12, 31))


@pytest.fixture
def running(opened: Callable[..., Service]) -> Service:
    """The service of a database into which running partnerships may be taken over."""
    return opened(RUNNING)
