"""A host's own transaction: what it rolls back is gone, and a refusal leaves it usable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine

from partnerships import Service, open_service
from tests.storage.rows import engine_of, everything
from tests.story import Clock, Story

pytestmark = pytest.mark.every_store


@pytest.fixture
def host(story: Story) -> Iterator[Connection]:
    """The host's connection, with a table of its own beside ours."""
    story.to("active_activity")
    with engine_of(story.service).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (n INTEGER PRIMARY KEY)")
    with engine_of(story.service).connect() as connection:
        yield connection


def theirs(service: Service) -> list[int]:
    with engine_of(service).connect() as connection:
        return list(connection.exec_driver_sql("SELECT n FROM theirs ORDER BY n").scalars())


def insert(connection: Connection, number: int) -> None:
    connection.exec_driver_sql(f"INSERT INTO theirs VALUES ({number})")


def test_a_rollback_by_the_host_takes_every_row_back(story: Story, host: Connection) -> None:
    service = story.service
    before = everything(service)
    insert(host, 1)
    for kind in ("comment", "crisis_case", "partner_profile"):
        command = story.command("record", "pm-1", kind=kind, body=story.body(kind), key=f"k-{kind}")
        assert service.apply(command, connection=host)["outcome"] == "accepted"
    refused = service.apply(story.command("trigger", "pm-1", trigger="exit"), connection=host)
    assert refused["outcome"] == "refused"
    host.rollback()
    assert everything(service) == before
    assert theirs(service) == []
    assert service.replay("p-1")["same"]
    assert story.record("comment")["sequence"] == before["partnership"][0][1] + 1


def test_a_commit_by_the_host_keeps_both(story: Story, host: Connection) -> None:
    insert(host, 1)
    command = story.command("record", "pm-1", kind="crisis_case", body=story.body("crisis_case"))
    outcome = story.service.apply(command, connection=host)
    host.commit()
    assert theirs(story.service) == [1]
    assert story.show()["sequence"] == outcome["sequence"]
    assert story.service.replay("p-1")["same"]


@pytest.mark.parametrize("wrong", ["refused", "invalid", "conflict", "not_found"])
def test_what_is_not_accepted_leaves_the_hosts_transaction_usable(
    story: Story, host: Connection, wrong: str
) -> None:
    commands = {
        "refused": story.command("trigger", "pm-1", trigger="exit"),
        "invalid": story.command("record", "pm-1", kind="comment", body={"about": "x"}),
        "conflict": story.command("trigger", "director-1", trigger="renew", expected_sequence=1),
        "not_found": story.command("trigger", "pm-1", trigger="exit") | {"id": "p-9"},
    }
    sequence = story.show()["sequence"]
    insert(host, 1)
    assert story.service.apply(commands[wrong], connection=host)["outcome"] == wrong
    insert(host, 2)
    comment = story.command("record", "pm-1", kind="comment", body={"about": 1, "text": "Seen"})
    assert story.service.apply(comment, connection=host)["sequence"] == sequence + 1
    host.commit()
    assert theirs(story.service) == [1, 2]


def test_the_host_reads_what_it_wrote_before_it_commits(story: Story, host: Connection) -> None:
    comment = story.command("record", "pm-1", kind="comment", body={"about": 1, "text": "Seen"})
    first = story.service.apply(comment, connection=host)["sequence"]
    assert story.service.apply(comment, connection=host)["sequence"] == first + 1
    host.rollback()


def test_an_error_in_the_middle_takes_back_our_part_alone(
    story: Story, host: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where what is written last fails, nothing of the command stays, and all of the host's does."""
    from partnerships.storage import ledger, writing

    class Broken(Exception):
        """Raised in place of the last statement."""

    def run(*_arguments: object, **_parameters: object) -> None:
        raise Broken

    service, before = story.service, everything(story.service)
    comment = story.command("record", "pm-1", kind="comment", body={"about": 1, "text": "Seen"}, key="k-1")
    insert(host, 1)
    with monkeypatch.context() as patch:
        patch.setattr(writing, "_beside", run)
        with pytest.raises(Broken):
            service.apply(comment, connection=host)
    insert(host, 2)
    host.commit()
    assert everything(service) == before
    assert theirs(service) == [1, 2]
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "write_down", run)
        with pytest.raises(Broken):
            service.apply(comment)
    assert everything(service) == before
    assert service.apply(comment)["outcome"] == "accepted"


def test_also_on_a_plain_engine_of_the_hosts(tmp_path: Path, clock: Clock) -> None:
    """The driver begins nothing before a savepoint; a host need not know of it."""
    engine = create_engine(f"sqlite:///{tmp_path / 'host.sqlite'}")
    with open_service(engine, create=True, clock=clock, key_file=tmp_path / "host.key") as service:
        story = Story(service, clock).to("assessed")
        before = everything(service)
        for kind in ("comment", "partner_profile"):
            with engine.connect() as host:
                command = story.command("record", "pm-1", kind=kind, body=story.body(kind), key=f"k-{kind}")
                assert service.apply(command, connection=host)["outcome"] == "accepted"
                assert service.apply(command, connection=host)["outcome"] == "accepted"
                host.rollback()
            assert everything(service) == before
        with engine.begin() as host:
            outcome = service.apply(command, connection=host)
        assert story.show()["sequence"] == outcome["sequence"]
