"""Writing a pack: the same database, checkpoint and request give the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from partnerships.audit.pack import parts
from partnerships.audit.pack.folder import Folder, folder_at
from partnerships.audit.pack.gathering import Gathering
from partnerships.audit.pack.openings import (
    CHOICES,
    NONE,
    SEALED,
    Openings,
    Place,
    open_sealed,
    sealed_places,
)
from partnerships.errors import BadRequest, NotAllowed, PartnershipsError, UnknownPartnership
from partnerships.storage.ledger import Ledger
from partnerships.storage.unreadable import UNREADABLE
from partnerships.workflows.service import Reader, Service
from partnerships.workflows.viewer import Viewer

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PackRequest:
    """What a pack is to hold.

    `ids` are the partnerships, None for all. `contents` is `none`, `open`, or `sealed` for sealed ones too,
    which are opened for `reason`. `size` is that of the checkpoint, None for the newest.
    """

    ids: tuple[str, ...] | None = None
    contents: str = NONE
    reason: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class PackReport:
    """What went into a pack.

    `root` is that of the log, `sums` the digest of SHA256SUMS, which covers every other file. `later` counts
    entries that the checkpoint does not cover, `refused` sealed contents that were not opened.
    """

    path: str
    origin: str
    size: int
    root: str
    sums: str
    counts: dict[str, int]
    later: int
    refused: int

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def write_pack(
    service: Service,
    path: str | Path,
    request: PackRequest | None = None,
    *,
    actor: Reader = None,
    progress: Tell = lambda done, total: None,
) -> PackReport:
    """Write a pack as a folder, or as a zip where the path ends in `.zip`.

    Raises BadRequest where something is there already, where there is no such checkpoint, where contents that
    are asked for were erased since, or for a request that cannot be; UnknownPartnership for an id that the
    checkpoint does not cover; NotAllowed for the partner's side, which has `history`.
    """
    request = request or PackRequest()
    viewer = Viewer.of(actor, sealed=service._context.settings.l4_sealed)
    if viewer.is_partner:
        raise NotAllowed("a pack holds entries that are not for the partner's side; `history` is (L2)")
    if request.contents not in CHOICES:
        raise BadRequest(f"contents: choose from {', '.join(CHOICES)}, not {request.contents!r}")
    place = Path(path).expanduser()
    with folder_at(place, progress) as folder, _looked_at():
        granted, refused = _opened(service, viewer, request)
        with service._reading(slowly=True) as ledger:
            writing = _Writing(folder, ledger, request, progress)
            return writing.run(service, Openings(ledger, viewer, granted), place, refused)


@contextmanager
def _looked_at() -> Iterator[None]:
    """Tell whatever is not kept as it is written; a place is told already where there is one."""
    try:
        yield
    except UNREADABLE:
        told = "the log, or an entry in it, is not what is kept there"
        raise PartnershipsError(f"{told}; `partnerships audit verify` looks closer") from None


class _Writing:
    """One pack on its way, from one moment of the database."""

    def __init__(self, folder: Folder, ledger: Ledger, request: PackRequest, progress: Tell) -> None:
        self.folder, self.ledger, self.request, self.progress = folder, ledger, request, progress
        self.checkpoints = parts.chosen(ledger, request.size)
        self.size = self.checkpoints[-1].size
        self.gathering = _gathering(ledger, self.size, request)
        self.done = 0

    def run(self, service: Service, openings: Openings, place: Path, refused: int) -> PackReport:
        """Write every file."""
        folder, gathering, ids, contents = (
            self.folder,
            self.gathering,
            self.request.ids,
            self.request.contents,
        )
        keys = parts.write_signatures(folder, self.ledger, self.checkpoints)
        parts.write_log(folder, gathering, self._advance)
        met = parts.write_entries(folder, gathering, openings, contents, self._advance)
        if ids is not None:
            parts.write_heads(folder, gathering.heads(), ids)
            if met.counts["partnerships"] != len(set(ids)):
                covered = f"{met.counts['partnerships']} of the {len(set(ids))} partnerships named"
                raise UnknownPartnership(f"the checkpoint covers {covered}")
        parts.write_documents(folder, met.documents, service._context.policies, self.ledger)
        names = ("contents", "entries", "partnerships", "withheld")
        counts = {name: met.counts[name] for name in names} | {"checkpoints": len(self.checkpoints)}
        parts.write_manifest(folder, keys.origin, self.size, ids, contents, counts)
        parts.write_tools(folder)
        later = gathering.count_later()
        root = self.checkpoints[-1].root
        return PackReport(str(place), keys.origin, self.size, root, folder.close(), counts, later, refused)

    def _advance(self) -> None:
        self.done += 1
        if self.done % 1000 == 0:
            self.progress(min(self.done, 2 * self.size), 2 * self.size)


def _gathering(ledger: Ledger, size: int, request: PackRequest) -> Gathering:
    """Give what is to be read; raises BadRequest where the checkpoint does not tell why a content is gone."""
    gathering = Gathering(ledger, size, request.ids)
    if request.contents != NONE and (gone := gathering.count_erased_later()):
        contents = "1 content was" if gone == 1 else f"{gone} contents were"
        raise BadRequest(
            f"{contents} erased after the checkpoint of {size} leaves, which does not tell; make a checkpoint"
            " (`partnerships audit checkpoint`) and the pack of that one, or a pack without contents"
        )
    return gathering


def _opened(service: Service, viewer: Viewer, request: PackRequest) -> tuple[set[Place], int]:
    """Open what is sealed where that is asked for; give what was granted, and how many were not."""
    if request.contents != SEALED:
        return set(), 0
    if viewer.actor is None or not request.reason.strip():
        raise BadRequest("sealed contents are opened to somebody, for a reason; name an actor and a reason")
    with service._reading() as ledger:
        size = parts.chosen(ledger, request.size)[-1].size
        places = sealed_places(_gathering(ledger, size, request))
    granted = open_sealed(service, places, viewer.actor, request.reason)
    return granted, len(places) - len(granted)
