"""The sweep: every prompt that is due is made, once, whoever runs it and however often (L7).

Requirements, and how they are met:

1. A prompt is made once. Its id is made of partnership, kind, subject and due day, and is a key that is never
   taken out; and whoever looks at a partnership holds its row.
2. Nothing is made by halves. A prompt, its entry, its place in the feed, its notice and the day of the next
   look are committed together.
3. No machine waits for another. Rows that another sweep holds are passed over; it makes what is due there.
4. One partnership that fails stops no other. Its batch is made again one by one; it alone is set aside.
5. The cost is that of what is due: a partnership is read on the day that its last look found, and after a
   command.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

from partnerships.errors import BadRequest
from partnerships.lifecycle.canonical import digest_of
from partnerships.lifecycle.days import write_instant
from partnerships.lifecycle.fold import fold
from partnerships.lifecycle.kept import FOLDED
from partnerships.lifecycle.partnership import Partnership
from partnerships.scheduler.context import Context
from partnerships.scheduler.look import Look, look
from partnerships.scheduler.zones import latest_day
from partnerships.storage.documents import keep_documents
from partnerships.storage.failures import kind_of, spoils_one_row
from partnerships.storage.ledger import Ledger
from partnerships.storage.sweeping import SweepStatements, sweep_statements
from partnerships.storage.writing import LostRace

T = TypeVar("T")

BATCH = 100
"""How many partnerships one transaction looks at."""

RULES = 1
"""Counts up when the same file and settings lead to other prompts than before: all are looked at again then.

They are, too, where histories fold to other files than before.
"""

_PAGE = 2000
_LOOKED_UNDER = "looked_under"
_BEGUN = " begun"
"""After the rules, while the partnerships that were looked at under others are being marked."""


class OtherRules(Exception):
    """Raised where somebody else sweeps under other settings: what this sweep finds would count no more."""


class Run(Protocol):
    """Runs work in a transaction of its own, again where that helps."""

    def __call__(self, work: Callable[[Ledger], T]) -> T:
        """Run it and commit."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A partnership whose prompts could not be made; `error` is a class and an SQLSTATE, never a text."""

    partnership: str
    error: str
    since: str
    tries: int

    def as_json(self) -> dict[str, Any]:
        """Give the JSON of a report."""
        return {
            "partnership": self.partnership,
            "error": self.error,
            "since": self.since,
            "tries": self.tries,
        }


