"""The log in its house: what the doctor says, what each login may do, what a restored dump goes on with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from partnerships import Service, open_service
from partnerships.audit.audit import Audit, open_audit
from partnerships.errors import DatabaseFailed
from partnerships.storage.engines import open_engine
from partnerships.storage.migrate import downgrade, migrate
from partnerships.storage.place import Place
from partnerships.storage.roles import APPLICATION, AUDITOR, role_name
from tests.audit.log.world import World
from tests.storage.logins import login
from tests.storage.rows import all_rows, engine_of
from tests.story import Clock, Story

PLACE = Place()


def said(service: Service) -> Any:
    [check] = [check for check in service.doctor() if check["check"] == "audit log"]
    return check


@pytest.mark.every_store
def test_the_doctor_says_when_checkpoints_do_not_keep_up(world: World) -> None:
    assert said(world.service)["ok"]
    world.clock.advance(days=3)
    told = said(world.service)
    assert not told["ok"]
    assert "audit checkpoint" in told["detail"]
    world.audit.checkpoint()
    assert said(world.service)["ok"]
    world.clock.advance(days=30)
    assert said(world.service)["ok"]


def test_a_house_that_signs_nothing_yet_is_told_how_to_begin(service: Service) -> None:
    assert said(service)["ok"]
    assert "audit keys --new" in said(service)["detail"]


@pytest.fixture
def application(database: tuple[str, Path]) -> Iterator[str]:
    with login(database[0], role_name(PLACE, APPLICATION)) as url:
        yield url


@pytest.mark.on_postgresql
def test_the_application_signs_and_verifies(application: str, clock: Clock, tmp_path: Path) -> None:
    with open_service(application, clock=clock, key_file=tmp_path / "sealing.key") as service:
        open_audit(service).make_key(tmp_path / "log.key")
        open_audit(service).make_key(tmp_path / "new.key")
        audit = open_audit(service, key_file=tmp_path / "log.key")
        story = Story(service, clock).to("active_activity")
        story.has("crisis_case")
        audit.checkpoint()
        audit.rotate(tmp_path / "new.key")
        assert audit.verify(folds=True).is_sound


@pytest.mark.on_postgresql
def test_the_auditor_signs_nothing(world: World, database: tuple[str, Path], clock: Clock) -> None:
    with login(database[0], role_name(PLACE, AUDITOR)) as url:
        with open_service(url, clock=clock, key_file=database[1]) as service:
            assert len(Audit(service).checkpoints()) == 2
            with pytest.raises(DatabaseFailed, match="permission denied"):
                open_audit(service, key_file=world.key_file).checkpoint()


@pytest.mark.on_postgresql
def test_a_database_whose_outbox_begins_a_new_era_is_taken_on(world: World) -> None:
    """After a restored dump the numbers of transactions begin anew, below those that the mark knows."""
    world.audit.checkpoint()
    outbox = PLACE.named("outbox")
    with engine_of(world.service).begin() as connection:
        connection.execute(text(f"ALTER TABLE {outbox} ALTER COLUMN era SET DEFAULT 2"))
        connection.execute(text(f"ALTER TABLE {outbox} ALTER COLUMN transaction SET DEFAULT 1"))
    Story(world.service, world.clock, "p-4", name="Radio Four (fictional)").to("identified")
    world.audit.checkpoint()
    assert [row for row in all_rows(world.service, "log_leaf") if row.partnership_id == "p-4"]
    assert world.held_against().is_sound


@pytest.mark.every_store
def test_the_log_goes_with_its_revision_and_begins_again(world: World) -> None:
    engine = engine_of(world.service)
    downgrade(engine, PLACE, "0002")
    migrate(engine, PLACE)
    assert Audit(world.service).verify().is_sound
    world.audit.checkpoint()
    assert Audit(world.service).verify().counts["unlogged"] == 0


def test_a_database_of_an_earlier_revision_is_taken_into_the_log_whole(
    template: Path, tmp_path: Path, clock: Clock
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'p.sqlite'}", 30)
    migrate(engine, PLACE, "head")
    with open_service(tmp_path / "p.sqlite", clock=clock) as service:
        Story(service, clock).to("assessed")
    downgrade(engine, PLACE, "0002")
    engine.dispose()
    with open_service(tmp_path / "p.sqlite", create=True, clock=clock) as service:
        open_audit(service).make_key(tmp_path / "log.key")
        open_audit(service, key_file=tmp_path / "log.key").checkpoint()
        found = Audit(service).verify()
    assert found.is_sound
    assert found.counts["logged"] == found.counts["entries"] > 0
