"""Gathering a report: everything in it, as the JSON twin has it, read from one moment of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from partnerships.audit.export.places import places
from partnerships.audit.judging.exceptions import exceptions
from partnerships.audit.judging.population import population
from partnerships.audit.judging.replay import replay
from partnerships.audit.judging.sample import sample
from partnerships.audit.judging.verdict import Outcome, Totals
from partnerships.audit.log.notes import Note, Verifier
from partnerships.audit.report.exceptional import exceptional
from partnerships.audit.report.files import file_of
from partnerships.audit.report.integrity import faults_of, integrity
from partnerships.audit.report.unchecked import unchecked
from partnerships.errors import BadRequest, NotAllowed
from partnerships.lifecycle.days import write_instant
from partnerships.lifecycle.policy import Policy
from partnerships.storage.ledger import Ledger
from partnerships.storage.unreadable import UNREADABLE, unreadable
from partnerships.workflows.service import Reader, Service

Json = dict[str, Any]
Progress = Callable[[int, int | None], None]

FORMAT = "partnerships/report/1"
_MOST_DEVIATING = 500


@dataclass(frozen=True, slots=True)
class Draw:
    """How a sample is drawn: how many, from which nonce, of what, by which strata (see `sample`)."""

    n: int
    seed: str
    of: str = "decisions"
    stratify: str | None = None


def gather(
    service: Service,
    *,
    ids: Sequence[str] | None = None,
    draw: Draw | None = None,
    actor: Reader = None,
    policies: Sequence[Policy] = (),
    notes: Sequence[Note] = (),
    trusted: Sequence[Verifier] = (),
    progress: Progress | None = None,
) -> Json:
    """Give a report's content: about the partnerships `ids`, or about a sample that is drawn.

    `actor` is who reads (None: the operator, who sees no crisis); nothing sealed is opened for anybody.
    `policies` are versions or earlier settings beside the service's own. `notes` are checkpoints that others
    kept and `trusted` keys that the auditor knows, to verify against. `progress` is told what is done and of
    how much, for one part of the work after the other.
    Raises BadRequest unless either ids or a draw is given, UnknownPartnership for an id not on file, and
    NotAllowed where the partner's side asks.
    """
    if service._viewer(actor).is_partner:
        raise NotAllowed("a report tells of what is not for the partner's side; `history` is (L2)")
    if (draw is None) == (not ids):
        raise BadRequest("a report is about named partnerships or about a sample; ask for one of the two")
    with service._reading(slowly=True) as ledger:
        moment = service.within(ledger.connection)
        sound = integrity(ledger, notes, trusted, progress)
        gathering = _Gathering(moment, ledger, sound, actor, policies, progress)
        return gathering.of_sample(draw) if draw is not None else gathering.of_partnerships(list(ids or ()))


class _Gathering:
    """One report as it comes together, on the connection that holds its moment."""

    def __init__(
        self,
        service: Service,
        ledger: Ledger,
        sound: Json,
        actor: Reader,
        policies: Sequence[Policy],
        progress: Progress | None,
    ) -> None:
        self.service, self.ledger, self.sound, self.actor = service, ledger, sound, actor
        self.policies = [*service._context.versions, *policies]
        self.others = policies
        self.progress = progress

    def of_partnerships(self, ids: list[str]) -> Json:
        """Gather the report on named partnerships: every decision of theirs."""
        told = self._head({"kind": "partnerships", "ids": ids})
        verdicts, told["replay"] = self._replay(ids, lambda partnership, sequence: True)
        files = [self._file(id, verdicts) for id in ids]
        told["exceptions"] = self._exceptions(ids, set(ids))
        told["population"] = told["sample"] = None
        return self._whole(told, files, [(id, None) for id in ids])

    def of_sample(self, draw: Draw) -> Json:
        """Gather the report on a sample: the decisions drawn, and all of them judged again by program."""
        drawn = sample(self.service, draw.n, draw.seed, of=draw.of, stratify=draw.stratify)
        picked = [(row["partnership"], row["sequence"]) for row in drawn["rows"]]
        ids = list(dict.fromkeys(id for id, _ in picked))
        scope = {
            "kind": "sample",
            "ids": ids,
            **asdict(draw),
            "population": sum(stratum["population"] for stratum in drawn["strata"]),
        }
        told = self._head(scope)
        wanted = set(picked)
        verdicts, told["replay"] = self._replay(None, lambda *place: place in wanted)
        files = [self._file(id, verdicts) for id in ids]
        told["exceptions"] = self._exceptions(None, set(ids))
        told["population"] = population(self.service)
        told["sample"] = drawn
        return self._whole(told, files, picked)

    def _head(self, scope: Json) -> Json:
        context = self.service._context
        reader = self.actor if isinstance(self.actor, dict) else None
        return {
            "format": FORMAT,
            "made_at": write_instant(context.clock()),
            "program": {"name": "partnerships", "version": version("partnerships")},
            "reader": {name: reader[name] for name in ("id", "roles")} if reader else None,
            "policies": [
                {
                    "policy": each.version,
                    "digest": each.digest,
                    "in_force_from": each.in_force_from.isoformat(),
                    "settings_digest": each.settings_digest,
                }
                for each in self.policies
            ],
            "scope": scope,
            "integrity": self.sound,
        }

    def _replay(
        self, ids: list[str] | None, wanted: Callable[[str, int], bool]
    ) -> tuple[dict[tuple[str, int], Json], Json]:
        """Judge again, and keep the verdicts that pages need and those that deviate."""
        totals, deviating = Totals(), list[Json]()
        kept: dict[tuple[str, int], Json] = {}
        judged = replay(self.service, ids, policies=self.others, progress=self.progress)
        for verdict in judged:
            totals.add(verdict)
            if wanted(verdict.partnership, verdict.sequence):
                kept[verdict.partnership, verdict.sequence] = verdict.as_dict()
            if verdict.outcome == Outcome.DEVIATES and len(deviating) < _MOST_DEVIATING:
                deviating.append(verdict.as_dict())
        return kept, {**totals.as_dict(), "deviating": deviating}

    def _exceptions(self, ids: list[str] | None, shown: set[str]) -> Json:
        found = exceptions(self.service, ids, policies=self.others, progress=self.progress)
        return exceptional(found, shown)

    def _file(self, id: str, verdicts: dict[tuple[str, int], Json]) -> Any:
        own = {sequence: verdict for (whose, sequence), verdict in verdicts.items() if whose == id}
        try:
            return file_of(
                self.service,
                self.ledger,
                id,
                self.actor,
                own,
                places(self.ledger, id),
                faults_of(self.sound, id),
                self.policies,
            )
        except UNREADABLE:
            raise unreadable(id) from None

    def _whole(self, told: Json, files: Iterable[Any], picked: list[tuple[str, int | None]]) -> Json:
        """Put the partnerships and the pages in, number them, and say what is not checked."""
        by_id = {file.id: file for file in files}
        told["partnerships"] = [file.about for file in by_id.values()]
        pages = [
            by_id[id].pages.page(sequence)
            for id, one in picked
            for sequence in ([one] if one is not None else by_id[id].pages.decisions())
        ]
        told["decisions"] = [{"number": number, **page} for number, page in enumerate(pages, 1)]
        told["sealed"] = sum(file.sealed for file in by_id.values())
        told["erased"] = sum(file.erased for file in by_id.values())
        clauses = self.policies[-1].clauses
        told["not_checked"] = unchecked(told, clauses)
        return told
