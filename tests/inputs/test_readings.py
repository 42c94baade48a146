"""What readings are asked with: an id that none can have is unknown, all else that is wrong is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any

import pytest

from partnerships import BadRequest, UnknownPartnership, open_audit
from partnerships.workflows.arguments import PortfolioFilters, PromptFilters
from partnerships.workflows.prompting import prompts
from tests.story import Story, actor

NO_IDS = ["", "p-9", "p 1", "p-1\0", "\ud800", "x" * 65, 7, None, ["p-1"]]
NO_TEXTS = ["a\0b", "\ud800", 7, ["a"]]
NO_COUNTS = [-1, True, "5", 1.0]
HUGE = [2**31, 2**63, 10**30]

OF_ONE: dict[str, Callable[[Story, Any], Any]] = {
    "show": lambda story, id: story.service.show(id),
    "show as of": lambda story, id: story.service.show(id, as_of="2024-03-01"),
    "history": lambda story, id: story.service.history(id),
    "why": lambda story, id: story.service.why(id),
    "checklist": lambda story, id: story.service.checklist(id),
    "replay": lambda story, id: story.service.replay(id),
    "audit history": lambda story, id: open_audit(story.service).history(id),
    "audit replay": lambda story, id: list(open_audit(story.service).replay([id])),
    "receipt": lambda story, id: open_audit(story.service).receipt(id, 1),
    "erase": lambda story, id: erase(story, id),
    "place_hold": lambda story, id: open_audit(story.service).place_hold(
        id, by=actor("director-1"), reason="Asked"
    ),
    "lift_hold": lambda story, id: open_audit(story.service).lift_hold(
        id, 1, by=actor("director-1"), reason="Over"
    ),
}
WITH_TEXTS: dict[str, Callable[[Story, Any], Any]] = {
    "name": lambda story, text: story.service.portfolio(name=text),
    "identifier": lambda story, text: story.service.portfolio(identifier=text),
    "country": lambda story, text: story.service.portfolio(country=text),
    "responsible": lambda story, text: story.service.portfolio(responsible=text),
    "type": lambda story, text: story.service.portfolio(type=text),
    "level": lambda story, text: story.service.portfolio(level=text),
    "after": lambda story, text: story.service.portfolio(after=text),
    "for_": lambda story, text: story.service.prompts(for_=text),
    "ids": lambda story, text: story.service.retry([text]),
}
WITH_LIMITS: dict[str, Callable[[Story, Any], Any]] = {
    "history": lambda story, limit: story.service.history("p-1", limit=limit),
    "portfolio": lambda story, limit: story.service.portfolio(limit=limit),
    "feed": lambda story, limit: story.service.feed(limit=limit),
    "prompts": lambda story, limit: story.service.prompts(limit=limit),
    "prompts by a day": lambda story, limit: story.service.prompts(on="2030-01-01", limit=limit),
    "undelivered": lambda story, limit: story.service.undelivered(limit=limit),
    "overview": lambda story, limit: story.service.overview(limit=limit)["introductions"],
}


def erase(story: Story, id: Any) -> Any:
    people = {"by": actor("director-1"), "second": actor("director-2")}
    return open_audit(story.service).erase(
        id, **people, basis="consent_withdrawn", reason="Asked", entries=[1]
    )


pytestmark = pytest.mark.every_store


def assessed(story: Story) -> Story:
    return story.to("assessed")


@pytest.fixture
def story(store: str, standing: Callable[..., Story]) -> Iterator[Story]:
    found = standing(store, assessed)
    with found.nothing_changes():
        yield found


@pytest.mark.parametrize("reading", OF_ONE)
def test_an_id_that_is_not_on_file_is_unknown(story: Story, reading: str) -> None:
    for id in NO_IDS:
        with pytest.raises(UnknownPartnership):
            OF_ONE[reading](story, id)


@pytest.mark.parametrize("argument", WITH_TEXTS)
def test_a_text_to_look_for_is_one_that_can_be_kept(story: Story, argument: str) -> None:
    for text in NO_TEXTS:
        with pytest.raises(BadRequest, match=f"^{argument} must"):
            WITH_TEXTS[argument](story, text)


@pytest.mark.parametrize("value", [7, True, b"strategic", ["strategic"], {"is": "strategic"}, "gone"])
@pytest.mark.parametrize("argument", ["state", "status", "kind", "after"])
def test_a_word_to_choose_by_is_one_of_those_that_there_are(story: Story, argument: str, value: Any) -> None:
    service = story.service
    read: dict[str, Callable[..., object]] = {"state": service.portfolio, "after": service.feed}
    with pytest.raises(BadRequest):
        read.get(argument, service.prompts)(**{argument: value})


@pytest.mark.parametrize("reading", WITH_LIMITS)
def test_a_limit_is_a_whole_number(story: Story, reading: str) -> None:
    read = WITH_LIMITS[reading]
    for limit in NO_COUNTS:
        with pytest.raises(BadRequest, match="limit: "):
            read(story, limit)
    assert all(read(story, limit) == read(story, 1000) for limit in HUGE)


def test_a_history_goes_on_after_a_number_of_its_own(story: Story) -> None:
    history = story.service.history
    last = story.service.show("p-1")["sequence"]
    assert [entry["sequence"] for entry in history("p-1", after=last - 1)] == [last]
    partner = actor("partner-1") | {"partnerships": ["p-1"]}
    for reader in (None, partner):
        assert [history("p-1", actor=reader, after=after) for after in (last, last + 1, *HUGE)] == [[]] * 5
    for after in NO_COUNTS:
        with pytest.raises(BadRequest, match="after: "):
            history("p-1", after=after)


def test_the_filters_that_a_type_checker_knows_are_those_that_are_taken(story: Story) -> None:
    service = story.service
    assert service.portfolio(**dict.fromkeys(PortfolioFilters.__annotations__)) == service.portfolio()
    assert service.prompts(**dict.fromkeys(PromptFilters.__annotations__)) == service.prompts()
    ours = {"ledger", "context", "viewer"}
    assert set(PromptFilters.__annotations__) == set(signature(prompts).parameters) - ours
