"""Prompts read: those that were made, those that will be due, and how they stood on a past day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import CursorResult, Select, false, or_, select, tuple_

from partnerships.errors import BadRequest
from partnerships.lifecycle.fold import fold
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.prompts import Prompt
from partnerships.lifecycle.records.fields import is_id
from partnerships.lifecycle.vocabulary import PromptKind, PromptStatus
from partnerships.scheduler.addressees import concerns_partner
from partnerships.scheduler.asks import ASKS
from partnerships.scheduler.context import Context
from partnerships.scheduler.due import due, upcoming
from partnerships.scheduler.listing import listed
from partnerships.scheduler.prompt import DuePrompt
from partnerships.scheduler.sweep import ever_made
from partnerships.storage.failures import damage_of
from partnerships.storage.ledger import Ledger
from partnerships.workflows.arguments import Day, read_day, read_limit, read_text
from partnerships.workflows.numbering import Numbering
from partnerships.workflows.viewer import Viewer

Line = dict[str, Any]
Place = tuple[str, str]
"""A due day and an id: where a prompt stands in the order."""

_PAGE = 500


def prompts(
    ledger: Ledger,
    context: Context,
    viewer: Viewer,
    *,
    on: Day = None,
    status: str | Sequence[str] | None = None,
    kind: str | None = None,
    for_: str | None = None,
    country: str | None = None,
    responsible: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> list[Line]:
    """Give prompts in order of their due days, as the filters ask.

    Without `on`, every prompt that was made. With a day from today on, also what will be due by then if
    nothing happens; with a past one, what was made by then, as it stood. The partner's side gets those that
    concern it, of its own partnerships. `after` is the id of a prompt, whatever its status, that the page
    before ended with. Where a partnership cannot be read, `unreadable` is the error's class, and the rest is
    what the table of prompts knows. Raises BadRequest for a filter that cannot be.
    """
    several: Sequence[Any] = status if isinstance(status, list | tuple) else [status]
    for one in several:
        _check(one, PromptStatus, "status")
    statuses = None if status is None else several
    _check(kind, PromptKind, "kind")
    limit = read_limit(limit)
    texts = {"for_": for_, "country": country, "responsible": responsible, "after": after}
    for name, text in texts.items():
        if text is not None:
            read_text(text, name)
    day = read_day(on, "on")
    reading = _Reading(ledger, context, viewer, country, responsible)

    def fits(line: Line) -> bool:
        if statuses is not None and line["status"] not in statuses:
            return False
        return kind in (None, line["kind"]) and _is_for(line, for_)

    if day is not None and day < context.today():
        found = reading.as_of(day)
        if after is not None:
            found = _after(found, after)
    else:
        place = reading.place_of(after, day) if after is not None else None
        # Where every row is shown, the database stops at the page's end; else whoever reads on does.
        most = limit if for_ is None and not viewer.is_partner else None
        found = reading.made(statuses, kind, for_, place, most)
        if day is not None:
            coming = (line for line in reading.ahead(day, for_) if place is None or _order(line) > place)
            found = merge(found, sorted(filter(fits, coming), key=_order), key=_order)
    return list(islice(filter(fits, found), limit))


def _check(value: str | None, known: Any, name: str) -> None:
    if value is not None and read_text(value, name) not in set(known):
        raise BadRequest(f"there is no {name} {value!r}; they are {', '.join(known)}")


def _after(lines: Iterator[Line], id: str) -> Iterator[Line]:
    for line in lines:
        if line["id"] == id:
            return lines
    raise BadRequest(f"after: there is no prompt {id!r} among these")


def _is_for(line: Line, id: str | None) -> bool:
    return id is None or id == line["partnership"] or any(one["actor"] == id for one in line["for"])


def _order(line: Line) -> tuple[str, str]:
    return line["due_on"], line["id"]


def _prompt(row: Any, subject: str) -> Prompt:
    return Prompt(
        row.id,
        PromptKind(row.kind),
        subject,
        date.fromisoformat(row.due_on),
        row.clause,
        row.sequence,
        date.fromisoformat(row.made_on),
        PromptStatus(row.status),
        row.closed_by,
        date.fromisoformat(row.endline) if row.endline else None,
    )


class _Reading:
    """One reading of prompts: the rows that a reader may see, of a part of the portfolio."""

    def __init__(
        self,
        ledger: Ledger,
        context: Context,
        viewer: Viewer,
        country: str | None,
        responsible: str | None,
    ) -> None:
        self.ledger, self.context, self.viewer = ledger, context, viewer
        self.country, self.responsible = country, responsible
        self.kept: dict[str, Partnership] = {}

    def place_of(self, id: str, day: date | None) -> Place:
        """Give the place in the order of a prompt that was made, or will be due by a day.

        Raises BadRequest for one that is not among these.
        """
        query = self._of_portfolio(self._of_table().where(self.ledger.tables.prompt.c.id == id))
        row = self.ledger.connection.execute(query).first()
        if row is not None and self._of_row(row):
            return row.due_on, row.id
        for line in self.ahead(day) if day is not None else ():
            if line["id"] == id:
                return _order(line)
        raise BadRequest(f"after: there is no prompt {id!r} among these")

    def made(
        self,
        statuses: Sequence[Any] | None,
        kind: str | None,
        for_: str | None,
        after: Place | None = None,
        most: int | None = None,
    ) -> Iterator[Line]:
        """Give every prompt that was made, as it stands now, after a place in the order; `most` rows.

        Partnerships that `for_` has no part in are left out.
        """
        table, query = self.ledger.tables.prompt, self._naming(self._of_table(), for_)
        if statuses is not None:
            few = len(statuses) != 1
            query = query.where(table.c.status.in_(statuses) if few else table.c.status == statuses[0])
        if kind is not None:
            query = query.where(table.c.kind == kind)
        if after is not None:
            query = query.where(tuple_(table.c.due_on, table.c.id) > after)
        query = self._of_portfolio(query).order_by(table.c.due_on, table.c.id).limit(most)
        with self._rows(query) as rows:
            for row in rows:
                yield from self._of_row(row)

    def ahead(self, day: date, for_: str | None = None) -> Iterator[Line]:
        """Give what is due and not made yet, and what will be due by a day, as `made` does."""
        table = self.ledger.tables.partnership
        query: Select[Any] = select(table.c.id, table.c.sequence, table.c.head, table.c.file)
        query = self._of_portfolio(query.where(table.c.next_due_on <= day.isoformat()))
        query = self._naming(query, for_)
        settings = self.context.settings
        with self._rows(query) as rows:
            for row in rows:
                try:
                    whose = self._partnership(row.id, row.sequence, row.head, row.file)
                    today = min(day, self.context.today(whose))
                    made = ever_made(self.ledger, whose.id) if whose.cycles_used > 1 else ()
                    coming = [prompt for prompt in due(whose, settings, today, made) if not prompt.missed]
                    coming += upcoming(whose, settings, today + timedelta(days=1), day)
                    lines = self._lines(whose, coming)
                except Exception as error:
                    # What it will need cannot be told; what it was asked already shows that it is damaged.
                    damage_of(error, self._dialect)
                    continue
                yield from lines

    def as_of(self, day: date) -> Iterator[Line]:
        """Give what was made by a day, as it stood at its end."""
        table, partnership = self.ledger.tables.prompt, self.ledger.tables.partnership
        query = select(table.c.partnership_id).join(partnership, partnership.c.id == table.c.partnership_id)
        query = self._of_portfolio(query.where(table.c.made_on <= day.isoformat())).distinct()
        found: list[Line] = []
        for id in self.ledger.connection.execute(query).scalars().all():
            try:
                whose = fold(id, self.ledger.entries(id), as_of=day)
                found += self._lines(whose, whose.prompts)
            except Exception as error:
                damage = damage_of(error, self._dialect)
                kept = self._of_table().where(
                    table.c.partnership_id == id, table.c.made_on <= day.isoformat()
                )
                for row in self.ledger.connection.execute(kept).all():
                    found += self._damaged(row, damage)
        return iter(sorted(found, key=_order))

    @property
    def _dialect(self) -> Any:
        return self.ledger.connection.dialect

    def _of_table(self) -> Select[Any]:
        table, partnership = self.ledger.tables.prompt, self.ledger.tables.partnership
        names = "head", "file", "name", "responsible"
        whose = [partnership.c.sequence.label("at"), *(partnership.c[name] for name in names)]
        return select(*table.c, *whose).join(partnership, partnership.c.id == table.c.partnership_id)

    def _rows(self, query: Select[Any]) -> CursorResult[Any]:
        """Read page by page; the caller closes it, since one who asks for a few does not read to the end."""
        return self.ledger.connection.execute(query.execution_options(yield_per=_PAGE))

    def _of_portfolio(self, query: Select[Any]) -> Select[Any]:
        table = self.ledger.tables.partnership
        if self.country is not None:
            query = query.where(table.c.country == self.country)
        if self.responsible is not None:
            one = table.alias("theirs")
            # Few of many: they are found first, and not looked for behind every prompt.
            theirs = select(one.c.id).where(one.c.responsible == self.responsible)
            query = query.where(table.c.id.in_(theirs))
        if self.viewer.is_partner:
            own = self.viewer.actor.partnerships if self.viewer.actor else None
            query = query.where(table.c.id.in_(own or ()))
        return query

    def _naming(self, query: Select[Any], id: str | None) -> Select[Any]:
        """Leave out every partnership but this one, and those that this person or deputy looks after."""
        table = self.ledger.tables.partnership
        if id is None:
            return query
        if not is_id(id):
            return query.where(false())
        one = table.alias("one")
        asked = select(one.c.id).where(or_(one.c.id == id, one.c.responsible == id, one.c.deputy == id))
        return query.where(table.c.id.in_(asked))

    def _partnership(self, id: str, sequence: int, head: str, file: str) -> Partnership:
        if id not in self.kept:
            if len(self.kept) > _PAGE:
                self.kept.clear()
            self.kept[id] = Partnership.read(id, sequence, head, file)
        return self.kept[id]

    def _of_row(self, row: Any) -> list[Line]:
        try:
            whose = self._partnership(row.partnership_id, row.at, row.head, row.file)
            return self._lines(whose, [whose.prompts.get(row.id) or self._of_earlier_cycle(row)])
        except Exception as error:
            return self._damaged(row, damage_of(error, self._dialect))

    def _of_earlier_cycle(self, row: Any) -> Prompt:
        """The file keeps the prompts of its own cycle; those before it are told by their entries."""
        stored = self.ledger.entry(row.partnership_id, row.sequence)
        body = (stored.content or {}).get("body") if stored else None
        return _prompt(row, (body or {}).get("subject", ""))

    def _damaged(self, row: Any, damage: str) -> list[Line]:
        """What the table knows of a prompt; the partner's side sees what is for both sides by its kind."""
        prompt = _prompt(row, "")
        if self.viewer.is_partner and not ASKS[prompt.kind].both_sides:
            return []
        line = listed(Partnership(row.partnership_id), prompt)
        if line["for"]:
            line["for"][0]["actor"] = row.responsible
        if self.viewer.is_partner:
            line["answered_by"] = None
        return [line | {"name": row.name, "unreadable": damage}]

    def _lines(self, partnership: Partnership, prompts: Iterable[Prompt | DuePrompt]) -> list[Line]:
        return [line for prompt in prompts for line in self._line(partnership, prompt)]

    def _line(self, partnership: Partnership, prompt: Prompt | DuePrompt) -> Iterator[Line]:
        if self.viewer.is_partner and not concerns_partner(partnership, prompt):
            return
        line = listed(partnership, prompt) | {"unreadable": None}
        answered_by = line["answered_by"]
        if answered_by is not None and self.viewer.is_partner:
            hidden = self.ledger.load(partnership.id).hidden
            numbering = Numbering(self.viewer.actor, hidden)
            line["answered_by"] = None if numbering.hides(answered_by) else numbering.seen(answered_by)
        yield line
