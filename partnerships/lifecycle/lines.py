"""Agreements under one partnership: which version counts, which were read (S5.16, S6.16-S6.18)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from partnerships.lifecycle.days import write_day
from partnerships.lifecycle.filed import Filed
from partnerships.lifecycle.kept import KeptLine, KeptRecord
from partnerships.lifecycle.records import Agreement
from partnerships.lifecycle.texts import bare

End = TypeVar("End", date, str)


@dataclass(slots=True)
class Line:
    """All versions of one agreement, by its reference.

    `accepted` is the latest version that both sides accepted; `draft` a later one that they did not.
    `counting` is the version that counts for endline, lapse and prompts: a longer version, or an agreement
    that continues another, counts only from the renewal, extension or beginning that reads it.
    `read` and `read_ends_on` tell which version such a decision read last. `added` marks one that was
    added in an active state without a renewal. `resumes` is the version that a conclusion took the place of:
    one that takes the conclusion back is measured against it. `older` are accepted versions that took effect
    before the one that superseded them, so that a decision on a past day may still read them.
    """

    reference: str
    draft: Filed[Agreement] | None = None
    accepted: Filed[Agreement] | None = None
    counting: Filed[Agreement] | None = None
    read: int = 0
    read_ends_on: date | None = None
    added: bool = False
    resumes: Filed[Agreement] | None = None
    older: list[Filed[Agreement]] = field(default_factory=list)

    @property
    def latest(self) -> Filed[Agreement]:
        """Give the latest version, draft or not."""
        version = self.draft or self.accepted
        assert version is not None
        return version

    @property
    def category(self) -> str:
        """Give the category of the latest version that is no draft, or else of the draft."""
        category: str = (self.accepted or self.latest).raw["category"]
        return category

    @property
    def counts_in(self) -> str | None:
        """Give the category of the version that counts, or None where none does."""
        return self.counting.raw["category"] if self.counting else None

    @property
    def going(self) -> Filed[Agreement] | None:
        """Give the accepted version, or where that concludes, the one whose place it took."""
        return self.accepted if self.accepted and not _concludes(self.accepted) else self.resumes

    @property
    def _standing(self) -> Filed[Agreement] | None:
        """Give the version that counts, or where that concludes, the one whose place it took."""
        return self.resumes if self.counting and _concludes(self.counting) else self.counting

    @property
    def is_unread(self) -> bool:
        """Tell whether its accepted version waits for a decision to read it, with an endline of its own."""
        if self.accepted is None:
            return False
        if not self.read:
            return True
        # One that waits is measured against what counts, which may have been shortened since it was read.
        standing = self._standing if self.counting is not self.accepted else None
        before = day_of(standing, "ends_on") if standing else self.read_ends_on
        return day_of(self.accepted, "ends_on") != before

    @property
    def ends_on(self) -> date | None:
        """Give the endline that counts, or None."""
        return day_of(self.counting, "ends_on") if self.counting else None

    @property
    def runs_until(self) -> date | None:
        """Give the last day of the version that counts: its endline, or an earlier day of its conclusion."""
        days = [day_of(self.counting, name) for name in ("ends_on", "concluded_on") if self.counting]
        return min((day for day in days if day), default=None)

    @property
    def ends_on_text(self) -> str | None:
        """Give the same as it is written: days written out come in the order of their text."""
        return self.counting.raw.get("ends_on") if self.counting else None

    def concluded(self, day: date) -> bool:
        """Tell whether the version that counts was concluded by `day`."""
        version = self.counting or self.accepted
        concluded_on: str | None = version.raw.get("concluded_on") if version else None
        return concluded_on is not None and concluded_on <= write_day(day)

    def past_endline(self, day: date) -> bool:
        """Tell whether the endline that counts lies before `day`; the endline day itself is in time."""
        ends_on = self.ends_on_text
        return ends_on is not None and ends_on < write_day(day)

    def file(
        self, version: Filed[Agreement], others: Iterable[Line], begun: bool, bound: bool = True
    ) -> None:
        """Take a new version in; `begun` tells whether its category has begun in this cycle.

        `bound` tells whether what prolongs an activity or associate agreement waits for a renewal: in a
        strategic partnership none would read it.
        """
        if is_draft(version.raw):
            self.draft = version
            return
        renews = bound and self._renews(version, others)
        is_new = self.accepted is None
        if _concludes(version):
            replaced = self.counting or self.accepted
            self.resumes = self.resumes if replaced is None or _concludes(replaced) else replaced
        before = [*self.older, self.accepted] if self.accepted else []
        self.older = [one for one in before if one.on < version.on]
        self.draft, self.accepted = None, version
        if begun and not renews:
            self._let_count(version)
            self.added = self.added or is_new

    def begin(self, evidence: Iterable[int], others: Iterable[Line]) -> None:
        """Let its category begin: what the decision read counts, and so does what continues nothing."""
        if not self.take(evidence) and self.accepted and self.counts_in != self.category:
            if not self._continues_other(self.accepted.raw, others):
                self._let_count(self.accepted)

    def take(self, evidence: Iterable[int]) -> bool:
        """Let the accepted version count if a decision read it."""
        if self.accepted is None or self.accepted.sequence not in evidence:
            return False
        self._let_count(self.accepted)
        self.read, self.read_ends_on = self.accepted.sequence, day_of(self.accepted, "ends_on")
        return True

    def take_older(self, evidence: Iterable[int], others: Iterable[Line], begun: Collection[str]) -> bool:
        """Let an older version count if a decision on a past day read it, and later ones as they came."""
        place = next((at for at, version in enumerate(self.older) if version.sequence in evidence), None)
        if place is None or self.accepted is None:
            return False
        draft, later = self.draft, [*self.older[place + 1 :], self.accepted]
        self.accepted, self.older = self.older[place], []
        self.take(evidence)
        for version in later:
            self.file(version, others, version.raw["category"] in begun)
        self.draft = draft
        return True

    def forget_older(self, day: date) -> None:
        """Leave out what no decision can read any more: none takes effect before the one on this day (L9)."""
        after = [*self.older[1:], self.accepted]
        followed = zip(self.older, after, strict=False)
        self.older = [version for version, later in followed if later and later.on > day]

    def _let_count(self, version: Filed[Agreement]) -> None:
        self.counting = version
        if not _concludes(version):
            self.resumes = None

    def _renews(self, version: Filed[Agreement], others: Iterable[Line]) -> bool:
        """Tell whether a version would prolong what only a renewal may prolong (S6.18)."""
        said = version.raw
        if said["category"] == "strategic" or said.get("concluded_on"):
            return False
        standing = self._standing
        if standing is None:
            return self._continues_other(said, others)
        before = standing.raw
        # Days written out come in the order of their text.
        if later_end(before.get("ends_on"), said.get("ends_on")):
            return True
        taken_up = said.get("continues") != before.get("continues") or not is_same_work(said, before)
        return taken_up and self._continues_other(said, others)

    def _continues_other(self, said: dict[str, Any], others: Iterable[Line]) -> bool:
        if said["category"] == "strategic":
            return False
        return said.get("continues") is not None or any(
            other.reference != self.reference
            and other.counting is not None
            and other.counts_in == said["category"]
            and same_text(other.counting.raw.get("collaboration"))
            == same_text(said.get("collaboration"))
            is not None
            for other in others
        )

    def as_json(self) -> dict[str, Any]:
        """Give the JSON that the projection keeps; versions are encoded already, each kept once."""
        counting = self.counting
        kept: dict[str, Any] = {
            "draft": self.draft.as_json() if self.draft else None,
            "accepted": self.accepted.as_json() if self.accepted else None,
            "counting": "accepted"
            if counting and counting is self.accepted
            else counting.as_json()
            if counting
            else None,
            "read": self.read,
            "read_ends_on": write_day(self.read_ends_on) if self.read_ends_on else None,
            "added": self.added,
        }
        if self.resumes is not None:
            kept["resumes"] = self.resumes.as_json()
        if self.older:
            kept["older"] = [version.as_json() for version in self.older]
        return kept

    @classmethod
    def of_kept(cls, reference: str, kept: KeptLine) -> Line:
        """Give the line as the projection keeps it."""
        draft, accepted = _version(kept.draft), _version(kept.accepted)
        counting = accepted if kept.counting == "accepted" else _version(kept.counting)
        resumes = _version(kept.resumes or None)
        made = cls(reference, draft, accepted, counting, kept.read, kept.read_ends_on, kept.added, resumes)
        made.older = [Filed.of_kept(version) for version in kept.older or ()]
        return made


def _concludes(version: Filed[Agreement]) -> bool:
    return "concluded_on" in version.raw


def _version(kept: KeptRecord | None) -> Filed[Agreement] | None:
    return Filed.of_kept(kept) if kept is not None else None


def not_concluded(lines: Iterable[Line]) -> list[Line]:
    """Give the lines whose endline still matters: those that were not concluded, or all where each was."""
    counting = [line for line in lines if line.counting]
    return [line for line in counting if line.counting and not _concludes(line.counting)] or counting


def is_draft(said: dict[str, Any]) -> bool:
    """Tell whether a side has not accepted a version yet, so that it counts for nothing."""
    return {acceptance["party"] for acceptance in said["accepted"]} != {"ims", "partner"}


def day_of(version: Filed[Agreement], name: str) -> date | None:
    """Give one day of a version without putting the whole record together."""
    written = version.raw.get(name)
    return date.fromisoformat(written) if written else None


def same_text(text: str | None) -> str | None:
    """Give a text for comparing, as it is but for how it was typed; None for an absent one."""
    return bare(text) if text else None


def is_same_work(said: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tell whether two versions name the same collaboration, case and spaces aside, or both none."""
    one, another = said.get("collaboration"), other.get("collaboration")
    return one == another or same_text(one) == same_text(another)


def later_end(before: End | None, after: End | None) -> bool:
    """Tell whether an endline, as a day or as it is written, moves later or is dropped."""
    return before is not None and (after is None or after > before)


def in_force(version: Filed[Agreement], day: date) -> bool:
    """Tell whether a version of an agreement is in force on a day (S5.16)."""
    # Days written out come in the order of their text.
    on, said = write_day(day), version.raw
    if not said["starts_on"] <= on <= said.get("ends_on", on):
        return False
    return "concluded_on" not in said or on < said["concluded_on"]
