"""Each format is what its standard says, and every event of it is tied to an entry of the chain."""

from __future__ import annotations

import csv
import gc
import io
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from partnerships import Service
from partnerships.audit.audit import Audit, open_audit
from partnerships.audit.export import FORMATS
from partnerships.audit.export.csv_rows import cell
from partnerships.audit.export.facts import FIELDS
from tests.audit.export import ocel_rules, xes_rules
from tests.audit.export.conftest import written
from tests.story import Story

Json = Any


@pytest.fixture(scope="session")
def digests(lived_through: Service) -> dict[str, str]:
    """The digest of every entry, by `partnership/sequence`."""
    return {
        f"{id}/{row['sequence']}": row["digest"]
        for id in lived_through.ids()
        for row in lived_through.history(id)
    }


def test_csv_has_a_line_for_every_entry_with_its_digest(
    rows: list[dict[str, str]], digests: dict[str, str]
) -> None:
    assert {
        f"{row['partnership'].lstrip(chr(39))}/{row['sequence']}": row["digest"] for row in rows
    } == digests


def test_csv_ends_its_lines_as_rfc_4180_says(files: dict[str, bytes]) -> None:
    lines = files["csv"].decode().split("\r\n")
    assert lines[0] == ",".join(FIELDS)
    assert lines[-1] == ""
    assert not any("\n" in line for line in lines)


def test_csv_comes_in_the_order_of_recording(rows: list[dict[str, str]], lived_through: Service) -> None:
    recorded = [event["id"] for event in lived_through.feed()]
    assert [f"{row['partnership'].lstrip(chr(39))}/{row['sequence']}" for row in rows] == recorded


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_that_takes_no_more_is_left_to_whoever_opened_it(lived_through: Service, format: str) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    out = Full()
    with pytest.raises(OSError, match="No space left"):
        Audit(lived_through).export(format, out)
    gc.collect()
    assert not out.closed


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_a_spreadsheet_would_compute_is_text(start: str) -> None:
    assert cell(f"{start}1+1") == f"'{start}1+1"
    assert cell([f"{start}1", "2"]) == f"'{start}1 2"


@pytest.mark.parametrize(
    ("value", "shown"), [(None, ""), (True, "true"), (7, "7"), ([3, 4], "3 4"), ("a=b", "a=b")]
)
def test_any_other_cell_is_as_it_is(value: object, shown: str) -> None:
    assert cell(value) == shown


def test_xes_follows_its_schema(files: dict[str, bytes]) -> None:
    assert xes_rules.problems(files["xes"]) == []


@pytest.mark.parametrize(
    ("whole", "broken", "problem"),
    [
        ('xes.version="1849.2016"', 'xes.version="1849-2016"', "xes.version"),
        ('<int key="sequence" value="1"/>', '<int key="sequence" value="one"/>', "sequence is no int"),
        ('<int key="sequence" value="1"/>', "", "lacks the global sequence"),
        ('prefix="org"', 'prefix="other"', "org:resource is of no declared extension"),
        (
            '<classifier name="Activity" keys="concept:name"/>',
            '<classifier name="A" keys="x"/>',
            "not global",
        ),
    ],
)
def test_the_rules_of_xes_find_what_breaks_them(
    files: dict[str, bytes], whole: str, broken: str, problem: str
) -> None:
    file = files["xes"].decode()
    assert whole in file
    assert any(problem in found for found in xes_rules.problems(file.replace(whole, broken).encode()))


def test_xes_has_a_trace_for_every_partnership_in_sequence_order(
    files: dict[str, bytes], digests: dict[str, str]
) -> None:
    found: dict[str, str] = {}
    for trace in fromstring(files["xes"]).iter(f"{xes_rules.SPACE}trace"):
        id = value_of(trace, "concept:name")
        events = trace.findall(f"{xes_rules.SPACE}event")
        assert [value_of(event, "sequence") for event in events] == [
            str(n) for n in range(1, len(events) + 1)
        ]
        times = [datetime.fromisoformat(value_of(event, "time:timestamp")) for event in events]
        assert times == sorted(times)
        found |= {f"{id}/{value_of(event, 'sequence')}": value_of(event, "digest") for event in events}
    assert found == digests


def value_of(part: Element, key: str) -> str:
    return next(child.get("value", "") for child in part if child.get("key") == key)


def test_ocel_follows_its_schema(read_json: Callable[[str], Json]) -> None:
    assert ocel_rules.problems(read_json("ocel")) == []


def test_the_rules_of_ocel_find_what_breaks_them(read_json: Callable[[str], Json]) -> None:
    log = read_json("ocel")
    log["objects"].append(log["objects"][0])
    log["events"][0]["relationships"].append({"objectId": "nowhere", "qualifier": "of"})
    log["events"][1]["attributes"].append({"name": "sequence", "value": "one"})
    log["events"][2]["time"] = "2024-03-01T09:00:00"
    assert len(ocel_rules.problems(log)) == 4


def test_ocel_has_an_event_for_every_entry(read_json: Callable[[str], Json], digests: dict[str, str]) -> None:
    events = read_json("ocel")["events"]
    assert {event["id"]: attribute(event, "digest") for event in events} == digests


