"""Routing: from a notice to the messages that tell of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from partnerships.lifecycle.days import write_instant
from partnerships.lifecycle.prompts import PromptStep
from partnerships.scheduler.delivery.asked import Asked, Damaged, read_asked
from partnerships.scheduler.delivery.backoff import Backoff
from partnerships.scheduler.delivery.channel import Channel, code_of
from partnerships.scheduler.delivery.directory import Directory, Person
from partnerships.scheduler.delivery.message import digest_id, prompt_message_id
from partnerships.scheduler.delivery.post import Post
from partnerships.scheduler.delivery.reaching import people
from partnerships.scheduler.delivery.report import Tally
from partnerships.storage.deliveries import NOTICE, About, Deliveries, Notice
from partnerships.storage.ledger import Ledger

BATCH = 50
NOBODY, NO_ADDRESS = "nobody in the directory", "no address"


@dataclass(frozen=True, slots=True, order=True)
class Placement:
    """One step of a prompt for one receiver over one channel; `unless_asked` before."""

    channel: str
    recipient: str
    prompt: str
    step: str
    about: About = field(compare=False)
    digest: bool = field(compare=False)
    unless_asked: bool = field(compare=False)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a notice goes, or what kept it from going there."""

    notice: Notice
    placements: Sequence[Placement] = ()
    error: str | None = None


