"""A partnership as its history makes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from partnerships.lifecycle.cases import Case, Hidden
from partnerships.lifecycle.days import write_day
from partnerships.lifecycle.file import File
from partnerships.lifecycle.filed import Filed
from partnerships.lifecycle.kept import FOLDED, Kept, read_file, read_kept, read_sealed
from partnerships.lifecycle.prompts import Prompts
from partnerships.lifecycle.records import PartnerProfile
from partnerships.lifecycle.vocabulary import CATEGORY_OF, Category, State


@dataclass(slots=True)
class Move:
    """The latest transition that counts."""

    sequence: int
    trigger: str
    on: date
    by: str
    from_state: str | None


@dataclass(slots=True)
class Partnership:
    """State, cycle and current file of one partnership; `sequence` 0 and `state` None before its opening.

    `since` is the sequence of the latest beginning, renewal or extension of the cycle, `began_on` the day of
    its latest beginning; `known_on` the day (UTC) on which that, or a transition since, was recorded late;
    `left` the category that a transition left, `transition_began` its sequence, `own_word` the sequence of
    the partner's own latest position since, with the latest day of any: it stands behind what IMS records
    instead; and `extended_on` the day of the extension that ended it, once a renewal came after that.
    `begun` lists the categories begun in this cycle. `ended` is the sequence of the cycle's end, and
    `open_at_end` tells whether a crisis case was open then (L6). `undermined` pairs a decision's sequence
    with that of withdrawn evidence. `prompts` holds those of this cycle by id. `cases` and `hidden` are the
    sealed part. `folded` says by which rules its history was folded: an earlier version of ours had others.
    """

    id: str
    state: State | None = None
    cycle: int = 0
    cycles_used: int = 0
    sequence: int = 0
    head: str = ""
    since: int = 0
    began_on: date | None = None
    known_on: date | None = None
    left: Category | None = None
    transition_began: int = 0
    own_word: tuple[int, date] | None = None
    extended_on: date | None = None
    begun: list[str] = field(default_factory=list)
    decided: bool = False
    taken_over: int | None = None
    ended: int | None = None
    ended_as: str | None = None
    open_at_end: bool = False
    move: Move | None = None
    newest_on: date | None = None
    undermined: list[tuple[int, int]] = field(default_factory=list)
    folded: int = FOLDED
    prompts: Prompts = field(default_factory=Prompts)
    file: File = field(default_factory=File)
    cases: list[Case] = field(default_factory=list, repr=False)
    hidden: list[Hidden] = field(default_factory=list, repr=False)

    @property
    def category(self) -> Category | None:
        """Give the category of an active state, or the one left while transitioning."""
        category = CATEGORY_OF.get(self.state) if self.state else None
        return self.left if category is None and self.state == State.TRANSITIONING else category

    @property
    def profile(self) -> Filed[PartnerProfile] | None:
        """Give the partner's profile."""
        return self.file.get(PartnerProfile)

    @property
    def open_cases(self) -> list[Case]:
        """Give the open cases of this cycle that bind (L11); a partner's own one does not until adopted."""
        return [
            case
            for case in self.cases
            if case.cycle == self.cycle and case.ended is None and not case.is_partners
        ]

    def open_case(self, case_id: str) -> Case | None:
        """Give the open case of this cycle with this id, the partner's own ones included."""
        for case in reversed(self.cases):
            if case.case == case_id and case.cycle == self.cycle:
                return case if case.ended is None else None
        return None

    @property
    def clearance_after(self) -> int | None:
        """Give the sequence after which re-entry needs a clearance (L6), or None where it needs none."""
        if self.ended is None:
            return None
        cases = [case for case in self.cases if case.cycle == self.cycle and not case.is_partners]
        raised_since = any(case.latest > self.ended for case in cases)
        if self.state != State.TERMINATED_FOR_CRISIS and not self.open_at_end and not raised_since:
            return None
        return max([self.ended, *(case.latest for case in cases)])

    @property
    def is_cleared(self) -> bool:
        """Tell whether the clearance that re-entry needs is on file, or none is needed."""
        after = self.clearance_after
        if after is None:
            return True
        clearance = self.file.records.get("integrity_clearance")
        return clearance is not None and clearance.sequence > after

    @property
    def crisis_mark(self) -> bool:
        """Tell whether the partner of this partnership draws L6's warning elsewhere."""
        return bool(self.open_cases) or not self.is_cleared

    def as_json(self) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Give the JSON of the open part and of the sealed part (None where nothing is sealed).

        The records in it are encoded already, so that a step encodes only what it changed.
        """
        move = self.move
        file = self.file.as_json()
        records = file["records"]
        sealed_records = {slot: records.pop(slot) for slot in ("integrity_clearance",) if slot in records}
        opened: dict[str, Any] = {
            "state": self.state,
            "cycle": self.cycle,
            "cycles_used": self.cycles_used,
            "since": self.since,
            "began_on": _iso(self.began_on),
            "left": self.left,
            "transition_began": self.transition_began,
            "begun": self.begun,
            "decided": self.decided,
            "taken_over": self.taken_over,
            "ended": self.ended,
            "ended_as": self.ended_as,
            "move": [move.sequence, move.trigger, write_day(move.on), move.by, move.from_state]
            if move
            else None,
            "newest_on": _iso(self.newest_on),
            "undermined": [list(pair) for pair in self.undermined],
            "prompts": self.prompts.as_json(),
            "file": file,
        }
        if self.known_on is not None:
            opened["known_on"] = _iso(self.known_on)
        if self.folded != 1:
            opened["folded"] = self.folded
        if self.own_word is not None:
            opened["own_word"] = [self.own_word[0], write_day(self.own_word[1])]
        if self.extended_on is not None:
            opened["extended_on"] = _iso(self.extended_on)
        if not self.cases and not self.hidden and not sealed_records:
            return opened, None
        return opened, {
            "records": sealed_records,
            "open_at_end": self.open_at_end,
            "cases": [case.as_json() for case in self.cases],
            "hidden": [[item.sequence, item.by] for item in self.hidden],
        }

    @classmethod
    def read(
        cls, id: str, sequence: int, head: str, opened: str | bytes | Kept, sealed: bytes | None = None
    ) -> Partnership:
        """Read the JSON that the projection keeps of both parts; raises Unreadable for what is none."""
        kept = opened if isinstance(opened, Kept) else read_kept(opened)
        partnership = cls(
            id=id,
            state=kept.state,
            cycle=kept.cycle,
            cycles_used=kept.cycles_used,
            sequence=sequence,
            head=head,
            since=kept.since,
            began_on=kept.began_on,
            known_on=kept.known_on or None,
            own_word=kept.own_word or None,
            extended_on=kept.extended_on or None,
            left=kept.left,
            transition_began=kept.transition_began,
            begun=kept.begun,
            decided=kept.decided,
            taken_over=kept.taken_over,
            ended=kept.ended,
            ended_as=kept.ended_as,
            move=Move(*kept.move) if kept.move else None,
            newest_on=kept.newest_on,
            undermined=kept.undermined,
            folded=kept.folded or 1,
            prompts=Prompts(kept.prompts),
            file=File.of_kept(read_file(kept.file)),
        )
        if sealed is not None:
            hidden = read_sealed(sealed)
            for slot, item in hidden.records.items():
                partnership.file.records[slot] = Filed.of_kept(item)
            partnership.open_at_end = hidden.open_at_end
            partnership.cases = [Case.from_json(item) for item in hidden.cases]
            partnership.hidden = [Hidden(*item) for item in hidden.hidden]
        return partnership


def _iso(day: date | None) -> str | None:
    return write_day(day) if day else None
