"""Importing a register: candidates become identified partnerships with register entries, nothing more."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from partnerships.errors import BadRequest, NotAllowed, UnknownPartnership
from partnerships.workflows.registers.ids import on_file_as
from partnerships.workflows.registers.reader import read_register
from partnerships.workflows.registers.register import Candidate, LeftOut
from partnerships.workflows.registers.report import ImportReport
from partnerships.workflows.viewer import Viewer

_BATCH = 64

Progress = Callable[[int, int], object]
#: What is on file: the bodies of the register entries, oldest first, by source and reference.
OnFile = dict[tuple[str, str], list[dict[str, Any]]]


class Service(Protocol):
    """The part of the service that an import uses."""

    def apply_lines(self, lines: Iterable[bytes], *, batch: int = 1) -> Iterator[dict[str, Any]]: ...

    def history(self, id: str) -> list[dict[str, Any]]: ...

    def show(self, id: str) -> dict[str, Any]: ...

    def ids(self) -> Iterator[str]: ...


def import_register(
    service: Service, path: str | Path, actor: dict[str, Any], progress: Progress | None = None
) -> ImportReport:
    """Identifies a partnership for each candidate that has none yet, and records its new and changed entries.

    Running it again changes nothing: an organisation on file is not identified again, and an entry whose
    facts are on file is not recorded again, whichever version of the register gave them. A command that is
    refused (the actor may not, L2) stops none of the others. `progress` is called with (commands done,
    commands in all). Raises RegisterError when the file cannot be read, BadRequest for an impossible actor
    and NotAllowed for one of the partner's side (L2); nothing is written then.
    """
    _check(actor)
    register = read_register(path)
    candidates, remarks = _on_file_already(service, register.candidates)
    report = ImportReport(
        source=register.source,
        digest=register.digest,
        format=register.format,
        published_on=register.published_on,
        ids=tuple(candidate.id for candidate in candidates),
        left_out=register.left_out,
        remarks=[*register.remarks, *remarks],
    )
    _Import(service, actor, report, progress).run(candidates)
    return report


def _check(actor: dict[str, Any]) -> None:
    viewer = Viewer.of(actor)
    if viewer.actor is None:
        raise BadRequest("a register is imported by somebody: name an actor")
    if viewer.is_partner:
        # Even counts of what is on file already would tell one partner of others.
        raise NotAllowed(f"{viewer.actor.id} may import no register: that is IMS's to do (L2)")


def _on_file_already(
    service: Service, candidates: tuple[Candidate, ...]
) -> tuple[tuple[Candidate, ...], list[LeftOut]]:
    """Gives organisations that are on file without their country, or with one that is gone, the id they have.

    A country is filled in, mended or lost from one version to the next; the organisation is no other one.
    """
    ids = set(service.ids())
    found, remarks = [], []
    for candidate in candidates:
        country = candidate.profile.get("country")
        known = None
        if candidate.key is not None and candidate.id not in ids:
            known = on_file_as(candidate.key, country, ids)
        if known is not None and country:
            partner = service.show(known)["partner"] or {}
            if partner.get("country") is None:
                remarks.append(
                    LeftOut(None, known, f"on file without a country; the register says {country}")
                )
            elif partner["country"] != country:
                known = None
        found.append(candidate if known is None else replace(candidate, id=known))
    return tuple(found), remarks


class _Import:
    """One run over the candidates of a register."""

    def __init__(
        self, service: Service, actor: dict[str, Any], report: ImportReport, progress: Progress | None
    ) -> None:
        self.service = service
        self.actor = actor
        self.report = report
        self.progress = progress
        self.done = 0
        self.total = 0

    def run(self, candidates: tuple[Candidate, ...]) -> None:
        on_file = {candidate.id: self.on_file(candidate) for candidate in candidates}
        fresh = [candidate for candidate in candidates if on_file[candidate.id] is None]
        found = [
            (candidate.id, _under_its_source(on_file[candidate.id] or {}, entry))
            for candidate in candidates
            for entry in candidate.entries
        ]
        entries = [(id, entry) for id, entry in found if not _has(on_file[id] or {}, entry)]
        self.total = len(fresh) + len(entries)
        self.report.unchanged = sum(len(candidate.entries) for candidate in candidates) - len(entries)
        # Identifications first: an entry of a partnership that was refused would only be `not_found`.
        shut = self.identify(fresh)
        self.record([(id, entry) for id, entry in entries if id not in shut])

    def on_file(self, candidate: Candidate) -> OnFile | None:
        """What the candidate's partnership has on file; None when there is no such partnership."""
        try:
            history = self.service.history(candidate.id)
        except UnknownPartnership:
            return None
        found: OnFile = {}
        for item in history:
            # A withdrawn entry is there too: a person took it back, and the register says nothing new by it.
            if item.get("kind") == "register_entry" and (body := item.get("body")):
                found.setdefault((body["source"], body["reference"]), []).append(_given(body))
        return found

    def identify(self, candidates: list[Candidate]) -> set[str]:
        """Opens the partnerships; returns the ids of those that were refused."""
        commands = [{"do": "identify", "id": each.id, "body": each.profile} for each in candidates]
        shut = set()
        for candidate, outcome in zip(candidates, self.outcomes(commands), strict=True):
            if outcome["outcome"] == "accepted":
                self.report.identified += 1
                self.remark(outcome, candidate.id)
            elif not _is_there_already(outcome):
                self.refuse(outcome, None)
                shut.add(candidate.id)
        return shut

    def record(self, entries: list[tuple[str, dict[str, str]]]) -> None:
        commands = [
            {"do": "record", "id": id, "kind": "register_entry", "body": entry} for id, entry in entries
        ]
        for (_, entry), outcome in zip(entries, self.outcomes(commands), strict=True):
            if outcome["outcome"] == "accepted":
                self.report.recorded += 1
            else:
                self.refuse(outcome, entry["reference"])

    def outcomes(self, commands: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        lines = (_line(command | {"actor": self.actor}) for command in commands)
        for outcome in self.service.apply_lines(lines, batch=_BATCH):
            self.done += 1
            if self.progress:
                self.progress(self.done, self.total)
            yield outcome

    def remark(self, outcome: dict[str, Any], id: str) -> None:
        # L6 warns of a partner whose other partnership ended in a crisis: it must not pass unseen.
        for warning in outcome.get("warnings", ()):
            self.report.remarks.append(LeftOut(None, id, f"{warning['clause']}: {warning['message']}"))

    def refuse(self, outcome: dict[str, Any], reference: str | None) -> None:
        kept = {key: value for key, value in outcome.items() if key != "line"}
        self.report.refused.append(kept | {"reference": reference})


def _line(command: dict[str, Any]) -> bytes:
    # The key follows from the whole command, so the same key never comes with another command. The command
    # has no `on`: with the day in it, tomorrow's run of the same import would be another command.
    key = hashlib.sha256(json.dumps(command, sort_keys=True).encode("ascii")).hexdigest()
    return json.dumps(command | {"key": f"register-{key}"}).encode("ascii")


def _under_its_source(on_file: OnFile, entry: dict[str, str]) -> dict[str, str]:
    """Gives the entry under the source that it has on file, where the publisher was named otherwise then.

    Under another source it would stand beside the earlier one, which would stay as it was for good.
    """
    same = [
        source
        for source, reference in on_file
        if reference == entry["reference"] and _publisher(source) == _publisher(entry["source"])
    ]
    return entry if entry["source"] in same or len(same) != 1 else entry | {"source": same[0]}


def _publisher(source: str) -> str:
    """The identifier at the end of a source, `NAME (IDENTIFIER)`, or all of it where there is none."""
    name, opened, rest = source.rpartition(" (")
    return (rest.removesuffix(")") if opened and name and rest.endswith(")") else source).casefold()


def _has(on_file: OnFile, entry: dict[str, str]) -> bool:
    """Whether the entry's facts are the latest on file, or came from this very file once."""
    bodies = on_file.get((entry["source"], entry["reference"]), [])
    return bool(bodies) and (_facts(bodies[-1]) == _facts(entry) or entry in bodies)


def _given(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value not in (None, [], "")}


def _facts(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "source_digest"}


def _is_there_already(outcome: dict[str, Any]) -> bool:
    """Whether another import opened the partnership in the meantime."""
    return [finding.get("kind") for finding in outcome.get("findings", [])] == ["structure"]
