"""The matter before a decision: the file as of the day, the file as recorded, the actor and the rules."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from msgspec import Struct, field

from partnerships.lifecycle.authors import author_of
from partnerships.lifecycle.commands import Actor
from partnerships.lifecycle.days import day_after, write_day
from partnerships.lifecycle.filed import Filed
from partnerships.lifecycle.lines import Line, in_force, is_same_work, not_concluded
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.records import Agreement, Exception_
from partnerships.lifecycle.records.fields import Body
from partnerships.lifecycle.settings import Settings
from partnerships.lifecycle.vocabulary import BEGINNINGS, CONTINUATIONS, Category, Trigger

B = TypeVar("B", bound=Body)


class Matter(Struct, eq=False):
    """What a guard looks at.

    `then` is the partnership with the records that take effect by the decision's day, `now` as recorded:
    what bars a decision counts from its recording, whatever the decision's day. Both are one object unless
    the decision is back-dated. `elsewhere` tells whether the same partner is in a crisis in another
    partnership (L6). `evidence` and `excuses` note the sequences and the exceptions that were relied on.
    """

    then: Partnership
    now: Partnership
    actor: Actor
    on: date
    today: date
    settings: Settings
    trigger: Trigger | None = None
    reason: str | None = None
    elsewhere: bool = False
    evidence: set[int] = field(default_factory=set)
    excuses: dict[str, Filed[Exception_]] = field(default_factory=dict)
    _satisfying: list[Filed[Agreement]] | None = None
    _read: list[Filed[Agreement]] | None = None

    def __repr__(self) -> str:
        """Tell which decision it is about, and nothing of what is said."""
        return f"Matter({self.now.id!r}, {self.trigger}, {self.on})"

    @property
    def author(self) -> str:
        """Give the actor as authors are kept: an id tells who it is within a side only."""
        return author_of(self.actor.id, self.actor.party)

    def filed(self, model: type[B], of: str | None = None) -> Filed[B] | None:
        """Give the record that counts on the decision's day, and note it as evidence."""
        filed = self.then.file.get(model, of)
        if filed is not None:
            self.evidence.add(filed.sequence)
        return filed

    def body(self, model: type[B], of: str | None = None) -> B | None:
        """Give what the record that counts on the decision's day says."""
        filed = self.filed(model, of)
        return filed.body if filed is not None else None

    def versions(self, model: type[B], of: str | None = None, after: int = 0) -> list[Filed[B]]:
        """Give the version that counts on the day and the latest recorded, where that is another one.

        Only versions recorded after the sequence `after`; empty where none counts on the day.
        """
        standing = self.filed(model, of)
        if standing is None or standing.sequence <= after:
            return []
        latest = self.now.file.get(model, of)
        if latest is None or latest.sequence == standing.sequence:
            return [standing]
        return [standing, latest]

    @property
    def category(self) -> Category | None:
        """Give the category that is entered, renewed or extended, or else the partnership's own."""
        if self.trigger in BEGINNINGS:
            return BEGINNINGS[self.trigger]
        return self.now.category

    def satisfying_agreements(self) -> list[Filed[Agreement]]:
        """Give the agreements that meet S5.16 for the category entered or continued."""
        if self._satisfying is None:
            category = self.category
            self._satisfying = [
                line.accepted
                for line in self.then.file.agreements.values()
                if line.accepted and line.category == category and self._carries(line, line.accepted)
            ]
        return self._satisfying

    def _carries(self, line: Line, agreement: Filed[Agreement]) -> bool:
        """Tell whether an agreement is in force; to go on, it has to be unread and may follow in time."""
        if self.trigger not in CONTINUATIONS:
            return in_force(agreement, self.on)
        return line.is_unread and (in_force(agreement, self.on) or self._follows(agreement))

    def agreements_read(self) -> list[Filed[Agreement]]:
        """Give the agreements that the clauses on an agreement read; empty where there is none at all."""
        if self._read is None:
            self._read = self.satisfying_agreements() or self._agreements_at_hand()
            self.evidence.update([filed.sequence for filed in self._read])
        return self._read

    def agreements_begun(self) -> list[Filed[Agreement]]:
        """Give those read and, at a beginning, those that start later and count without a renewal.

        The beginning does not read these, so they are no evidence.
        """
        read = self.agreements_read()
        if self.trigger not in BEGINNINGS:
            return read
        accepted = [line.accepted for line in self.then.file.agreements.values() if line.accepted]
        coming = [one for one in accepted if one not in read and self._begins_later(one)]
        return read + [one for one in coming if not any(is_same_work(one.raw, other.raw) for other in read)]

    def agreements_beside(self) -> list[Filed[Agreement]]:
        """Give those of other categories that count and are not over yet; no evidence either."""
        lines = self.then.file.agreements.values()
        running = [line for line in lines if not line.past_endline(self.on) and not line.concluded(self.on)]
        counting = [line.counting for line in running if line.counting]
        return [one for one in counting if not self._is_of_category(one)]

    def _begins_later(self, agreement: Filed[Agreement]) -> bool:
        said = agreement.raw
        by_itself = "continues" not in said and "concluded_on" not in said
        return by_itself and self._is_of_category(agreement) and said["starts_on"] > write_day(self.on)

    def _agreements_at_hand(self) -> list[Filed[Agreement]]:
        """Give those of the category that are in force, or else its latest, drafts included."""
        lines = self.then.file.agreements.values()
        accepted = [line.accepted for line in lines if line.accepted and self._is_of_category(line.accepted)]
        standing = [agreement for agreement in accepted if in_force(agreement, self.on)]
        if standing:
            return standing
        drafts = [line.draft for line in lines if line.draft and self._is_of_category(line.draft)]
        versions = accepted + drafts
        return [max(versions, key=lambda filed: filed.sequence)] if versions else []

    def _is_of_category(self, agreement: Filed[Agreement]) -> bool:
        return bool(agreement.raw["category"] == self.category)

    def _follows(self, agreement: Filed[Agreement]) -> bool:
        """Tell whether an agreement that is not in force yet follows in good time on the one it continues."""
        body = agreement.body
        endline = self._endline_before(agreement)
        return (
            endline is not None
            and self.on < body.starts_on <= day_after(endline)
            and (body.concluded_on is None or body.concluded_on > self.on)
        )

    def _endline_before(self, followed: Filed[Agreement]) -> date | None:
        body = followed.body
        lines = self.then.file.agreements
        continued = lines.get(body.continues) if body.continues else None
        if continued is not None and continued.runs_until is not None:
            return continued.runs_until
        # A version that already counts does not follow on itself, but on the version read before it.
        own = [line for line in lines.values() if line.counts_in == self.category]
        ends = [
            line.read_ends_on if line.counting is followed else line.runs_until for line in not_concluded(own)
        ]
        return max((ends_on for ends_on in ends if ends_on), default=None)

    def exception(self, clause: str, record: Filed[B] | None, after: int = 0) -> Filed[Exception_] | None:
        """Give the exception to a clause that stands after the version it excuses (L5).

        One from before the sequence `after` was made for an earlier decision and is not used again.
        """
        excuse = self.then.file.get(Exception_, clause)
        if excuse is None or record is None or excuse.sequence < max(record.material, after):
            return None
        if self.settings.l5_exceptions and set(excuse.authors) & set(record.authors):
            return None
        self.evidence.add(excuse.sequence)
        self.excuses[clause] = excuse
        return excuse