def test_ocel_ties_a_decision_to_who_took_it_and_what_it_rests_on(
    read_json: Callable[[str], Json], lived_through: Service
) -> None:
    decided = next(row for row in lived_through.history("g-ordinary") if row["trigger"] == "begin_activity")
    [event] = [
        each for each in read_json("ocel")["events"] if each["id"] == f"g-ordinary/{decided['sequence']}"
    ]
    related = {(one["qualifier"], one["objectId"]) for one in event["relationships"]}
    assert related == {
        ("of", "g-ordinary"),
        ("by", "person/director-1"),
        ("under", "policy/1.1"),
        ("makes", f"g-ordinary/{decided['sequence']}"),
        *(("rests on", f"g-ordinary/{sequence}") for sequence in decided["evidence"]),
    }


def test_ocel_follows_an_agreement_through_its_versions(read_json: Callable[[str], Json]) -> None:
    agreements = [each for each in read_json("ocel")["objects"] if each["type"] == "agreement"]
    assert [one["id"].rpartition("/")[0] for one in agreements] == [
        "g-ordinary/agreement",
        "g-ordinary/agreement",
        "g-taken-over/agreement",
    ]
    assert [one["value"] for one in agreements[2]["attributes"] if one["name"] == "ends_on"] == ["2024-08-31"]


def test_a_prompt_is_an_object_of_its_own_through_all_its_entries(
    read_json: Callable[[str], Json], rows: list[dict[str, str]]
) -> None:
    prompts = {each["id"] for each in read_json("ocel")["objects"] if each["type"] == "prompt"}
    assert prompts == {f"prompt/{row['prompt']}" for row in rows if row["prompt"]}
    assert {row["step"] for row in rows if row["prompt"]} == {"asked", "missed", "escalated"}
    assert all(row["kind"] and row["due_on"] for row in rows if row["prompt"])


def attribute(each: Json, name: str) -> Json:
    return next(one["value"] for one in each["attributes"] if one["name"] == name)


def test_prov_relates_only_what_it_declares(read_json: Callable[[str], Json]) -> None:
    document = read_json("prov")
    declared = {kind: set(document[kind]) for kind in ("entity", "activity", "agent")}
    prefixes = set(document["prefix"]) | {"prov"}
    for kind, ids in declared.items():
        assert {id.partition(":")[0] for id in ids} <= prefixes, kind
    kinds = {"generatedEntity": "entity", "usedEntity": "entity", "plan": "entity"}
    for section in set(document) - {"prefix", *declared}:
        for relation in document[section].values():
            for name, id in relation.items():
                role = name.removeprefix("prov:")
                if name.startswith("prov:") and role not in ("time", "role"):
                    assert id in declared[kinds.get(role, role)], (section, relation)


def test_prov_has_an_entity_for_every_entry(
    read_json: Callable[[str], Json], digests: dict[str, str]
) -> None:
    entities = read_json("prov")["entity"]
    told = {id: each["field:digest"] for id, each in entities.items() if id.startswith("entry:")}
    assert told == {f"entry:{id}": digest for id, digest in digests.items()}


def test_prov_tells_what_was_taken_back(read_json: Callable[[str], Json], lived_through: Service) -> None:
    undone = {
        f"entry:g-ordinary/{row['target']}"
        for row in lived_through.history("g-ordinary")
        if row["entry"] in ("withdrawal", "reversal") and row["target"]
    }
    assert len(undone) == 3
    assert {each["prov:entity"] for each in read_json("prov")["wasInvalidatedBy"].values()} == undone


def test_cloudevents_carry_what_version_1_asks_for(read_json: Callable[[str], Json]) -> None:
    for event in read_json("cloudevents"):
        assert event["specversion"] == "1.0"
        assert all(event[name] for name in ("id", "source", "type"))
        assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in event)
        assert datetime.fromisoformat(event["time"]).tzinfo is not None
        assert not any(value is None for value in event.values())


def test_cloudevents_come_in_the_order_of_recording_with_their_digests(
    read_json: Callable[[str], Json], lived_through: Service, digests: dict[str, str]
) -> None:
    events = read_json("cloudevents")
    assert [event["id"] for event in events] == [event["id"] for event in lived_through.feed()]
    assert {event["id"]: event["digest"] for event in events} == digests
    assert all(set(event["data"]) == set(FIELDS) for event in events)


def test_every_event_names_its_leaf_and_the_first_checkpoint_over_it(story: Story, tmp_path: Path) -> None:
    story.identify()
    audit = open_audit(story.service)
    audit = open_audit(story.service, key_file=made_key(audit, tmp_path))
    first = audit.checkpoint()
    story.has("comment", about=1)
    second = audit.checkpoint()
    story.has("comment", about=1)
    expected = [("0", str(first.size)), (str(first.size), str(second.size)), ("", "")]
    lines = csv.DictReader(io.StringIO(written(story.service, "csv").decode(), newline=""))
    assert [(line["log_position"], line["checkpoint_size"]) for line in lines] == expected
    events = json.loads(written(story.service, "cloudevents"))
    told = [(str(one.get("logposition", "")), str(one.get("checkpointsize", ""))) for one in events]
    assert told == expected
    log = fromstring(written(story.service, "xes"))
    assert value_of(log, "checkpoint") == str(second.note)
    assert value_of(log, "checkpoint_size") == str(second.size)


def made_key(audit: Audit, folder: Path) -> Path:
    audit.make_key(folder / "log.key")
    return folder / "log.key"
