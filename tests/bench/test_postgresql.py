"""By hand on PostgreSQL: the same rows and bytes as ours, alone, in a pipeline and with many clients."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest

from bench import clients, embedded, transition
from bench.places import Place
from bench.saying import Saying
from bench.scene import ROUND, Clock, Commands, accepted
from partnerships import open_service


def test_ours_and_every_way_by_hand_hold_the_same_rows_and_bytes(databases: Place) -> None:
    times = transition.measure(databases, rounds=3, warm_up=1)
    assert transition.differences(databases) == []
    assert list(times) == [transition.GIVEN, transition.ENCODED, transition.PIPELINED]
    for steps in times.values():
        assert {step: len(pairs) for step, pairs in steps.items()} == dict.fromkeys(ROUND, 3)


def test_a_used_key_and_a_used_sequence_write_nothing(databases: Place) -> None:
    url = databases.make("keys")
    with open_service(url, create=True, clock=Clock(), key_file=databases.key_file) as service:
        profile, analysis, *_ = Commands("p-1").assessed(Clock().day)
        accepted(service, profile)
        accepted(service, analysis)
    with closing(databases.connect("keys")) as connection:
        step = databases.hand.read_step(connection, "p-1", analysis["key"])
        with pytest.raises(ValueError, match="used"):
            databases.hand.write(connection, "p-1", analysis["key"], Saying.of(step).encode)
        with pytest.raises(psycopg.errors.UniqueViolation):
            databases.hand.write(connection, "p-1", "another", Saying.of(step).given)
        assert databases.hand.read_step(connection, "p-1", analysis["key"]) == step


def test_clients_of_both_sides_leave_whole_chains(databases: Place) -> None:
    load = clients.Load(clients=2, partnerships=20, seconds=0.2, turns=2)
    shared, own = clients.measure(databases, load)
    assert [len(shared), len(own)] == [2, 2]
    assert all(run.rate > 0 for pairs in (shared, own) for pair in pairs for run in pair)
    for name in ("clients_ours", "clients_by_hand"):
        with closing(databases.connect(name)) as connection:
            entries, heads, keys = connection.execute(
                "SELECT (SELECT count(*) FROM partnerships_entry),"
                " (SELECT sum(sequence) FROM partnerships_partnership),"
                " (SELECT count(*) FROM partnerships_command_key)"
            ).fetchone()
            broken = connection.execute(
                "SELECT count(*) FROM partnerships_entry later JOIN partnerships_entry earlier"
                " ON later.partnership_id = earlier.partnership_id"
                " AND later.sequence = earlier.sequence + 1"
                " WHERE convert_from(later.canonical, 'UTF8')::json ->> 'previous' <> earlier.digest"
            ).fetchone()[0]
        assert (entries, broken) == (heads, 0)
        assert keys >= entries


def test_a_renewal_in_a_host_s_transaction_is_kept_with_it(place: Place) -> None:
    assert len(embedded.measure(place, rounds=2, warm_up=1)) == 2
    with closing(place.connect("embedded")) as connection:
        notes = connection.execute("SELECT count(*) FROM host_note").fetchone()[0]
        renewals = connection.execute("SELECT count(*) FROM partnerships_entry").fetchone()[0]
    assert (notes, renewals) == (6, 16 + 6 * len(ROUND))
