"""Who erases: two people of IMS, one of them a director, and safeguarding where it was sealed."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships import BadRequest, UnknownPartnership
from tests.audit.erasure.erasing import DIRECTOR, HOW, SAFEGUARDING, asks, erased, refused
from tests.storage.rows import all_rows, as_bytes, everything
from tests.story import Story, actor

Json = dict[str, Any]


@pytest.fixture
def told(story: Story) -> Story:
    return story.to("assessed")


PAIRS: list[tuple[Json, Json, list[str]]] = [
    (DIRECTOR, SAFEGUARDING, []),
    (SAFEGUARDING, DIRECTOR, []),
    (DIRECTOR, actor("director-2"), []),
    (DIRECTOR, DIRECTOR, ["L2.erasure_two_people"]),
    (DIRECTOR, actor("safeguarding-1") | {"id": "director-1"}, ["L2.erasure_two_people"]),
    (DIRECTOR, actor("partner-1", partnerships=["p-1"]), ["L2.erasure_two_people"]),
    (DIRECTOR, actor("pm-1"), ["L2.erasure_roles"]),
    (actor("pm-1"), SAFEGUARDING, ["L2.erasure_roles"]),
    (SAFEGUARDING, actor("safeguarding-2"), ["L2.erasure_roles"]),
    (DIRECTOR, actor("director-2", "auditor"), ["L2.auditor_decides"]),
    (actor("service-1"), DIRECTOR, ["L10.service_account"]),
]


@pytest.mark.parametrize(("by", "second", "codes"), PAIRS)
def test_two_people_of_whom_one_directs(told: Story, by: Json, second: Json, codes: list[str]) -> None:
    before = everything(told.service)
    outcome = asks(told, 2, by=by, second=second)
    if not codes:
        assert outcome["outcome"] == "accepted"
        return
    assert refused(outcome) == codes
    after = everything(told.service)
    (attempt,) = all_rows(told.service, "attempt")
    assert (attempt.asked, attempt.actor, attempt.findings) == ("erase", by["id"], ",".join(codes))
    assert {name: rows for name, rows in after.items() if name != "attempt"} == {
        name: rows for name, rows in before.items() if name != "attempt"
    }


def test_without_l2_still_two_people(under: Any) -> None:
    story = under(l2_duties=False).to("assessed")
    pm = actor("pm-1")
    assert refused(asks(story, 2, by=pm, second=pm)) == ["L2.erasure_two_people"]
    assert asks(story, 2, by=pm, second=actor("pm-2"))["outcome"] == "accepted"


def test_sealed_contents_take_safeguarding(told: Story) -> None:
    case = told.has("crisis_case")
    told.has("crisis_recommendation", advice="close")
    told.has("crisis_closure")
    two_directors = {"by": DIRECTOR, "second": actor("director-2")}
    assert refused(asks(told, case, **two_directors)) == ["L4.erasure_without_safeguarding"]
    assert asks(told, case)["outcome"] == "accepted"


def test_an_open_case_stays(told: Story) -> None:
    case = told.has("crisis_case")
    assert refused(asks(told, case)) == ["L11.erasure_of_open_case"]
    assert refused(asks(told, cases=["1"])) == ["L11.erasure_of_open_case"]
    assert refused(asks(told, everything=True)) == ["L11.erasure_of_open_case"]
    erased(told, 2)
    told.has("crisis_recommendation", advice="close")
    told.has("crisis_closure")
    erased(told, cases=["1"])


def test_what_the_partners_side_raised_and_nobody_took_up_may_go(told: Story) -> None:
    """It binds nothing until safeguarding takes it up (L11), and so would never be closed."""
    assert told.record("crisis_case", by="partner-1", case="p1")["outcome"] == "accepted"
    erased(told, cases=["p1"])


def test_a_case_of_an_earlier_cycle_may_go(told: Story) -> None:
    case = told.has("crisis_case")
    told.does("decline", reason="They withdrew")
    assert refused(asks(told, case)) == ["L11.erasure_of_open_case"]
    told.has("integrity_clearance")
    told.does("reidentify")
    erased(told, case)
    assert told.show()["cycle"] == 2


def test_a_sequence_without_content_is_named(told: Story) -> None:
    erased(told, 2)
    outcome = asks(told, 2, 3, 99)
    assert refused(outcome) == ["structure.nothing_to_erase"] * 2
    assert [finding["subject"] for finding in outcome["findings"]] == ["2", "99"]
    assert refused(asks(told, cases=["7"])) == ["structure.nothing_to_erase"]
    assert b"Asked for on paper" in as_bytes(told.service)


BAD: list[tuple[Json, str]] = [
    ({"basis": "because"}, "basis"),
    ({"reason": "  "}, "reason"),
    ({"entries": ()}, "entries"),
    ({"by": {"id": "x"}}, "by"),
    ({"second": {"id": "x", "party": "ims", "roles": ["partner_representative"]}}, "second"),
]


@pytest.mark.parametrize(("how", "field"), BAD)
def test_an_argument_that_cannot_be_is_named(told: Story, how: Json, field: str) -> None:
    with pytest.raises(BadRequest, match=f"^{field}: "):
        asks(told, **{"entries": (2,), **how})


def test_of_an_unknown_partnership_nothing_is_erased(told: Story) -> None:
    told.id = "p-none"
    with pytest.raises(UnknownPartnership):
        asks(told, 1)


def test_a_hosts_transaction_takes_no_erasure(told: Story) -> None:
    from partnerships.audit.erasing.erasure import erase
    from tests.storage.rows import engine_of

    with engine_of(told.service).connect() as connection:
        embedded = told.service.within(connection)
        with pytest.raises(BadRequest, match="on the service itself"):
            erase(embedded, "p-1", **HOW, entries=[2])
