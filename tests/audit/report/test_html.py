"""The HTML file: it needs nothing else, runs nothing, and no text of anybody changes its build."""

from __future__ import annotations

import base64
import copy
import re
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships import Service
from partnerships.audit.report import Draw, gather, html, twin
from partnerships.audit.report.rendering import stylesheet
from partnerships.audit.report.words import LONGEST, clean, cut
from tests.audit.report.conftest import HOSTILE, LONG, SEALED, Page
from tests.properties.profile import examples

Json = dict[str, Any]


def test_nothing_in_it_runs_or_is_fetched(page: Page) -> None:
    assert not {"script", "img", "iframe", "object", "embed", "link", "base", "form"} & set(page.names)
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "style")], tag
        assert (attributes.get("href") or "#").startswith("#"), tag


def test_its_own_policy_lets_nothing_in_but_its_style(hostile: Json) -> None:
    text = html(hostile).decode()
    [style] = re.findall("<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'" in text
    assert not re.search(r"url\(|@import|</", style)


def test_every_tag_is_closed_and_every_link_leads_somewhere(page: Page) -> None:
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [(attributes.get("href") or "") for name, attributes in page.tags if name == "a"]
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_a_hostile_text_shows_as_text(page: Page) -> None:
    assert "<script>alert(1)</script><img src=x onerror=alert(2)>" in page.text


def test_no_text_turns_the_direction_of_what_follows(page: Page) -> None:
    assert "\u202e" not in page.text
    assert "\u202e" in HOSTILE


def test_a_long_text_is_cut_where_it_says_so(page: Page, hostile: Json) -> None:
    left = len(clean(LONG)) - LONGEST
    assert f"[{left:,} more characters, in the JSON file]" in page.text
    assert clean(LONG) not in page.text
    assert clean(LONG).encode() in twin(hostile)


@examples(normally=30, long=2000)
@given(st.text(min_size=1, max_size=300))
def test_no_text_whatever_changes_the_build(hostile: Json, text: str) -> None:
    told = copy.deepcopy(hostile)
    told["partnerships"][0]["name"] = text
    told["partnerships"][0]["course"]["agreements"][0]["reference"] = text
    for page in told["decisions"]:
        page["reason"] = text if page["reason"] else None
        for evidence in page["evidence"]:
            evidence["body"] = {name: _worded(value, text) for name, value in evidence["body"].items()}
    assert set(Page(html(told)).names) <= set(Page(html(hostile)).names) | {"span"}
    assert "\u202e" not in Page(html(told)).text


def _worded(value: Any, text: str) -> Any:
    return text if isinstance(value, str) else value


@pytest.mark.parametrize("kind", ["partnerships", "sample"])
def test_what_was_not_checked_is_never_left_out(audited: Service, kind: str) -> None:
    how: Json = {"ids": ["g-ordinary"]} if kind == "partnerships" else {"draw": Draw(2, "a nonce")}
    told = gather(audited, **how)
    shown = " ".join(Page(html(told)).text.split())
    assert len(told["not_checked"]) > 7
    for row in told["not_checked"]:
        assert " ".join(row["what"].split()) in shown
        assert " ".join(row["why"].split()) in shown


def test_every_decision_has_a_page_of_its_own(page: Page, hostile: Json) -> None:
    sections = [
        at["id"] for name, at in page.tags if name == "section" and at.get("class") == "page" and "id" in at
    ]
    assert sections == [f"decision-{number}" for number in range(1, len(hostile["decisions"]) + 1)]
    assert len(sections) == 3


def test_the_sample_sheet_has_three_boxes_for_every_row(audited: Service) -> None:
    page = Page(html(gather(audited, draw=Draw(5, "a nonce"))))
    assert [at.get("class") for name, at in page.tags if name == "span"].count("box") == 15


def test_it_prints_on_paper() -> None:
    style = stylesheet()
    for rule in (
        "size: A4",
        "counter(page)",
        "table-header-group",
        "break-before: page",
        "break-inside: avoid",
    ):
        assert rule in style


def test_nothing_sealed_is_in_it(audited: Service) -> None:
    auditor = {"id": "auditor-1", "party": "ims", "roles": ["auditor"]}
    for reader in (None, auditor):
        told = gather(audited, ids=["g-taken-over"], actor=reader)
        assert SEALED.encode() not in html(told) + twin(told)
        assert told["sealed"] == 3


def test_the_same_moment_gives_the_same_bytes(audited: Service, hostile: Json) -> None:
    again = gather(audited, ids=["p-hostile"])
    assert html(again) == html(hostile)
    assert twin(again) == twin(hostile)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x1b[31m", "a b [31m"),
        ("\u202ea\u2066", "a"),
        ("a\r\nb", "a\nb"),
        ("\ud800x", "x"),
        ("  a ", "a"),
    ],
)
def test_what_could_act_on_a_reader_is_taken_out(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_cut_says_how_much_is_left_out() -> None:
    assert cut("abcdef", 4) == ("abcd", 2)
    assert cut("abcd", 4) == ("abcd", 0)
