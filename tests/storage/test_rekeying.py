"""Another sealing key: what was sealed opens under it alone, and retried commands are still known."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from partnerships import BadRequest, SealingKeyError, Service, open_service
from partnerships.audit.audit import open_audit
from partnerships.doors.cli.app import run
from partnerships.storage.place import Place
from partnerships.storage.roles import APPLICATION, role_name
from partnerships.workflows.rekeying import change_sealing_key
from tests.storage.logins import login
from tests.storage.rows import all_rows, another, engine_of, everything
from tests.story import Clock, Story


def under(service: Service, key: Path) -> Service:
    url = engine_of(service).url.render_as_string(hide_password=False)
    return open_service(url, clock=service._context.clock, key_file=key)


def told(story: Story) -> int:
    story.to("active_activity")
    case = story.has("crisis_case", key="k-1", sealed={"told": "All of it"})
    story.has("crisis_case", case="2")
    return case


@pytest.mark.every_store
def test_everything_opens_under_the_new_key_and_nothing_under_the_old(story: Story, tmp_path: Path) -> None:
    old = story.service
    case = told(story)
    if old._opened.key_file is None:
        with pytest.raises(BadRequest, match="in memory"):
            change_sealing_key(old, tmp_path / "new.key")
        return
    before = everything(old)
    first = story.has("comment", about=1, key="k-2")
    wrapped = {row.scope: bytes(row.wrapped) for row in all_rows(old, "data_key")}
    done = change_sealing_key(old, tmp_path / "new.key")
    assert done["wrapped"] == len(wrapped) == 3
    now = {row.scope: bytes(row.wrapped) for row in all_rows(old, "data_key")}
    assert now.keys() == wrapped.keys()
    assert not set(now.values()) & set(wrapped.values())
    with under(old, tmp_path / "new.key") as service:
        story.service = service
        assert story.open(case)["content"]["body"]["sealed"] == {"told": "All of it"}
        assert service.replay("p-1")["same"]
        assert story.record("comment", about=1, key="k-2")["sequence"] == first
        assert story.record("crisis_case", case="3")["outcome"] == "accepted"
        assert open_audit(service).verify().faults == []
        assert next(check for check in service.doctor() if check["check"] == "append-only")["ok"]
    assert everything(old)["content"][: len(before["content"])] == before["content"]
    with (
        under(old, old._opened.key_file) as service,
        pytest.raises(SealingKeyError, match="name the right one"),
    ):
        service.apply(story.command("open", "safeguarding-1", sequence=case, reason="To look"))


def test_a_service_that_is_open_seals_nothing_under_the_old_key(story: Story, tmp_path: Path) -> None:
    told(story)
    open_before = another(story.service)
    change_sealing_key(story.service, tmp_path / "new.key")
    story.service, service = open_before, story.service
    before = everything(service)
    for kind, fields in (("crisis_case", {"case": "3"}), ("integrity_clearance", {})):
        with pytest.raises(SealingKeyError):
            story.record(kind, **fields)
    assert everything(service) == before
    open_before.close()


@pytest.mark.every_store
def test_a_service_that_is_open_takes_nothing_for_altered(story: Story, tmp_path: Path) -> None:
    case = told(story)
    if story.service._opened.key_file is None:
        return
    story.service, service = another(story.service), story.service
    assert open_audit(story.service).verify(folds=True).is_sound
    change_sealing_key(service, tmp_path / "new.key")
    for look in (
        lambda: open_audit(story.service).verify(),
        lambda: open_audit(story.service).verify(contents=False, folds=True),
        lambda: story.show(by="safeguarding-1"),
        lambda: story.open(case),
    ):
        with pytest.raises(SealingKeyError, match="open the database anew, with the new one"):
            look()
    assert open_audit(story.service).verify(contents=False).is_sound
    key = next(check for check in story.service.doctor() if check["check"] == "sealing key")
    assert (key["ok"], "open the database anew" in key["detail"]) == (False, True)
    story.service.close()


def test_it_changes_again_and_again(story: Story, tmp_path: Path) -> None:
    case = told(story)
    service = story.service
    for number in range(3):
        change_sealing_key(service, tmp_path / f"{number}.key")
        service = under(service, tmp_path / f"{number}.key")
    story.service = service
    assert story.open(case)["outcome"] == "accepted"
    assert story.record("crisis_case", key="k-1", sealed={"told": "All of it"})["sequence"] == case
    names = [row.name for row in all_rows(service, "meta") if "key" in row.name]
    assert names == [
        "fingerprint_key/2", "fingerprint_key/3", "fingerprint_key/4",
        "sealing_key", "sealing_key/2", "sealing_key/3", "sealing_key/4",
    ]  # fmt: skip


def test_a_key_that_cannot_be_is_refused(story: Story, tmp_path: Path) -> None:
    told(story)
    service = story.service
    before = everything(service)
    assert service._opened.key_file is not None
    with pytest.raises(BadRequest, match="the one in use"):
        change_sealing_key(service, service._opened.key_file)
    broken = tmp_path / "broken.key"
    broken.write_text("no key")
    with pytest.raises(SealingKeyError):
        change_sealing_key(service, broken)
    change_sealing_key(service, tmp_path / "new.key")
    after = everything(service)
    with pytest.raises(SealingKeyError, match="not the one in use"):
        change_sealing_key(service, tmp_path / "third.key")
    assert everything(service) == after != before


@pytest.mark.on_postgresql
def test_on_postgresql_the_owner_changes_it(story: Story, database: tuple[str, Path], tmp_path: Path) -> None:
    told(story)
    with (
        login(database[0], role_name(Place(), APPLICATION)) as url,
        open_service(url, clock=Clock(), key_file=database[1]) as service,
        pytest.raises(BadRequest, match="owner"),
    ):
        change_sealing_key(service, tmp_path / "new.key")
    assert change_sealing_key(story.service, tmp_path / "new.key")["wrapped"] == 3
    assert next(check for check in story.service.doctor() if check["check"] == "append-only")["ok"]


def test_a_crash_before_the_end_changes_nothing(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = told(story)
    before = everything(story.service)

    def fails(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("partnerships.storage.sealing.SealingKey.wrap_fingerprint_key", fails)
    with pytest.raises(KeyboardInterrupt):
        change_sealing_key(story.service, tmp_path / "new.key")
    assert everything(story.service) == before
    assert next(check for check in story.service.doctor() if check["check"] == "append-only")["ok"]
    assert story.open(case)["outcome"] == "accepted"


def test_the_command_says_what_to_do_next(
    story: Story, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told(story)
    monkeypatch.setenv("COLUMNS", "200")
    file = str(engine_of(story.service).url.database)
    story.service.close()
    new = tmp_path / "new.key"
    assert run(["--database", file, "rekey", str(new)]) == 0
    said = capfd.readouterr().out
    assert "Keys wrapped anew: 3." in said
    assert f"{file}.key" in said.replace("\n", "")
    os.replace(new, f"{file}.key")
    assert run(["--database", file, "doctor"]) in (0, 1)
    assert run(["--database", file, "rekey", str(tmp_path / "next.key"), "--json"]) == 0