class Routing:
    """Makes messages of notices, or adds to those of the day; any number of machines may do so at once."""

    def __init__(
        self,
        post: Post,
        channels: Iterable[Channel],
        directory: Directory | None,
        backoff: Backoff,
        digest_at: time,
        lease: timedelta,
        tally: Tally,
    ) -> None:
        self._post, self._directory, self._lease = post, directory, lease
        self._systems = [channel for channel in channels if channel.endpoint is not None]
        self._personal = [channel for channel in channels if channel.endpoint is None]
        self._backoff, self._digest_at, self._tally = backoff, digest_at, tally

    def run(self, stop: Callable[[], bool]) -> None:
        """Route until nothing is left, in batches that are taken, looked at and settled one by one."""
        while not stop():
            notices = self._take()
            if not notices:
                return
            found = self._read(notices)
            # The directory is the host's, and may be slow: it is asked while no transaction is open.
            routes = [self._route(notice, found[notice.about]) for notice in notices]
            for route in self._settled(routes):
                self._count(route)

    def _take(self) -> list[Notice]:
        now = self._post.now()
        at, until = write_instant(now), write_instant(now + self._lease)
        return self._post.writing(lambda ledger: Deliveries(ledger).take_notices(at, until, BATCH))

    def _settled(self, routes: Sequence[Route]) -> list[Route]:
        return self._post.writing(lambda ledger: self._settle(ledger, routes))

    def _read(self, notices: Iterable[Notice]) -> Mapping[About, Asked | Damaged | None]:
        with self._post.reading() as ledger:
            return read_asked(ledger, [notice.about for notice in notices])

    def _route(self, notice: Notice, asked: Asked | Damaged | None) -> Route:
        if asked is None:
            return Route(notice)
        if isinstance(asked, Damaged):
            return Route(notice, error=asked.error)
        about = asked.about
        placements = [_placement(channel, str(channel.endpoint), about) for channel in self._systems]
        if self._directory is None:
            return Route(notice, placements)
        reached: dict[str, list[Channel]] = {}
        ims: list[str | None] = []
        try:
            for addressee, persons in people(self._directory, asked.addressed, notice.partnership):
                self._tally.unreached += not persons
                reached |= {person.id: self._ways(person) for person in persons}
                if addressee.party == "ims":
                    ims.append(_missing(reached[person.id] for person in persons))
            before = {
                person.id: self._ways(person)
                for _, persons in people(self._directory, asked.before, notice.partnership)
                for person in persons
                if person.id not in reached
            }
        except Exception as error:
            return Route(notice, placements, code_of(error))
        if all(ims):
            return Route(notice, placements, ims[0] if ims else NOBODY)
        for person_id, ways in reached.items():
            placements += [_placement(channel, person_id, about) for channel in ways]
        for person_id, ways in before.items():
            placements += [_placement(channel, person_id, about, unless_asked=True) for channel in ways]
        # The director comes first of those to whom an escalation goes, and is waited for.
        return Route(notice, placements, ims[0])

    def _ways(self, person: Person) -> list[Channel]:
        return [channel for channel in self._personal if channel.address_of(person) is not None]

    def _settle(self, ledger: Ledger, routes: Iterable[Route]) -> list[Route]:
        """Write what came of notices that are still ours, and place them, in one order on every machine."""
        rows, now = Deliveries(ledger), self._post.now()
        at = write_instant(now)
        settled = [route for route in routes if self._settle_notice(rows, route, now)]
        for placement in sorted(placement for route in settled for placement in route.placements):
            if placement.unless_asked and _was_asked(rows, placement):
                continue
            if placement.digest:
                self._gather(rows, placement, now)
            else:
                id = prompt_message_id(
                    self._post.origin,
                    placement.channel,
                    placement.recipient,
                    placement.prompt,
                    placement.step,
                )
                day = self._today(now).isoformat()
                rows.add_message(id, placement.channel, placement.recipient, day, at, at)
                rows.take_up(id, at)
                rows.add_item(id, placement.about)
        return settled

    def _settle_notice(self, rows: Deliveries, route: Route, now: datetime) -> bool:
        if route.error is None:
            return rows.settle_notice(route.notice, again_at=None, routed_at=write_instant(now))
        return rows.settle_notice(route.notice, again_at=self._again_at(route, now), error=route.error)

    def _again_at(self, route: Route, now: datetime) -> str | None:
        pause = self._backoff.after(route.notice.tries)
        return write_instant(now + pause) if pause is not None else None

    def _gather(self, rows: Deliveries, placement: Placement, now: datetime) -> None:
        """Add to the day's message to somebody, or where that one is on its way already, to the next day's.

        Whoever was told of the step already is not told again, though others are asked in somebody's place. A
        message that was ever taken gathers no more: its receiver may have it, and would not look at it again.
        """
        if rows.tells(placement.channel, placement.recipient, placement.about):
            return
        day = self._today(now)
        while True:
            id = digest_id(self._post.origin, placement.channel, placement.recipient, day)
            again_at = max(now, self._sent_from(day))
            rows.add_message(
                id,
                placement.channel,
                placement.recipient,
                day.isoformat(),
                write_instant(now),
                write_instant(again_at),
            )
            if rows.gathers(id):
                rows.add_item(id, placement.about)
                return
            day += timedelta(days=1)

    def _today(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()

    def _sent_from(self, day: date) -> datetime:
        return datetime.combine(day, self._digest_at, self._zone)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._post.context.settings.office_time_zone)

    def _count(self, route: Route) -> None:
        if route.error is None:
            self._tally.routed += 1
        else:
            is_dead = self._backoff.after(route.notice.tries) is None
            self._tally.trouble(f"{NOTICE}{route.notice.number}", None, route.error, is_dead=is_dead)


def _missing(ways: Iterable[Sequence[Channel]]) -> str | None:
    """Say what is missing where no channel reaches any of those who are meant, or None."""
    found = list(ways)
    if any(found):
        return None
    return NO_ADDRESS if found else NOBODY


def _placement(channel: Channel, recipient: str, about: About, *, unless_asked: bool = False) -> Placement:
    digest = channel.digest and channel.endpoint is None
    return Placement(channel.name, recipient, about.prompt, about.step, about, digest, unless_asked)


def _was_asked(rows: Deliveries, placement: Placement) -> bool:
    asked = replace(placement.about, step=str(PromptStep.ASKED))
    return rows.tells(placement.channel, placement.recipient, asked)
