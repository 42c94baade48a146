"""Policies and settings of an earlier time are kept in the database, and decisions judged by them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, inspect, update

from partnerships import POLICY_1_1, Service, open_service
from partnerships.audit.audit import open_audit
from partnerships.audit.judging.exceptions import exceptions
from partnerships.audit.judging.replay import replay
from partnerships.audit.judging.verdict import Outcome, Verdict
from partnerships.audit.pack.checking import verify_pack
from partnerships.audit.pack.writing import write_pack
from partnerships.lifecycle.canonical import canonical
from partnerships.lifecycle.settings import Settings
from partnerships.storage.documents import keep_documents, kept_settings
from partnerships.storage.migrate import downgrade, migrate
from tests.audit.log.intruder import Intruder
from tests.storage.rows import all_rows, engine_of, everything
from tests.story import Clock, Story
from tests.tables import PLACE, TABLES

LENIENT = POLICY_1_1.with_settings(l13_profile=False)
Opened = Callable[..., Service]


def verdicts(service: Service) -> list[Verdict]:
    return list(replay(service))


def why(service: Service) -> set[str | None]:
    return {verdict.why for verdict in verdicts(service)}


def digests(service: Service) -> set[str]:
    return {row.digest for row in all_rows(service, "document")}


def told_under_lenient(opened: Opened, clock: Clock) -> Service:
    service = opened(LENIENT)
    Story(service, clock, country=None).to("assessed")
    return service


def under_today(service: Service) -> Service:
    """The same database under the settings that hold now; the service given is its opener's to close."""
    kept = service._opened.key_file
    return open_service(engine_of(service), policy=POLICY_1_1, clock=service._context.clock, key_file=kept)


def swept_and_changed(opened: Opened, clock: Clock) -> Service:
    """Decided and swept under the lenient settings, then opened under those of today."""
    lenient = told_under_lenient(opened, clock)
    lenient.sweep()
    return under_today(lenient)


@pytest.mark.every_store
def test_what_was_decided_before_the_settings_changed_is_judged_under_them(
    opened: Opened, clock: Clock
) -> None:
    service = swept_and_changed(opened, clock)
    service.sweep()
    found = verdicts(service)
    assert {verdict.outcome for verdict in found} == {Outcome.CONFORM}
    assert {verdict.entry.settings for verdict in found} == {LENIENT.settings_digest}
    assert "settings_unknown" not in {row["rule"] for row in exceptions(service)}


@pytest.mark.every_store
def test_settings_that_no_sweep_saw_are_not_at_hand(opened: Opened, clock: Clock) -> None:
    service = under_today(told_under_lenient(opened, clock))
    service.sweep()
    assert why(service) == {"settings_not_at_hand"}
    handed = list(replay(service, policies=[LENIENT]))
    assert {verdict.outcome for verdict in handed} == {Outcome.CONFORM}


@pytest.mark.every_store
def test_documents_are_kept_once_as_the_bytes_that_their_digests_are_of(opened: Opened, clock: Clock) -> None:
    service = told_under_lenient(opened, clock)
    service.sweep()
    kept = all_rows(service, "document")
    assert {(row.kind, row.digest, row.version) for row in kept} == {
        ("policy", POLICY_1_1.digest, "1.1"),
        ("settings", LENIENT.settings_digest, "1.1"),
    }
    assert all(hashlib.sha256(row.body).hexdigest() == row.digest for row in kept)
    service.sweep()
    assert all_rows(service, "document") == kept


@pytest.mark.every_store
def test_a_database_of_revision_0005_gets_them_with_the_next_sweep(opened: Opened, clock: Clock) -> None:
    service = told_under_lenient(opened, clock)
    service.sweep()
    before = everything(service)
    downgrade(engine_of(service), PLACE, "0005")
    assert not inspect(engine_of(service)).has_table(TABLES.document.name)
    migrate(engine_of(service), PLACE)
    assert everything(service) == before | {"document": []}
    service.sweep()
    assert everything(service) == before


