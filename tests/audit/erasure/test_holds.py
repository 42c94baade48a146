"""A legal hold keeps everything; it is placed and lifted with a reason, and both are kept for good."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text, update

from partnerships import BadRequest, UnknownPartnership
from partnerships.audit.audit import open_audit
from partnerships.audit.erasing.holding import lift_hold, list_holds, place_hold
from partnerships.lifecycle.canonical import canonical
from tests.audit.erasure.erasing import DIRECTOR, SAFEGUARDING, asks, erased, refused
from tests.audit.log.intruder import Intruder
from tests.crash.meetings import until_one_waits
from tests.storage.rows import all_rows, engine_of
from tests.story import Story, actor
from tests.tables import TABLES


@pytest.mark.every_store
def test_while_a_hold_stands_nothing_is_erased(story: Story, telling: Callable[..., Story]) -> None:
    story.to("assessed")
    other = telling("p-2").to("assessed")
    service = story.service
    first = place_hold(service, "p-1", by=DIRECTOR, reason="A claim was announced")
    second = place_hold(service, "p-1", by=SAFEGUARDING, reason="An inquiry")
    assert (first["number"], second["number"], first["stands"]) == (1, 2, True)
    for how in ({"entries": [2]}, {"everything": True}):
        assert refused(asks(story, **how)) == ["structure.legal_hold"]
    erased(other, 2)
    lift_hold(service, "p-1", 1, by=DIRECTOR, reason="The claim was dropped")
    assert refused(asks(story, 2)) == ["structure.legal_hold"]
    assert lift_hold(service, "p-1", 2, by=DIRECTOR, reason="It is over")["stands"] is False
    erased(story, 2)


def test_both_steps_are_kept_for_good(story: Story) -> None:
    story.to("assessed")
    service = story.service
    place_hold(service, "p-1", by=DIRECTOR, reason="A claim was announced")
    story.clock.advance(days=1)
    lift_hold(service, "p-1", 1, by=SAFEGUARDING, reason="The claim was dropped")
    place_hold(service, "p-1", by=DIRECTOR, reason="Another")
    (old, new) = list_holds(service)
    assert (old["placed_by"]["id"], old["reason"]) == ("director-1", "A claim was announced")
    assert (old["lifted"]["by"]["id"], old["lifted"]["reason"]) == ("safeguarding-1", "The claim was dropped")
    assert new["lifted"] is None
    assert list_holds(service, "p-1", standing=True) == [new]
    assert list_holds(service, "p-2") == []
    assert len(all_rows(service, "legal_hold")) == 3


@pytest.mark.every_store
def test_the_log_states_the_chain_over_all_steps_once(story: Story, tmp_path: Path) -> None:
    story.to("assessed")
    service, key = story.service, tmp_path / "log.key"
    open_audit(service).make_key(key)
    audit = open_audit(service, key_file=key)
    audit.checkpoint()
    place_hold(service, "p-1", by=DIRECTOR, reason="A claim was announced")
    assert "1 step on legal holds that no checkpoint covers yet" in audit.verify().not_checked
    first = audit.checkpoint()
    assert audit.checkpoint() == first
    lift_hold(service, "p-1", 1, by=SAFEGUARDING, reason="The claim was dropped")
    audit.checkpoint()
    head, heads = bytes(32), []
    for row in all_rows(service, "legal_hold"):
        step = canonical([*row])
        head = sha256(b"partnerships/hold/1\n" + head + step).digest()
        heads.append(head.hex())
    assert [row.digest for row in all_rows(service, "log_leaf") if row.kind == "holds"] == heads
    found = audit.verify()
    assert found.is_sound
    assert not [told for told in found.not_checked if "hold" in told]


def test_a_director_or_safeguarding_places_and_lifts(story: Story) -> None:
    story.to("assessed")
    service = story.service
    for by, code in (
        (actor("pm-1"), "L2.hold_roles"),
        (actor("partner-1", partnerships=["p-1"]), "L2.hold_roles"),
        (actor("director-1", "auditor"), "L2.auditor_decides"),
        (actor("service-1"), "L10.service_account"),
    ):
        assert refused(place_hold(service, "p-1", by=by, reason="Why")) == [code]
    place_hold(service, "p-1", by=DIRECTOR, reason="Why")
    assert refused(lift_hold(service, "p-1", 1, by=actor("pm-1"), reason="Why")) == ["L2.hold_roles"]
    assert {row.asked for row in all_rows(service, "attempt")} == {"hold"}


def test_what_cannot_be_is_named(story: Story) -> None:
    story.to("assessed")
    service = story.service
    with pytest.raises(BadRequest, match=r"^reason: "):
        place_hold(service, "p-1", by=DIRECTOR, reason=" ")
    with pytest.raises(BadRequest, match=r"^by: "):
        place_hold(service, "p-1", by={}, reason="Why")
    with pytest.raises(BadRequest, match=r"^lift: no hold 7"):
        lift_hold(service, "p-1", 7, by=DIRECTOR, reason="Why")
    place_hold(service, "p-1", by=DIRECTOR, reason="Why")
    lift_hold(service, "p-1", 1, by=DIRECTOR, reason="Why")
    with pytest.raises(BadRequest, match=r"^lift: no hold 1"):
        lift_hold(service, "p-1", 1, by=DIRECTOR, reason="Why")
    with pytest.raises(UnknownPartnership):
        place_hold(service, "p-none", by=DIRECTOR, reason="Why")


@pytest.mark.parametrize("damage", [None, "entry", "hold"])
def test_what_was_erased_before_a_hold_or_after_it_broke_none(story: Story, damage: str | None) -> None:
    """Nor does a row that cannot be read stop the looking."""
    story.to("assessed")
    service = story.service
    sequence = erased(story, 2)["sequences"][0]
    story.clock.advance(days=1)
    place_hold(service, "p-1", by=DIRECTOR, reason="A claim was announced")
    story.clock.advance(days=1)
    lift_hold(service, "p-1", 1, by=DIRECTOR, reason="It is over")
    story.clock.advance(days=1)
    erased(story, 3)
    if damage == "entry":
        Intruder(service).run(
            update(TABLES.entry).where(TABLES.entry.c.sequence == sequence).values(canonical=b"none")
        )
    if damage == "hold":
        Intruder(service).run(update(TABLES.legal_hold).values(recorded_at="never", actor="none"))
    assert not [fault for fault in open_audit(service).verify().faults if fault.rule.startswith("holds")]


@pytest.mark.on_postgresql
def test_a_hold_that_is_being_placed_is_waited_for(story: Story) -> None:
    story.to("assessed")
    engine = engine_of(story.service)
    with ThreadPoolExecutor(1) as pool, engine.connect() as other:
        other.execute(text("SELECT 1 FROM partnerships_partnership WHERE id = 'p-1' FOR UPDATE"))
        other.execute(
            text(
                "INSERT INTO partnerships_legal_hold (partnership_id, recorded_at, actor, reason)"
                " VALUES ('p-1', 'now', '{}', 'A claim')"
            )
        )
        waiting = pool.submit(asks, story, 2)
        until_one_waits(engine, waiting)
        other.commit()
        assert refused(waiting.result()) == ["structure.legal_hold"]
