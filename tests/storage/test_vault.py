"""The vault: a key for each case, made where something is sealed and never where it is read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from partnerships.errors import SealingKeyError
from partnerships.storage import vault as module
from partnerships.storage.rows import SALT_BYTES, Written
from partnerships.storage.sealing import SealingKey
from partnerships.storage.vault import Vault

CONTENT = Written("d" * 64, {}, b"{}", b"s" * SALT_BYTES, b'{"body":{"ground":"ethics"}}')


class Ledger:
    """Stands for a ledger: keeps wrapped keys by partnership and scope, and counts how often it is asked."""

    def __init__(self, key: SealingKey | None = None) -> None:
        self.key_file = key or SealingKey.fresh()
        self.kept: dict[tuple[str, str], bytes] = {}
        self.asked = self.checked = 0
        self.cursor = None
        self.statements = SimpleNamespace(select_data_key=self)
        self.writing: Any = SimpleNamespace(data_keys=[])

    def key(self) -> SealingKey:
        return self.key_file

    def one(self, cursor: None, place: dict[str, str]) -> tuple[bytes] | None:
        self.asked += 1
        wrapped = self.kept.get((place["partnership_id"], place["scope"]))
        return (wrapped,) if wrapped is not None else None

    def flush(self) -> None:
        for row in self.writing.data_keys:
            assert (row["partnership_id"], row["scope"]) not in self.kept
            self.kept[row["partnership_id"], row["scope"]] = row["wrapped"]
        self.writing.data_keys = []

    def vault(self) -> Vault:
        ledger: Any = self
        return Vault(ledger)


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    made = Ledger()

    def check(ledger: Ledger) -> None:
        ledger.checked += 1

    monkeypatch.setattr(module, "check_current", check)
    return made


def test_what_is_sealed_opens_again_with_its_salt_apart(ledger: Ledger) -> None:
    sealed = ledger.vault().seal_content("p-1", 7, "case-1", CONTENT)
    ledger.flush()
    vault = ledger.vault()
    assert CONTENT.content not in sealed
    assert vault.open_bytes("p-1", 7, "case-1", sealed) == (CONTENT.salt, CONTENT.content)
    assert vault.open_content("p-1", 7, "case-1", sealed) == {"body": {"ground": "ethics"}}
    kept = ledger.vault().seal_file("p-1", {"cases": []})
    assert ledger.vault().seal_file("p-1", None) is ledger.vault().open_file("p-1", None) is None
    ledger.flush()
    assert ledger.vault().open_file("p-1", kept) == b'{"cases":[]}'


def test_a_case_has_one_key_which_is_asked_for_once(ledger: Ledger) -> None:
    vault = ledger.vault()
    for sequence in (7, 8):
        vault.seal_content("p-1", sequence, "case-1", CONTENT)
    assert (len(ledger.writing.data_keys), ledger.asked, ledger.checked) == (1, 1, 1)
    vault.seal_content("p-1", 9, "case-2", CONTENT)
    assert [row["scope"] for row in ledger.writing.data_keys] == ["case-1", "case-2"]
    ledger.flush()
    vault.forget()
    vault.seal_content("p-1", 10, "case-1", CONTENT)
    assert (ledger.writing.data_keys, ledger.asked, ledger.checked) == ([], 3, 2)


def test_reading_makes_no_key_in_place_of_one_that_was_destroyed(ledger: Ledger) -> None:
    sealed = ledger.vault().seal_content("p-1", 7, "case-1", CONTENT)
    kept = ledger.vault().seal_file("p-1", {"cases": []})
    ledger.writing.data_keys = []
    for read in (
        lambda: ledger.vault().open_content("p-1", 7, "case-1", sealed),
        lambda: ledger.vault().open_file("p-1", kept),
    ):
        with pytest.raises(SealingKeyError, match="is gone"):
            read()
    assert ledger.writing.data_keys == []


@pytest.mark.parametrize(
    ("partnership", "sequence", "scope"), [("p-2", 7, "case-1"), ("p-1", 8, "case-1"), ("p-1", 7, "case-2")]
)
def test_nothing_opens_in_another_place(ledger: Ledger, partnership: str, sequence: int, scope: str) -> None:
    vault = ledger.vault()
    sealed = vault.seal_content("p-1", 7, "case-1", CONTENT)
    for place, other in (("p-2", "case-1"), ("p-1", "case-2")):
        vault.seal_content(place, 1, other, CONTENT)
    with pytest.raises(SealingKeyError, match="does not open"):
        vault.open_content(partnership, sequence, scope, sealed)


def test_nor_does_a_cases_key(ledger: Ledger) -> None:
    sealed = ledger.vault().seal_content("p-1", 7, "case-1", CONTENT)
    ledger.flush()
    ledger.kept["p-2", "case-1"] = ledger.kept["p-1", "case-1"]
    with pytest.raises(SealingKeyError):
        ledger.vault().open_content("p-2", 7, "case-1", sealed)


def test_under_another_key_it_is_asked_first_whether_that_took_the_place_of_this(ledger: Ledger) -> None:
    sealed = ledger.vault().seal_content("p-1", 7, "case-1", CONTENT)
    ledger.flush()
    ledger.key_file, before = SealingKey.fresh(), ledger.checked
    with pytest.raises(SealingKeyError):
        ledger.vault().open_content("p-1", 7, "case-1", sealed)
    assert ledger.checked == before + 1
