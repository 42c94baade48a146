"""What the tests of the log begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnerships import Service
from tests.audit.log.world import World, make_world
from tests.story import Clock


@pytest.fixture
def world(service: Service, clock: Clock, tmp_path: Path) -> World:
    return make_world(service, clock, tmp_path)
