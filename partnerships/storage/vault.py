"""The vault: sealed contents in and out, each under its case's key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnerships.errors import SealingKeyError
from partnerships.lifecycle.canonical import plain_canonical, read_json
from partnerships.storage.key_ids import check_current
from partnerships.storage.rows import SALT_BYTES, Written
from partnerships.storage.sealing import new_data_key, seal, unseal

if TYPE_CHECKING:
    from partnerships.storage.ledger import Ledger

FILE_SCOPE = "file"
"""The scope of the sealed part of a projection."""

ERASURE_SCOPE = "erasure"
"""The scope of what is said of sealed contents that were erased."""


class Vault:
    """Seals and opens contents of one ledger under the key outside its database."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._data_keys: dict[tuple[str, str], bytes] = {}

    def seal_content(self, partnership: str, sequence: int, scope: str, written: Written) -> bytes:
        """Encrypt an entry's content with its salt: a salt in the open would let the content be guessed."""
        data_key = self._data_key(partnership, scope, make=True)
        return seal(data_key, written.salt + written.content, _place(partnership, sequence))

    def open_content(self, partnership: str, sequence: int, scope: str, sealed: bytes) -> dict[str, Any]:
        """Decrypt an entry's content; raises SealingKeyError where the key or the bytes do not fit."""
        content: dict[str, Any] = read_json(self.open_bytes(partnership, sequence, scope, sealed)[1])
        return content

    def open_bytes(self, partnership: str, sequence: int, scope: str, sealed: bytes) -> tuple[bytes, bytes]:
        """Decrypt an entry's salt and the bytes of its content, which its commitment is over."""
        data_key = self._data_key(partnership, scope, make=False)
        opened = unseal(data_key, sealed, _place(partnership, sequence))
        return opened[:SALT_BYTES], opened[SALT_BYTES:]

    def seal_file(self, partnership: str, sealed: dict[str, Any] | None) -> bytes | None:
        """Encrypt the sealed part of a projection."""
        if sealed is None:
            return None
        data_key = self._data_key(partnership, FILE_SCOPE, make=True)
        return seal(data_key, plain_canonical(sealed), _place(partnership, 0))

    def open_file(self, partnership: str, sealed: bytes | None) -> bytes | None:
        """Decrypt the sealed part of a projection."""
        if sealed is None:
            return None
        data_key = self._data_key(partnership, FILE_SCOPE, make=False)
        return unseal(data_key, sealed, _place(partnership, 0))

    def forget(self) -> None:
        """Forget the keys that were read: some of them were destroyed."""
        self._data_keys.clear()

    def _data_key(self, partnership: str, scope: str, *, make: bool) -> bytes:
        known = self._data_keys.get((partnership, scope))
        if known is not None:
            return known
        place = f"{partnership}/{scope}"
        ledger = self._ledger
        row = ledger.statements.select_data_key.one(
            ledger.cursor, {"partnership_id": partnership, "scope": scope}
        )
        if row is not None:
            try:
                data_key = ledger.key().unwrap(row[0], place)
            except SealingKeyError:
                check_current(ledger)
                raise
        elif make:
            check_current(ledger)
            data_key = new_data_key()
            wrapped = ledger.key().wrap(data_key, place)
            ledger.writing.data_keys.append(
                {"partnership_id": partnership, "scope": scope, "wrapped": wrapped}
            )
        else:
            raise SealingKeyError(f"the key of sealed content in partnership {partnership} is gone")
        self._data_keys[(partnership, scope)] = data_key
        return data_key


def _place(partnership: str, sequence: int) -> str:
    return f"{partnership}/{sequence}"
