"""An auditor's own login on PostgreSQL, which may read nothing sealed, asks all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from partnerships import Service, open_service
from partnerships.audit.judging.exceptions import exceptions
from partnerships.audit.judging.population import population
from partnerships.audit.judging.replay import replay
from partnerships.audit.judging.sample import sample
from partnerships.audit.judging.timeline import timeline
from partnerships.storage.place import Place
from partnerships.storage.roles import AUDITOR, role_name
from tests.storage.logins import login
from tests.story import Clock, Story

pytestmark = pytest.mark.on_postgresql


@pytest.fixture
def auditors(database: tuple[str, Path], story: Story, clock: Clock, tmp_path: Path) -> Iterator[Service]:
    """A service on the auditor's login, without the sealing key, over a partnership with a sealed case."""
    story.to("terminated_for_crisis").trigger("renew")
    with login(database[0], role_name(Place(), AUDITOR)) as url:
        with open_service(url, clock=clock, key_file=tmp_path / "none.key") as service:
            yield service


def test_every_answer_is_the_same(auditors: Service, story: Story) -> None:
    mine, theirs = auditors, story.service
    assert [one.as_dict() for one in replay(mine)] == [one.as_dict() for one in replay(theirs)]
    assert list(exceptions(mine)) == list(exceptions(theirs))
    assert population(mine) == population(theirs)
    assert sample(mine, 5, "nonce", stratify="kind") == sample(theirs, 5, "nonce", stratify="kind")
    for axes in ({}, {"as_of": "2024-03-01", "known_at": story.history()[4]["recorded_at"]}):
        assert timeline(mine, story.id, **axes) == timeline(theirs, story.id, **axes)
