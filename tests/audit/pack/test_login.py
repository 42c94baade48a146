"""PostgreSQL: the same packs, also from an auditor's own login, which may read nothing sealed."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnerships import open_service
from partnerships.audit.audit import open_audit
from partnerships.audit.pack.checking import verify_pack
from partnerships.audit.pack.writing import PackRequest, write_pack
from partnerships.storage.place import Place
from partnerships.storage.roles import AUDITOR, role_name
from tests.storage.logins import login
from tests.story import Clock, Story, actor

pytestmark = pytest.mark.on_postgresql


@pytest.mark.parametrize("by", [None, "auditor-1"])
@pytest.mark.parametrize("ids", [None, ("p-1",)])
def test_an_auditors_login_packs_the_same_bytes_without_the_sealing_key(
    database: tuple[str, Path],
    story: Story,
    clock: Clock,
    tmp_path: Path,
    by: str | None,
    ids: tuple[str, ...] | None,
) -> None:
    story.to("active_activity").has("crisis_case")
    Story(story.service, clock, "p-2").identify()
    open_audit(story.service).make_key(tmp_path / "log.key")
    open_audit(story.service, key_file=tmp_path / "log.key").checkpoint()
    request, asking = PackRequest(ids, "open"), actor(by) if by else None
    write_pack(story.service, tmp_path / "ours.zip", request, actor=asking)
    with login(database[0], role_name(Place(), AUDITOR)) as url:
        with open_service(url, clock=clock, key_file=tmp_path / "none.key") as service:
            write_pack(service, tmp_path / "theirs.zip", request, actor=asking)
    assert (tmp_path / "ours.zip").read_bytes() == (tmp_path / "theirs.zip").read_bytes()
    told = verify_pack(tmp_path / "ours.zip")
    assert told["findings"] == []
    assert told["pack"]["withheld"] == (1 if by is None else 0)
