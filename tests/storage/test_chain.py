"""The chain: digests over stored bytes, links, genesis, commitments; ids, codes and days in it, no words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from partnerships import POLICY_1_1, Service, open_service
from partnerships.lifecycle.canonical import canonical, commitment, entry_digest, genesis
from partnerships.lifecycle.records import BODIES as MODELS
from partnerships.storage.ledger import Ledger
from tests.bodies import BODIES, RECORDED_BY, agreement
from tests.storage.rows import all_rows, as_bytes, chains, engine_of
from tests.story import Clock, Story
from tests.tables import PLACE

Json = dict[str, Any]

pytestmark = pytest.mark.every_store

CHAINED = {
    *("version", "partnership", "sequence", "previous", "cycle", "on", "recorded_at", "actor", "policy"),
    *("settings", "evidence", "warnings", "door", "entry", "content"),
}
SOMETIMES = {
    *("kind", "trigger", "from", "to", "target", "since", "granted", "findings", "imported", "before_policy"),
}


@pytest.fixture
def lived(story: Story) -> Story:
    """A whole life with a sealed case, a correction and an opening."""
    story.to("active_activity")
    case = story.has("crisis_case")
    story.has("crisis_recommendation", advice="close")
    story.has("crisis_closure")
    story.open(case)
    story.open(case, by="pm-1")
    story.withdraw(story.has("comment"))
    story.to("transitioning")
    story.revert(story.entry(story.show()["sequence"])["sequence"])
    return story


def test_each_digest_is_of_the_stored_bytes_and_each_entry_links_to_the_one_before(
    lived: Story, telling: Callable[..., Story]
) -> None:
    telling("p-2", name="Another (fictional)").to("assessed")
    previous: dict[str, str] = {}
    for row in all_rows(lived.service, "entry"):
        written = bytes(row.canonical)
        chain = json.loads(written)
        assert row.digest == entry_digest(written)
        assert canonical(chain) == written, "RFC 8785"
        assert (chain["partnership"], chain["sequence"]) == (row.partnership_id, row.sequence)
        assert chain["previous"] == previous.get(row.partnership_id, genesis(row.partnership_id))
        previous[row.partnership_id] = row.digest
    heads = {row.id: row.head for row in all_rows(lived.service, "partnership")}
    assert heads == previous
    assert len(set(previous)) == 2


def test_each_commitment_is_of_its_salt_and_content(lived: Story) -> None:
    contents = {(row.partnership_id, row.sequence): row for row in all_rows(lived.service, "content")}
    sealed = 0
    for chain in chains(lived.service):
        row = contents.pop((chain["partnership"], chain["sequence"]))
        if row.sealed is None:
            assert len(row.salt) == 32
            assert chain["content"] == commitment(bytes(row.salt), bytes(row.body))
            continue
        sealed += 1
        assert (row.salt, row.body) == (None, None)
        with engine_of(lived.service).connect() as connection:
            vault = Ledger(connection, PLACE, lived.service._opened.key).vault
            opened = vault.open_content(row.partnership_id, row.sequence, row.scope, bytes(row.sealed))
        assert set(opened) <= {"body", "reason", "actor", "principal", "warnings"}
    assert contents == {}
    assert sealed == 5


def test_salts_are_never_used_twice(lived: Story) -> None:
    salts = [bytes(row.salt) for row in all_rows(lived.service, "content") if row.salt is not None]
    assert len(salts) == len(set(salts)) > 10


def test_an_entry_holds_these_fields_and_no_other(lived: Story) -> None:
    for chain in chains(lived.service):
        assert set(chain) >= CHAINED, chain
        assert set(chain) - CHAINED <= SOMETIMES, chain


MARK = "ZirkelWort"
PLAIN_TEXT = (str, type(None))


def _is_free_text(annotation: Any, metadata: Any) -> bool:
    listed = str(annotation).startswith("list")
    return not metadata and not listed and set(get_args(annotation) or (annotation,)) <= set(PLAIN_TEXT)


def marked(model: type[BaseModel], base: Json) -> Json:
    """A body with the marker in every free text of a model, optional ones too."""
    body = dict(base)
    for name, field in model.model_fields.items():
        key = field.alias or name
        parts = get_args(field.annotation) or (field.annotation,)
        inner = next((p for p in parts if isinstance(p, type) and issubclass(p, BaseModel)), None)
        if _is_free_text(field.annotation, field.metadata):
            body[key] = f"{MARK} {key}"
        elif str in parts and str(field.annotation).startswith("list"):
            body[key] = [f"{MARK} {key}"]
        elif inner is not None and (key in body or not field.is_required()):
            some = body.get(key) or DEFAULTS.get(inner.__name__, {})
            body[key] = (
                [marked(inner, one) for one in some] if isinstance(some, list) else marked(inner, some)
            )
            if str(field.annotation).startswith("list") and isinstance(body[key], dict):
                body[key] = [body[key]]
    return body


DEFAULTS: dict[str, Json] = {
    "Unreachable": {"attempts": [{"on": "2024-03-01", "how": "Called"}]},
    "Attempt": {"on": "2024-03-01"},
    "Funding": {"status": "secured"},
}


def marked_bodies() -> list[tuple[str, Json]]:
    made = []
    for kind in sorted(set(MODELS) - {"prompt_answer"}):
        base = agreement("2024-03-01", "activity") if kind == "agreement" else BODIES[kind]("2024-03-01")
        body = marked(MODELS[kind], base)
        if kind == "crisis_case":
            body["sealed"] = {MARK: [{"deep": MARK}]}
        if kind == "agreement":
            body["continues"] = None
        made.append((kind, body))
    return made


def test_the_marker_is_in_every_free_text() -> None:
    """What the next test rests on: no text of a model is left out but codes, ids, days and amounts."""
    bodies = dict(marked_bodies())
    assert len(bodies) == len(MODELS) - 1
    assert bodies["partner_profile"]["identifiers"] == [
        {"scheme": f"{MARK} scheme", "value": f"{MARK} value"}
    ]
    plan = bodies["transition_plan"]
    assert plan["steps"][0]["what"] == f"{MARK} what"
    assert plan["partner_unreachable"]["attempts"][0]["how"] == f"{MARK} how"
    assert bodies["renewal_note"]["funding"]["source"] == f"{MARK} source"
    assert all(MARK in body["note"] and MARK in body["documents"][0]["title"] for body in bodies.values())


def test_no_word_that_people_write_is_in_the_chain(service: Service, clock: Clock) -> None:
    engine = engine_of(service)
    named = open_service(
        engine, policy=POLICY_1_1, clock=clock, key_file=service._opened.key_file, principal=f"{MARK}@host"
    )
    story = Story(named, clock)
    reason = f"{MARK} reason"
    profile = dict(marked_bodies())["partner_profile"]
    story.apply(story.command("identify", "pm-1", body=profile, reason=reason))
    for kind in ("context_analysis", "stakeholder_mapping", "selection", "assessment"):
        story.has(kind)
    story.does("assess", reason=reason)
    done = set()
    for kind, body in marked_bodies():
        by = RECORDED_BY.get(kind, "pm-1")
        if kind == "crisis_closure":
            story.has("crisis_recommendation", advice="close")
        outcome = story.apply(story.command("record", by, kind=kind, body=body, reason=reason))
        assert outcome["outcome"] == "accepted", (kind, outcome)
        done.add(kind)
        story.apply(story.command("record", "auditor-1", kind=kind, body=body, reason=reason))
    assert done == set(MODELS) - {"prompt_answer"}
    story.withdraw(story.has("comment"), reason=reason)
    story.trigger("exit", reason=reason)
    story.does("decline", reason=reason)
    case = next(e["sequence"] for e in story.history(by="auditor-1") if e["kind"] == "crisis_case")
    story.open(case, reason=reason)
    story.revert(story.history()[-2]["sequence"], reason=reason)
    written = b"\n".join(bytes(row.canonical) for row in all_rows(service, "entry"))
    assert MARK.casefold().encode() not in written.lower()
    assert MARK.encode() in as_bytes(service), "the words are kept, beside the chain"
    attempts = [tuple(row) for row in all_rows(service, "attempt")]
    assert len(attempts) > len(done)
    assert MARK not in repr(attempts)