@pytest.mark.every_store
def test_a_checkpoint_keeps_them_also_where_nothing_else_is_new(
    opened: Opened, clock: Clock, tmp_path: Path
) -> None:
    service, key = told_under_lenient(opened, clock), tmp_path / "log.key"
    open_audit(service).make_key(key)
    first = open_audit(service, key_file=key).checkpoint()
    assert digests(service) == {POLICY_1_1.digest, LENIENT.settings_digest}
    strict = under_today(service)
    assert open_audit(strict, key_file=key).checkpoint() == first
    assert digests(strict) == {
        POLICY_1_1.digest,
        LENIENT.settings_digest,
        POLICY_1_1.settings_digest,
    }


@pytest.mark.every_store
def test_several_at_once_keep_one_document_each(opened: Opened) -> None:
    service = opened(POLICY_1_1)
    every = [POLICY_1_1.with_settings(l8_mid_term_months=months) for months in range(1, 9)]

    def keep(_turn: int) -> None:
        for policy in every:
            service._run(partial(keep_documents, policies=[policy]))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep, range(4)))
    assert digests(service) == {POLICY_1_1.digest, *(policy.settings_digest for policy in every)}


def altered(service: Service, **values: Any) -> None:
    table = TABLES.document
    Intruder(service).run(update(table).where(table.c.digest == LENIENT.settings_digest).values(values))


FORGED = canonical(Settings().as_json() | {"l13_profile": False, "l5_exceptions": False})


@pytest.mark.every_store
@pytest.mark.parametrize("body", [FORGED, b"{}", b"\xff", b""], ids=["other", "empty", "no_text", "nothing"])
def test_an_altered_document_is_a_finding_and_judges_nothing(
    opened: Opened, clock: Clock, body: bytes
) -> None:
    service = swept_and_changed(opened, clock)
    altered(service, body=body)
    assert why(service) == {"settings_not_at_hand"}
    assert [fault.rule for fault in open_audit(service).verify().faults] == ["document.digest"]


@pytest.mark.parametrize("body", [b"[]", b"no JSON", b'{"l99":true}', b'{"l13_profile":false}'])
def test_a_document_that_is_no_whole_settings_is_not_used(service: Service, body: bytes) -> None:
    """Its digest is right: what it says is of no version of the settings, or would mean others by now."""
    row = {"digest": hashlib.sha256(body).hexdigest(), "kind": "settings", "version": "1.1", "body": body}
    Intruder(service).run(insert(TABLES.document).values(row))
    with service._reading() as ledger:
        assert list(kept_settings(ledger)) == []


def test_a_text_in_place_of_the_bytes_is_a_finding(opened: Opened, clock: Clock) -> None:
    """SQLite keeps values of any type."""
    service = swept_and_changed(opened, clock)
    with Intruder(service).inside() as connection:
        connection.exec_driver_sql(f"UPDATE {TABLES.document.name} SET body = 7 WHERE kind = 'settings'")
    assert why(service) == {"settings_not_at_hand"}
    assert {fault.rule for fault in open_audit(service).verify().faults} == {"document.digest"}


@pytest.mark.every_store
def test_a_pack_holds_the_settings_of_then(opened: Opened, clock: Clock, tmp_path: Path) -> None:
    service, key = swept_and_changed(opened, clock), tmp_path / "log.key"
    open_audit(service).make_key(key)
    open_audit(service, key_file=key).checkpoint()
    write_pack(service, tmp_path / "pack")
    held = tmp_path / "pack" / "settings" / f"{LENIENT.settings_digest}.json"
    assert json.loads(held.read_bytes()) == LENIENT.settings.as_json()
    assert not (tmp_path / "pack" / "settings" / f"{POLICY_1_1.settings_digest}.json").exists()
    told = verify_pack(tmp_path / "pack")
    assert told["verified"]
    assert not any(LENIENT.settings_digest in str(item) for item in told["not_checked"])


def test_a_pack_does_not_hold_an_altered_document(opened: Opened, clock: Clock, tmp_path: Path) -> None:
    service, key = swept_and_changed(opened, clock), tmp_path / "log.key"
    open_audit(service).make_key(key)
    open_audit(service, key_file=key).checkpoint()
    altered(service, body=FORGED)
    write_pack(service, tmp_path / "pack")
    assert not (tmp_path / "pack" / "settings").exists()
