"""An auditor's own login on PostgreSQL, which may read nothing sealed, exports and reports all the same."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from partnerships import Service, open_service
from partnerships.audit.export import FORMATS, export
from partnerships.audit.report import Draw, gather
from partnerships.storage.place import Place
from partnerships.storage.roles import AUDITOR, role_name
from tests.storage.logins import login
from tests.story import Clock, Story

pytestmark = pytest.mark.on_postgresql


@pytest.fixture
def auditors(database: tuple[str, Path], story: Story, clock: Clock, tmp_path: Path) -> Iterator[Service]:
    """A service on the auditor's login, without the sealing key, over a partnership with a sealed case."""
    story.to("active_activity").has("crisis_case")
    with login(database[0], role_name(Place(), AUDITOR)) as url:
        with open_service(url, clock=clock, key_file=tmp_path / "none.key") as service:
            yield service


def test_it_exports_the_same_bytes(auditors: Service, story: Story) -> None:
    for format in FORMATS:
        mine, theirs = io.BytesIO(), io.BytesIO()
        export(auditors, format, mine)
        export(story.service, format, theirs)
        assert mine.getvalue() == theirs.getvalue(), format


def test_it_reports_the_same_but_for_what_it_could_not_open(auditors: Service, story: Story) -> None:
    mine, theirs = (gather(each, ids=[story.id]) for each in (auditors, story.service))
    apart = ("integrity", "not_checked")
    assert {name: mine[name] for name in mine if name not in apart} == {
        name: theirs[name] for name in theirs if name not in apart
    }
    assert mine["integrity"]["sound"]
    assert any("sealed contents" in row["what"] for row in mine["not_checked"])


def test_it_reports_on_a_sample(auditors: Service) -> None:
    told = gather(auditors, draw=Draw(3, "a nonce"))
    assert len(told["decisions"]) == 3
    assert told["population"]["sealed"] == 1