@dataclass(slots=True)
class SweepReport:
    """What one sweep did; `set_aside` lists what it could not do, and tries again on the next day."""

    looked_at: int = 0
    asked: int = 0
    missed: int = 0
    escalated: int = 0
    set_aside: list[SetAside] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Give the JSON of a report."""
        return {
            "looked_at": self.looked_at,
            "asked": self.asked,
            "missed": self.missed,
            "escalated": self.escalated,
            "set_aside": [item.as_json() for item in self.set_aside],
        }


def sweep(
    run: Run, context: Context, on: date | None = None, progress: Callable[[int, int], None] | None = None
) -> SweepReport:
    """Make the prompts due on or before a day, in each partnership's own days; `on` absent means today.

    `progress` is told how many partnerships were looked at, and how many there were to look at. Raises
    BadRequest for a day after today, and DatabaseFailed.
    """
    return _Sweep(run, context, on, progress).whole()


def set_aside_of(ledger: Ledger) -> list[SetAside]:
    """Give the partnerships that are set aside."""
    statements = sweep_statements(ledger.tables.place, ledger.connection.dialect)
    rows = statements.all_set_aside.all(ledger.cursor, {})
    return [SetAside(id, error, since, tries) for id, since, error, tries in rows]


def ever_made(ledger: Ledger, partnership: str) -> set[str]:
    """Give the ids of all prompts that were ever made for a partnership, in whatever cycle."""
    statements = sweep_statements(ledger.tables.place, ledger.connection.dialect)
    return {row[0] for row in statements.ever_made.all(ledger.cursor, {"of_partnership": partnership})}


def _fold_anew(ledger: Ledger, partnership: str) -> Partnership:
    return fold(partnership, ledger.entries(partnership))


class _Sweep:
    def __init__(
        self, run: Run, context: Context, on: date | None, progress: Callable[[int, int], None] | None
    ) -> None:
        self.run, self.context, self.on = run, context, on
        self.now: datetime = context.clock()
        self.recorded_at = write_instant(self.now)
        latest = latest_day(self.now)
        if on is not None and on > latest:
            raise BadRequest(f"on: {on.isoformat()} lies ahead; a sweep makes nothing before its day")
        self.bound = on or latest
        self.rules = digest_of([RULES, FOLDED, context.versions[-1].settings_digest])
        self.progress = progress or (lambda done, total: None)
        self.report = SweepReport()

    def whole(self) -> SweepReport:
        """Look at all that is due for a look, batch by batch."""
        self._look_at_all_under_new_rules()
        total = self.run(self._to_do)
        place, one_by_one = ("", ""), 0
        while True:
            batch = _Batch(self, place, 1 if one_by_one else BATCH)
            try:
                self.run(batch.make)
            except OtherRules:
                return self.report
            except Exception as error:
                if not spoils_one_row(error) or not batch.claimed:
                    raise
                if len(batch.claimed) > 1:
                    one_by_one = len(batch.claimed)
                    continue
                self._set_aside(batch.claimed[0], error)
            else:
                batch.add_to(self.report)
            self.report.looked_at += len(batch.claimed)
            self.progress(self.report.looked_at, max(total, self.report.looked_at))
            if len(batch.claimed) < batch.size:
                return self.report
            place = batch.claimed[-1].next_due_on, batch.claimed[-1].id
            one_by_one = max(one_by_one - 1, 0)

    def statements(self, ledger: Ledger) -> SweepStatements:
        """Give the statements that fit a ledger's database."""
        return sweep_statements(ledger.tables.place, ledger.connection.dialect)

    def looked_under(self, ledger: Ledger) -> str | None:
        """Give the rules under which all partnerships were looked at, or are being marked to be."""
        row = self.statements(ledger).select_upkeep.one(ledger.cursor, {"name": _LOOKED_UNDER})
        return str(row[0]) if row else None

    def _begin(self, ledger: Ledger) -> str | None:
        """Keep the documents at hand, so that what is decided under them can be judged later."""
        keep_documents(ledger, self.context.versions)
        return self.looked_under(ledger)

    def _to_do(self, ledger: Ledger) -> int:
        row = self.statements(ledger).count.one(ledger.cursor, {"bound": self.bound.isoformat()})
        return row[0] if row else 0

    def _look_at_all_under_new_rules(self) -> None:
        """Other settings make other days due, so that what was found under the ones before counts no more.

        They are named before the first page is marked: from then on a sweep under other ones writes nothing.
        """
        if self.run(self._begin) == self.rules:
            return
        self.run(lambda ledger: self._keep_rules(ledger, self.rules + _BEGUN))
        after: str | None = ""
        while after is not None:
            after = self.run(lambda ledger, after=after: self._look_at_page(ledger, after))  # type: ignore[misc]
        self.run(lambda ledger: self._keep_rules(ledger, self.rules))

    def _keep_rules(self, ledger: Ledger, rules: str) -> None:
        statements = self.statements(ledger)
        told = {"of_name": _LOOKED_UNDER, "name": _LOOKED_UNDER, "value": rules}
        if statements.update_upkeep.run(ledger.cursor, told).rowcount == 0:
            statements.insert_upkeep.run(ledger.cursor, told)

    def _look_at_page(self, ledger: Ledger, after: str) -> str | None:
        statements = self.statements(ledger)
        ids = statements.page.all(ledger.cursor, {"after": after, "limit": _PAGE})
        if not ids:
            return None
        last = str(ids[-1][0])
        statements.look_at_page.run(ledger.cursor, {"after": after, "last": last})
        return last

    def _set_aside(self, claimed: Claimed, error: Exception) -> None:
        """Keep what went wrong, and look again on the next day, or after the next command.

        Nothing is kept where a command came in between: what failed may be over with it.
        """

        def work(ledger: Ledger) -> SetAside | None:
            statements, id = self.statements(ledger), claimed.id
            tomorrow = (self.bound + timedelta(days=1)).isoformat()
            seen = {"seen_id": id, "seen_sequence": claimed.sequence, "next_due_on": tomorrow}
            if statements.look_again.run(ledger.cursor, seen).rowcount == 0:
                return None
            before = statements.one_set_aside.one(ledger.cursor, {"of_partnership": id})
            since, tries = before or (self.recorded_at, 0)
            item = SetAside(id, kind_of(error), since, tries + 1)
            statements.delete_set_aside.run(ledger.cursor, {"partnership_id": id})
            row = {"partnership_id": id, "since": since, "error": item.error, "tries": item.tries}
            statements.insert_set_aside.run(ledger.cursor, row)
            return item

        item = self.run(work)
        if item is not None:
            self.report.set_aside.append(item)


