"""A renewal inside a host's own transaction, against that transaction alone and against the renewal alone."""

from __future__ import annotations

from datetime import date
from time import perf_counter_ns

from sqlalchemy import Engine, create_engine, event, text

from bench.places import Place
from bench.scene import Clock, Commands, Json, accepted, days
from partnerships import Service, open_service

Triples = list[tuple[int, int, int]]
"""Nanoseconds of the host's transaction with a renewal in it, of it alone, and of a renewal alone."""

TABLE = "CREATE TABLE host_note (id INTEGER PRIMARY KEY, note TEXT NOT NULL)"
NOTE = text("INSERT INTO host_note VALUES (:id, 'renewed in the portal')")


def measure(place: Place, rounds: int, warm_up: int = 3) -> Triples:
    """Renew in turns: in a host's transaction that writes a row of its own, not at all, by itself."""
    clock = Clock()
    commands = Commands("p-1")
    url = place.make("embedded")
    triples: Triples = []
    with open_service(url, create=True, clock=clock, key_file=place.key_file) as service:
        for command in (*commands.assessed(clock.day), *commands.begun(clock.day)):
            accepted(service, command)
        for command in commands.filled(clock.day):
            accepted(service, command)
        host = _engine(url)
        with host.begin() as connection:
            connection.execute(text(TABLE))
        calendar = days()
        for number in range(rounds + warm_up):
            clock.day = next(calendar)
            embedded = _host(host, 2 * number, service, _prepared(service, commands, clock.day))
            alone = _host(host, 2 * number + 1, service, None)
            clock.day = next(calendar)
            renewal = _prepared(service, commands, clock.day)
            started = perf_counter_ns()
            accepted(service, renewal)
            by_itself = perf_counter_ns() - started
            if number >= warm_up:
                triples.append((embedded, alone, by_itself))
        host.dispose()
    return triples


def _engine(url: str) -> Engine:
    """Give the host's own engine, with the same durability as ours."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda driver, _record: driver.execute("PRAGMA synchronous = FULL"))
    return engine


def _prepared(service: Service, commands: Commands, day: date) -> Json:
    *records, renewal = commands.round(day)
    for command in records:
        accepted(service, command)
    return renewal


def _host(engine: Engine, id: int, service: Service, renewal: Json | None) -> int:
    started = perf_counter_ns()
    with engine.begin() as connection:
        connection.execute(NOTE, {"id": id})
        if renewal:
            outcome = service.apply(renewal, connection=connection)
            assert outcome["outcome"] == "accepted", outcome
    return perf_counter_ns() - started
