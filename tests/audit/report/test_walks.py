"""What holds of any file that people could make: each export has every entry once, and a report is whole."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from hypothesis import given

from partnerships.audit.export import FORMATS
from partnerships.audit.report import gather, html, twin
from tests.audit.export import ocel_rules, xes_rules
from tests.audit.export.conftest import written
from tests.audit.report.conftest import Page
from tests.properties.conftest import desk
from tests.properties.desk import Desk
from tests.properties.profile import examples
from tests.properties.steps import STEPS, Step

__all__ = ["desk"]

Json = dict[str, Any]


@examples(normally=15, long=400)
@given(STEPS)
def test_every_export_has_every_entry_once_and_keeps_to_its_format(desk: Desk, steps: list[Step]) -> None:
    watched = desk.walk(steps)
    digests = [row["digest"] for row in watched.history()]
    files = {name: written(watched.service, name, ids=[watched.id]) for name in FORMATS}
    lines = csv.DictReader(io.StringIO(files["csv"].decode(), newline=""))
    assert [line["digest"] for line in lines] == digests
    assert [event["digest"] for event in json.loads(files["cloudevents"])] == digests
    log = json.loads(files["ocel"])
    told = [
        next(one["value"] for one in event["attributes"] if one["name"] == "digest")
        for event in log["events"]
    ]
    assert told == digests
    assert ocel_rules.problems(log) == []
    assert xes_rules.problems(files["xes"]) == []
    entities = json.loads(files["prov"])["entity"]
    assert [one["field:digest"] for id, one in entities.items() if id.startswith("entry:")] == digests


@examples(normally=15, long=400)
@given(STEPS)
def test_every_report_is_whole(desk: Desk, steps: list[Step]) -> None:
    watched = desk.walk(steps)
    told = gather(watched.service, ids=[watched.id])
    page = Page(html(told))
    assert page.open == []
    assert json.loads(twin(told)) == json.loads(json.dumps(told))
    assert told["integrity"]["sound"]
    assert told["replay"]["deviates"] == 0
    moves = [row["sequence"] for row in watched.history() if row["to"]]
    assert [one["sequence"] for one in told["decisions"]] == moves
    [about] = told["partnerships"]
    assert about["state"] == about["course"]["states"][-1]["state"] == watched.state
    assert "Not checked" in page.text
