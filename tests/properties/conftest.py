"""The database that the properties' generated files share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.properties.desk import Desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("walks"))
    with made.service:
        yield made
