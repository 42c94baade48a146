"""Where the tables live: their prefix, and on PostgreSQL their schema."""

from __future__ import annotations

import re
from dataclasses import dataclass

from partnerships.errors import BadRequest

DEFAULT_PREFIX = "partnerships_"
_PREFIX = re.compile(r"[a-z][a-z0-9_]{0,29}")
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Place:
    """The names that a host chooses for our tables, so that they may live beside its own.

    A prefix has at most 30 characters, so that no name made with it is longer than PostgreSQL keeps.
    Raises BadRequest for a name that would have to be quoted.
    """

    prefix: str = DEFAULT_PREFIX
    schema: str | None = None

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise BadRequest(
                f"table_prefix {self.prefix!r} cannot be: at most 30 small letters, digits and _,"
                " a letter first"
            )
        if self.schema is not None and not _SCHEMA.fullmatch(self.schema):
            raise BadRequest(f"schema {self.schema!r} cannot be: small letters, digits and _ alone")

    @property
    def version_table(self) -> str:
        """Give the name of our own version table; a host's `alembic_version` is never touched."""
        return f"{self.prefix}version"

    def named(self, name: str) -> str:
        """Give a table's or function's name in SQL, with its schema."""
        return f"{self.schema}.{self.prefix}{name}" if self.schema else self.prefix + name
