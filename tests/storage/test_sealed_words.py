"""A sealed word is found nowhere: in no table, no file of the database, whatever was tried with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.storage.rows import all_rows, as_bytes, database_files, engine_of
from tests.story import Story, actor

Json = dict[str, Any]

WORD = "Zwischenfall"
RAISER: Json = {"id": "Hinweisgeber-7", "party": "ims", "roles": ["safeguarding"]}
MANAGER: Json = {"id": "Hinweisgeber-8", "party": "ims", "roles": ["programme_manager"]}
PARTNER: Json = {
    "id": "Hinweisgeber-9",
    "party": "partner",
    "roles": ["partner_representative"],
    "partnerships": ["p-1"],
}
SEALED = {"summary": WORD, WORD: [WORD, {"deep": f"a {WORD} b"}]}
EXTRA = {"note": WORD, "documents": [{"title": WORD, "reference": WORD}]}
CASE = {"ground": "other", "ground_text": WORD, "agreement_clause": WORD, "sealed": SEALED, **EXTRA}
NUMBER = iter(range(1, 1000))


def tries(story: Story, by: Json, kind: str, keyed: bool = True, **body: Any) -> Json:
    command = story.command("record", by, kind=kind, body=body, reason=WORD)
    if keyed:
        command["key"] = f"k-{next(NUMBER)}"
    outcome = story.apply(command)
    if keyed and outcome["outcome"] != "invalid":
        assert story.apply(command) == outcome
    return outcome


def a_crisis(story: Story) -> None:
    """Every way in which a sealed word comes in, is refused, is read and is taken back."""
    day = story.today
    safeguarding = actor("safeguarding-1")
    for by in (MANAGER, RAISER):
        assert tries(story, by, "crisis_case", **CASE)["outcome"] == "accepted"
    own = tries(story, PARTNER, "crisis_case", case="p1", **CASE)
    assert own["outcome"] == "accepted"
    taken_back = tries(story, RAISER, "crisis_case", keyed=False, **CASE)["sequence"]
    assert story.withdraw(taken_back, by=RAISER, reason=WORD)["outcome"] == "accepted"
    assert story.withdraw(own["sequence"], by=PARTNER, reason=WORD)["outcome"] == "accepted"
    # Refused: safeguarding has the case; it lies in the future; it is another's; it is no such case.
    assert tries(story, MANAGER, "crisis_case", **CASE)["outcome"] == "refused"
    late = story.command("record", RAISER, kind="crisis_case", body=CASE, on="2030-01-01", reason=WORD)
    assert story.apply(late)["outcome"] == "refused"
    assert tries(story, MANAGER, "crisis_closure", closed_on=day, result="resolved", text=WORD)["findings"]
    assert tries(story, actor("pm-1"), "integrity_clearance", cleared_on=day, text=WORD)["findings"]
    assert tries(story, MANAGER, "crisis_case", ground=WORD, sealed=SEALED)["outcome"] == "invalid"
    case = next(e["sequence"] for e in story.history(by="auditor-1") if e["kind"] == "crisis_case")
    assert story.withdraw(case, by=MANAGER, reason=WORD)["outcome"] == "refused"
    opened = story.apply(story.command("open", safeguarding, sequence=case, reason=WORD, key="k-open"))
    assert WORD in json.dumps(opened["content"])
    assert story.open(case, by="pm-1", reason=WORD)["outcome"] == "refused"
    advice = {"advice": "terminate", "recommended_on": day, "text": WORD, **EXTRA}
    assert tries(story, safeguarding, "crisis_recommendation", **advice)["outcome"] == "accepted"
    story.does("terminate_for_crisis", by="director-1", reason=WORD, key="k-end")
    cleared = tries(story, safeguarding, "integrity_clearance", cleared_on=day, text=WORD, **EXTRA)
    assert cleared["outcome"] == "accepted"
    assert story.withdraw(cleared["sequence"], by=safeguarding, reason=WORD)["outcome"] == "accepted"
    assert tries(story, safeguarding, "integrity_clearance", cleared_on=day, text=WORD)["outcome"]
    story.does("reidentify", by="pm-1")


def secrets() -> list[bytes]:
    return [WORD.encode(), WORD.casefold().encode(), b"Hinweisgeber", b"hinweisgeber"]


@pytest.mark.every_store
def test_it_is_in_no_table(story: Story) -> None:
    story.to("active_activity")
    a_crisis(story)
    kept = as_bytes(story.service)
    assert b"Example Radio" in kept
    assert [secret for secret in secrets() if secret in kept] == []
    assert story.service.replay("p-1")["same"]


def test_it_is_in_no_file_of_the_database(story: Story, tmp_path: Path) -> None:
    story.to("active_activity")
    a_crisis(story)
    for moment in ("running", "checkpointed", "closed"):
        files = database_files(tmp_path)
        assert files["p.sqlite"]
        assert moment == "closed" or b"Example Radio" in b"".join(files.values())
        assert [(moment, n, s) for n, data in files.items() for s in secrets() if s in data] == []
        if moment == "running":
            assert b"Example Radio" in files["p.sqlite-wal"]
            with engine_of(story.service).connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        elif moment == "checkpointed":
            story.service.close()


def test_no_reading_of_one_whom_it_does_not_concern_shows_it(story: Story) -> None:
    story.to("active_activity")
    a_crisis(story)
    for by in (None, "pm-1", "director-2", "finance-1", "partner-1"):
        who = story.who(by) if by else None
        shown = [
            story.show(by=by),
            story.history(by=by),
            story.service.why("p-1", actor=who),
            story.service.portfolio(actor=who),
            story.service.feed(),
        ]
        text = json.dumps(shown, default=str)
        assert [secret for secret in secrets() if secret.decode() in text] == []


@pytest.mark.every_store
def test_the_attempts_log_holds_digests_and_codes_and_no_body(story: Story) -> None:
    story.to("assessed")
    refused = story.trigger("begin_activity", reason=WORD)
    story.record("comment", by="auditor-1", text=WORD, key="k-1")
    rows = [row._asdict() for row in all_rows(story.service, "attempt")]
    assert [row["asked"] for row in rows] == ["begin_activity", "comment"]
    assert [row["actor"] for row in rows] == ["director-1", "auditor-1"]
    assert rows[0]["findings"] == ",".join(finding["code"] for finding in refused["findings"])
    assert rows[1]["findings"] == "L2.auditor_decides"
    assert all(len(row["fingerprint"]) == 64 for row in rows)
    assert len({row["fingerprint"] for row in rows}) == 2
    assert WORD not in repr(rows)


@pytest.mark.every_store
def test_a_fingerprint_is_keyed_so_that_it_cannot_be_guessed(story: Story) -> None:
    from partnerships.lifecycle.canonical import digest_of

    story.identify()
    command = story.command("trigger", "director-1", trigger="exit")
    story.apply(command)
    (row,) = all_rows(story.service, "attempt")
    assert row.fingerprint != digest_of(command)
