"""The fields of a command, its key, and the sequence it expects."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.outcomes import accepted, invalid, refused
from tests.story import Story, actor

IDS = ["", " ", "a b", "a/b", "p:1", "é", "x" * 65, "a\nb", None, 7, True, [], {}]


def command(**parts: Any) -> dict[str, Any]:
    made = {
        "do": "record",
        "id": "p-1",
        "kind": "comment",
        "body": {"about": 1, "text": "Seen"},
        "actor": actor("pm-1"),
    }
    return made | parts


class TestFields:
    @pytest.fixture(autouse=True)
    def identified(self, story: Story) -> None:
        story.to("identified")

    def named(self, story: Story, given: dict[str, Any]) -> set[str]:
        with story.nothing_changes():
            return invalid(story.service.apply(given))

    @pytest.mark.parametrize("id", IDS)
    def test_an_id_is_an_opaque_word(self, story: Story, id: Any) -> None:
        assert self.named(story, command(id=id)) == {"id"}

    @pytest.mark.parametrize("id", [*IDS, "pm@example.org"])
    def test_so_is_an_actors(self, story: Story, id: Any) -> None:
        assert self.named(story, command(actor=actor("pm-1") | {"id": id})) == {"actor.id"}

    @pytest.mark.parametrize("id", ["p", "x" * 64, "A.b_c-9", "0"])
    def test_every_such_word_will_do(self, story: Story, id: str) -> None:
        body = story.body("partner_profile", name="Another (fictional)")
        accepted(story.service.apply(command(do="identify", id=id, body=body) | {"kind": None}))

    @pytest.mark.parametrize("field", ["do", "id", "actor", "kind", "body"])
    def test_what_is_needed_is_named(self, story: Story, field: str) -> None:
        given = command()
        del given[field]
        assert self.named(story, given) == {field}

    @pytest.mark.parametrize("do", ["delete", "RECORD", "", 1, None, ["record"]])
    def test_an_unknown_verb(self, story: Story, do: Any) -> None:
        assert "do" in self.named(story, command(do=do))

    @pytest.mark.parametrize("kind", ["diary", "Comment", "", 1, None, {}])
    def test_an_unknown_kind(self, story: Story, kind: Any) -> None:
        assert "kind" in self.named(story, command(kind=kind))

    @pytest.mark.parametrize("trigger", ["to_exited", "promote", "ASSESS", "", 1, None])
    def test_an_unknown_trigger(self, story: Story, trigger: Any) -> None:
        given = {"do": "trigger", "id": "p-1", "trigger": trigger, "actor": actor("pm-1")}
        assert self.named(story, given) == {"trigger"}

    def test_an_unknown_field(self, story: Story) -> None:
        assert self.named(story, command(colour="red")) == {"colour"}

    def test_a_field_of_another_verb(self, story: Story) -> None:
        assert self.named(story, command(trigger="assess")) == {"trigger"}
        assert self.named(story, command(sequence=1)) == {"sequence"}

    def test_an_unknown_field_of_the_body_and_of_the_actor(self, story: Story) -> None:
        given = command(body={"about": 1, "text": "x", "colour": "red"}, actor=actor("pm-1") | {"email": "x"})
        assert self.named(story, given) == {"body.colour", "actor.email"}

    def test_every_error_is_said_at_once(self, story: Story) -> None:
        given = command(id="a b", on="2024-02-30", body={"about": "one", "colour": 1}, expected_sequence="3")
        fields = self.named(story, given)
        assert fields == {"id", "on", "body.about", "body.text", "body.colour", "expected_sequence"}

    @pytest.mark.parametrize(
        "on",
        [
            *("2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-3-1", "20240301", "2024-W09-5"),
            *(
                "01.03.2024",
                "2024-03-01T00:00:00",
                "2024-03-01 ",
                "today",
                "٢٠٢٤-٠٣-٠١",
                "-2024-03-01",
                "02024-03-01",
            ),
            *(20240301, 1709251200, True, [], {}),
        ],
    )
    def test_a_day_is_a_day_of_the_calendar(self, story: Story, on: Any) -> None:
        assert self.named(story, command(on=on)) == {"on"}

    def test_a_leap_day_is_one(self, story: Story) -> None:
        accepted(story.service.apply(command(on="2024-02-29")))

    @pytest.mark.parametrize("number", ["3", 3.5, -1, True, [], "three", 1e400])
    def test_a_sequence_is_a_whole_number(self, story: Story, number: Any) -> None:
        assert self.named(story, command(expected_sequence=number)) == {"expected_sequence"}
        given = {"do": "withdraw", "id": "p-1", "sequence": number, "reason": "x", "actor": actor("pm-1")}
        assert self.named(story, given) == {"sequence"}

    def test_a_huge_number_breaks_nothing(self, story: Story) -> None:
        outcome = story.service.apply(command(expected_sequence=10**30))
        assert outcome["outcome"] in ("conflict", "invalid")
        given = {
            "do": "withdraw",
            "id": "p-1",
            "sequence": 10**30,
            "reason": "x",
            "actor": actor("director-1"),
        }
        assert story.service.apply(given)["outcome"] in ("refused", "invalid")

    @pytest.mark.parametrize("body", [[], "text", 1, True])
    def test_a_body_is_an_object(self, story: Story, body: Any) -> None:
        assert self.named(story, command(body=body)) == {"body"}

    @pytest.mark.parametrize("key", [1, True, [], {}])
    def test_a_key_is_text(self, story: Story, key: Any) -> None:
        assert self.named(story, command(key=key)) == {"key"}

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"party": "donor"}, "actor.party"),
            ({"party": None}, "actor.party"),
            ({"roles": ["editor"]}, "actor.roles"),
            ({"roles": "director"}, "actor.roles"),
            ({"roles": None}, "actor.roles"),
            ({"partnerships": "p-1"}, "actor.partnerships"),
        ],
    )
    def test_an_actor_has_a_party_and_roles(self, story: Story, change: dict[str, Any], field: str) -> None:
        named = self.named(story, command(actor=actor("pm-1") | change))
        assert named
        assert all(one.startswith(field) for one in named)

    def test_an_invalid_command_is_so_before_anything_else(self, story: Story) -> None:
        stranger = command(id="p-9", colour="red", expected_sequence=99)
        assert self.named(story, stranger) == {"colour"}

    @pytest.mark.parametrize("do", ["withdraw", "revert", "open"])
    def test_a_correction_takes_a_reason(self, story: Story, do: str) -> None:
        assert self.named(story, {"do": do, "id": "p-1", "sequence": 1, "actor": actor("pm-1")}) == {"reason"}

    def test_null_is_absent(self, story: Story) -> None:
        given = command(on=None, key=None, expected_sequence=None, reason=None, trigger=None)
        accepted(story.service.apply(given))


class TestOrder:
    """Invalid, key, not found, conflict, refused."""

    def test_what_does_not_exist_is_not_found_before_it_is_a_conflict(self, story: Story) -> None:
        outcome = story.service.apply(command(id="p-9", expected_sequence=7))
        assert outcome == {"outcome": "not_found", "id": "p-9"}

    def test_a_conflict_comes_before_a_refusal(self, story: Story) -> None:
        story.to("identified").has("comment")
        outcome = story.trigger("assess", expected_sequence=1)
        assert outcome == {"outcome": "conflict", "id": "p-1", "expected_sequence": 1, "sequence": 2}
        refused(story.trigger("assess", expected_sequence=2))

    def test_a_key_comes_before_what_is_not_found(self, story: Story) -> None:
        story.to("identified").has("comment", key="k-1")
        assert invalid(story.service.apply(command(id="p-9", key="k-1"))) == {"key"}


@pytest.mark.every_store
class TestExpectedSequence:
    def test_the_one_that_was_seen(self, story: Story) -> None:
        story.to("identified")
        accepted(story.record("comment", expected_sequence=1))

    @pytest.mark.parametrize("expected", [0, 1, 3, 99])
    def test_a_stale_or_an_early_one_is_a_conflict(self, story: Story, expected: int) -> None:
        story.to("identified").has("comment")
        with story.nothing_changes():
            outcome = story.record("comment", expected_sequence=expected)
        assert outcome == {"outcome": "conflict", "id": "p-1", "expected_sequence": expected, "sequence": 2}
        accepted(story.record("comment"))

    def test_a_new_id_expects_nothing(self, story: Story) -> None:
        body = story.body("partner_profile")
        ahead = story.command("identify", "pm-1", body=body, expected_sequence=1)
        assert story.apply(ahead) == {
            "outcome": "conflict",
            "id": "p-1",
            "expected_sequence": 1,
            "sequence": 0,
        }
        accepted(story.apply(ahead | {"expected_sequence": 0}))

    def test_a_refusal_moves_nothing(self, story: Story) -> None:
        story.to("identified")
        refused(story.trigger("assess"))
        accepted(story.record("comment", expected_sequence=1))


@pytest.mark.every_store
class TestKeys:
    def test_the_same_command_again_gives_its_first_outcome_and_changes_nothing(self, story: Story) -> None:
        story.to("identified")
        first = story.record("comment", key="k-1")
        accepted(first)
        with story.nothing_changes():
            assert story.record("comment", key="k-1") == first

    def test_so_does_a_refusal_although_it_would_now_pass(self, story: Story) -> None:
        story.to("identified")
        first = story.trigger("assess", key="k-1")
        refused(first)
        story.ready_for("assess")
        with story.nothing_changes():
            assert story.trigger("assess", key="k-1") == first
        accepted(story.trigger("assess", key="k-2"))

    def test_a_repeated_decision_is_taken_once(self, story: Story) -> None:
        story.to("identified").ready_for("assess")
        first = story.trigger("assess", key="k-1")
        accepted(first).in_state("assessed")
        assert story.trigger("assess", key="k-1") == first

    def test_another_command_with_it_is_invalid(self, story: Story) -> None:
        story.to("identified").has("comment", key="k-1")
        with story.nothing_changes():
            assert invalid(story.record("comment", key="k-1", text="Something else")) == {"key"}
            assert invalid(story.record("comment", key="k-1", by="pm-2")) == {"key"}
            assert invalid(story.trigger("assess", key="k-1")) == {"key"}

    def test_it_is_unique_over_all_partnerships(self, story: Story) -> None:
        story.to("identified").has("comment", key="k-1")
        other = Story(story.service, story.clock, "p-2", name="Another (fictional)").to("identified")
        assert invalid(other.record("comment", key="k-1")) == {"key"}

    def test_order_of_fields_and_the_expected_sequence_make_no_other_command(self, story: Story) -> None:
        story.to("identified")
        given = command(key="k-1", expected_sequence=1)
        first = story.apply(given)
        accepted(first)
        turned = json.dumps(dict(reversed(list(given.items()))), indent=1)
        assert story.service.apply(turned) == first
        assert story.apply(given | {"expected_sequence": 77}) == first

    def test_what_was_invalid_not_found_or_a_conflict_may_be_tried_again(self, story: Story) -> None:
        invalid(story.service.apply(command(key="k-1", colour="red")))
        assert story.service.apply(command(key="k-1"))["outcome"] == "not_found"
        story.to("identified")
        assert story.service.apply(command(key="k-1", expected_sequence=9))["outcome"] == "conflict"
        accepted(story.service.apply(command(key="k-1")))

    def test_without_a_key_a_command_is_done_twice(self, story: Story) -> None:
        story.to("identified")
        assert [story.record("comment")["sequence"], story.record("comment")["sequence"]] == [2, 3]
