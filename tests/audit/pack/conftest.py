"""One log with every kind of entry, two checkpoints and a new key, and the packs that are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from partnerships import POLICY_1_1, Service, open_service
from partnerships.audit.audit import open_audit
from partnerships.audit.pack.writing import PackRequest, write_pack
from tests.audit.pack.hands import Hands
from tests.golden.write_entries import lives
from tests.story import Clock, Story, actor


@dataclass
class Kept:
    """A service with a log, and where its keys lie."""

    service: Service
    clock: Clock
    folder: Path

    def checkpoint(self) -> int:
        return open_audit(self.service, key_file=self.folder / "second.key").checkpoint().size


@pytest.fixture(scope="package")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """Not to be changed by a test: what it holds is what the packs below are of."""
    folder, clock = tmp_path_factory.mktemp("kept"), Clock()
    policy = POLICY_1_1.with_settings(take_over_until=clock.now.date().replace(year=2030))
    url = f"sqlite:///{folder / 'p.sqlite'}"
    with open_service(url, create=True, clock=clock, policy=policy, principal="clerk") as service:
        lives(service, clock)
        open_audit(service).make_key(folder / "first.key")
        audit = open_audit(service, key_file=folder / "first.key")
        audit.checkpoint()
        restricted = Story(service, clock, "p-restricted", name="A sixth Radio (fictional)")
        restricted.identify()
        restricted.has("context_analysis", restricted=True)
        audit.make_key(folder / "second.key")
        audit.rotate(folder / "second.key")
        yield Kept(service, clock, folder)


@pytest.fixture(scope="package")
def packs(kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`whole` has no contents, `open` the open ones, `sealed` all, `part` is of two partnerships."""
    folder = tmp_path_factory.mktemp("packs")
    write_pack(kept.service, folder / "whole")
    write_pack(kept.service, folder / "open", PackRequest(contents="open"))
    write_pack(kept.service, folder / "part", PackRequest(("p-whole", "p-register"), "open"))
    sealed = PackRequest(contents="sealed", reason="The yearly audit")
    write_pack(kept.service, folder / "sealed", sealed, actor=actor("safeguarding-1"))
    return folder


@pytest.fixture
def hands(packs: Path, tmp_path: Path) -> Callable[[str], Hands]:
    """A copy of one of the packs, to be altered."""
    return lambda name: Hands(packs / name, tmp_path / f"altered-{name}")