class Claimed(NamedTuple):
    """A row that a batch holds, as it was when it was claimed."""

    id: str
    sequence: int
    next_due_on: str


class _Batch:
    """A few partnerships after a place in the order of their days, looked at in one transaction."""

    def __init__(self, sweep: _Sweep, after: tuple[str, str], size: int) -> None:
        self.sweep, self.after, self.size = sweep, after, size
        self.claimed: list[Claimed] = []
        self.looks: list[Look] = []

    def make(self, ledger: Ledger) -> None:
        """Claim the rows, look at each, and write down what is found.

        Whoever marks rows under other rules named these first, and waits for the rows held here: so it is
        asked for them after the claim. Raises OtherRules.
        """
        sweep = self.sweep
        statements = sweep.statements(ledger)
        day, id = self.after
        rows = statements.claim.all(
            ledger.cursor,
            {"bound": sweep.bound.isoformat(), "after_day": day, "after_id": id, "limit": self.size},
        )
        self.claimed = [Claimed(row[0], row[1], row[4]) for row in rows]
        if not (sweep.looked_under(ledger) or "").startswith(sweep.rules):
            raise OtherRules
        made, fold_anew = partial(ever_made, ledger), partial(_fold_anew, ledger)
        self.looks = [
            look(row, sweep.context, sweep.on, sweep.now, sweep.recorded_at, made, fold_anew) for row in rows
        ]
        self._write(ledger, statements)

    def add_to(self, report: SweepReport) -> None:
        """Count what was made."""
        for found in self.looks:
            report.asked += found.asked
            report.missed += found.missed
            report.escalated += found.escalated

    def _write(self, ledger: Ledger, statements: SweepStatements) -> None:
        cursor, plain = ledger.cursor, ledger.statements
        entries = [entry for found in self.looks for entry in found.entries]
        moved = [found.row for found in self.looks if found.entries]
        unmoved = [found.row for found in self.looks if not found.entries and found.changed]
        if statements.move.many(cursor, moved) != len(moved):
            raise LostRace("a partnership moved while its row was held")
        plain.insert_entry.many(cursor, entries)
        plain.insert_content.many(cursor, [content for found in self.looks for content in found.contents])
        plain.insert_outbox.many(cursor, entries)
        statements.insert_prompt.many(cursor, [row for found in self.looks for row in found.made])
        plain.update_prompt.many(cursor, [row for found in self.looks for row in found.changed_prompts])
        statements.insert_notice.many(cursor, [row for found in self.looks for row in found.notices])
        statements.look_again.many(cursor, unmoved)
        aside = {item.partnership for item in set_aside_of(ledger)}
        for one in self.claimed:
            if one.id in aside:
                statements.delete_set_aside.run(cursor, {"partnership_id": one.id})
