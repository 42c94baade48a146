"""How a message is put together: one block a partnership, the most pressing first, each prompt once."""

from __future__ import annotations

from typing import Any

from partnerships import Service
from partnerships.lifecycle.prompts import PromptStep
from partnerships.lifecycle.vocabulary import Role
from partnerships.scheduler.delivery.digest import Item, Told, tell
from partnerships.scheduler.delivery.people import People
from partnerships.scheduler.delivery.words import Languages
from partnerships.scheduler.listing import listed
from partnerships.storage.deliveries import Deliveries
from tests.scheduler.asked import ASKED
from tests.scheduler.delivery.office import Paper, asked, deliver, post_of
from tests.scheduler.delivery.office import listed as listed_person
from tests.storage.rows import all_rows
from tests.story import Story

ENGLISH = Languages().best_for("en")


def item(kind: str, partnership: str, due_on: str, **more: Any) -> Item:
    life = ASKED[kind]()
    made = next(prompt for prompt in life.prompts(kind) if prompt.is_open)
    prompt = {**listed(life.partnership, made), "partnership": partnership, "due_on": due_on}
    return Item(f"Radio of {partnership}", PromptStep.ASKED, {**prompt, **more}, None)


def told(*items: Item) -> Told:
    return tell(items, ENGLISH)


def test_each_partnership_has_one_block_and_the_most_pressing_comes_first() -> None:
    message = told(
        item("exit_dialogue", "p-2", "2024-03-09"),
        item("review_stale", "p-1", "2024-03-05"),
        item("goals_reached", "p-2", "2024-03-01"),
    )
    for said in (message.text, message.html):
        assert said.count("Radio of p-2") == said.count("Radio of p-1") == 1
        order = [
            said.index(words) for words in ("p-2", "Goals reached", "Exit dialogue", "p-1", "Review out")
        ]
        assert order == sorted(order)


def test_one_prompt_is_named_in_the_subject_and_several_are_counted() -> None:
    one, other = item("exit_dialogue", "p-1", "2024-03-09"), item("review_stale", "p-1", "2024-03-05")
    assert told(one).subject == "Radio of p-1: Exit dialogue"
    assert told(one, other).subject == "Partnerships: 2 open prompts"


def test_a_name_keeps_its_spelling_and_no_sign_that_turns_a_line() -> None:
    linked = item("exit_dialogue", "p-1", "2024-03-09")
    names = {
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645": None,
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3": None,
        "One\u202eowT\nThree": "One owT Three",
    }
    for name, shown in names.items():
        message = told(Item(name, linked.step, linked.listed, None))
        assert message.subject == f"{shown or name}: Exit dialogue"
        assert (shown or name) in message.text


def test_every_kind_can_be_told() -> None:
    for kind in ASKED:
        message = told(item(kind, "p-1", "2024-03-09"))
        assert "None" not in message.text + message.html, kind
        assert "Due 9 March 2024" in message.text


def test_a_link_cannot_leave_its_place() -> None:
    linked = item("exit_dialogue", "p-1", "2024-03-09")
    hostile = Item(linked.partner, linked.step, linked.listed, 'https://x.example.org/"><script>')
    assert "<script>" not in told(hostile).html


def test_a_prompt_that_was_asked_and_escalated_is_told_once(story: Story, service: Service) -> None:
    """One person may look after a partnership and be its director; both steps may wait for one message."""
    people = People([listed_person("pm-1", Role.PROGRAMME_MANAGER, Role.DIRECTOR)])
    asked(story)
    story.clock.advance(days=14)
    service.sweep()
    paper = Paper()
    assert deliver(service, paper, people=people).routed == 2
    (message,) = paper.sent
    assert len(all_rows(service, "message_item")) == 2
    assert len(message.event["data"]["prompts"]) == 1
    assert message.text.count("Exit dialogue") == 1
    assert "nobody has answered yet" in message.text


def test_what_came_of_a_notice_is_written_once(story: Story, service: Service) -> None:
    """A commit whose answer was lost is done again, and then finds that it was done."""
    asked(story)
    post = post_of(service)
    (notice,) = post.writing(lambda ledger: Deliveries(ledger).take_notices(post.instant(), "9999", 10))
    done = [
        post.writing(
            lambda ledger: Deliveries(ledger).settle_notice(notice, again_at=None, routed_at=post.instant())
        )
        for _ in range(2)
    ]
    assert done == [True, False]


def test_a_long_word_in_a_name_makes_no_mail_wider_than_its_screen() -> None:
    html = told(item("exit_dialogue", "p-1", "2024-03-09")).html
    [style] = [line for line in html.splitlines() if "max-width:600px" in line]
    assert "overflow-wrap:anywhere" in style
