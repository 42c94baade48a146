"""Partnerships taken over as they run, so that one command is enough for something to be due."""

from __future__ import annotations

from datetime import date

import pytest

from partnerships import POLICY_1_1, Service, open_service
from tests.storage.rows import engine_of

TAKING_OVER = POLICY_1_1.with_settings(take_over_until=date(9999, 12, 31))


@pytest.fixture
def taking(service: Service) -> Service:
    """The same database, into which running partnerships may be taken over."""
    return beside(service, TAKING_OVER)


def beside(service: Service, policy: object = POLICY_1_1) -> Service:
    """A further service on the same database, one in memory too, under the policy that is asked for."""
    return open_service(engine_of(service), policy=policy, clock=service._context.clock)  # type: ignore[arg-type]
