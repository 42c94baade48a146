"""Open calls where they endanger people, and a second person's exception (S4.9 to S4.12, L5)."""

from __future__ import annotations

import pytest

from tests.outcomes import accepted, refused
from tests.story import Story


class TestOpenCalls:
    """Open calls where they endanger people (S4.10 to S4.12)."""

    @pytest.fixture
    def volatile(self, story: Story) -> Story:
        return story.to("identified").ready_for(
            "assess", context_analysis={"stability": "volatile"}, selection={"modality": "open_call"}
        )

    def test_an_open_call_in_a_volatile_context_is_refused(self, volatile: Story) -> None:
        found = refused(volatile.trigger("assess")).by("S4.11")
        assert found.found[0]["interpretation"] is True

    @pytest.mark.every_store
    def test_it_passes_with_a_second_persons_exception_and_keeps_its_warning(self, volatile: Story) -> None:
        volatile.has("exception", clause="S4.11", by="director-2")
        accepted(volatile.trigger("assess")).warned("S4.10").in_state("assessed")

    def test_a_committee_may_except_it_too(self, volatile: Story) -> None:
        volatile.has("exception", clause="S4.11", by="committee-1")
        accepted(volatile.trigger("assess")).warned("S4.10")

    def test_the_exception_is_for_its_own_clause(self, volatile: Story) -> None:
        volatile.has("exception", clause="S6.20", by="director-2")
        refused(volatile.trigger("assess")).by("S4.11")

    def test_an_exception_falls_with_the_next_selection(self, volatile: Story) -> None:
        volatile.has("exception", clause="S4.11", by="director-2")
        volatile.has("selection", modality="open_call", justification="Another reason")
        refused(volatile.trigger("assess")).by("S4.11")
        volatile.has("exception", clause="S4.11", by="director-2")
        accepted(volatile.trigger("assess"))

    def test_once_fallen_it_does_not_rise_with_the_old_words(self, volatile: Story) -> None:
        volatile.has("exception", clause="S4.11", by="director-2")
        volatile.has("selection", modality="open_call", justification="Another reason")
        volatile.has("selection", modality="open_call")
        refused(volatile.trigger("assess")).by("S4.11")

    def test_an_exception_outlives_a_version_that_only_adds_a_note(self, volatile: Story) -> None:
        volatile.has("exception", clause="S4.11", by="director-2")
        volatile.has("selection", modality="open_call", note="Seen by the board")
        accepted(volatile.trigger("assess")).warned("S4.10")

    def test_an_exception_comes_after_what_it_excuses(self, story: Story) -> None:
        story.to("identified").ready_for(
            "assess", without="selection", context_analysis={"stability": "volatile"}
        )
        story.record("exception", clause="S4.11", by="director-2")
        story.has("selection", modality="open_call")
        refused(story.trigger("assess")).by("S4.11")

    def test_nor_once_its_author_has_written_the_selection_as_well(self, volatile: Story) -> None:
        volatile.has("exception", clause="S4.11", by="director-2")
        volatile.has("selection", by="director-2", modality="open_call", note="Seen by the board")
        refused(volatile.trigger("assess")).by("S4.11")

    def test_a_withdrawn_exception_excuses_nothing(self, volatile: Story) -> None:
        sequence = volatile.has("exception", clause="S4.11", by="director-2")
        accepted(volatile.withdraw(sequence, by="director-2"))
        refused(volatile.trigger("assess")).by("S4.11")

    def test_volatile_and_consultative_is_warned_about(self, story: Story) -> None:
        story.to("identified").ready_for(
            "assess", context_analysis={"stability": "volatile"}, selection={"modality": "consultative"}
        )
        accepted(story.trigger("assess")).warned("S4.10")

    @pytest.mark.parametrize("modality", ["curated", "closed_call"])
    def test_volatile_and_curated_or_closed_is_the_default(self, story: Story, modality: str) -> None:
        story.to("identified").ready_for(
            "assess", context_analysis={"stability": "volatile"}, selection={"modality": modality}
        )
        accepted(story.trigger("assess")).warned()

    @pytest.mark.parametrize(
        ("modality", "warnings"),
        [("open_call", ["S4.10"]), ("consultative", []), ("curated", []), ("closed_call", [])],
    )
    def test_fragile_warns_of_an_open_call_alone(
        self, story: Story, modality: str, warnings: list[str]
    ) -> None:
        story.to("identified").ready_for(
            "assess", context_analysis={"stability": "fragile"}, selection={"modality": modality}
        )
        accepted(story.trigger("assess")).warned(*warnings)

    @pytest.mark.parametrize("sector", ["weak", "small", "absent"])
    def test_an_open_call_to_a_weak_sector_is_warned_about(self, story: Story, sector: str) -> None:
        story.to("identified").ready_for(
            "assess", context_analysis={"media_sector": sector}, selection={"modality": "open_call"}
        )
        accepted(story.trigger("assess")).warned("S4.12")

    @pytest.mark.parametrize("modality", ["consultative", "curated", "closed_call"])
    def test_other_ways_suit_a_weak_sector(self, story: Story, modality: str) -> None:
        story.to("identified").ready_for(
            "assess", context_analysis={"media_sector": "weak"}, selection={"modality": modality}
        )
        accepted(story.trigger("assess")).warned()

    def test_fragile_and_weak_are_two_warnings(self, story: Story) -> None:
        story.to("identified").ready_for(
            "assess",
            context_analysis={"stability": "fragile", "media_sector": "weak"},
            selection={"modality": "open_call"},
        )
        accepted(story.trigger("assess")).warned("S4.10", "S4.12")

    def test_a_weak_sector_adds_nothing_to_an_excepted_open_call(self, story: Story) -> None:
        story.to("identified").ready_for(
            "assess",
            context_analysis={"stability": "volatile", "media_sector": "weak"},
            selection={"modality": "open_call"},
        )
        story.has("exception", clause="S4.11", by="director-2")
        accepted(story.trigger("assess")).warned("S4.10")
