"""What can go wrong before a command is judged; every message is one line that says what to do."""


class PartnershipsError(Exception):
    """The base of every error that this package raises on purpose."""


class NoDatabase(PartnershipsError):
    """Raised when the database is absent, not ours, or waits for a migration."""


class UnknownPartnership(PartnershipsError):
    """Raised when a reading names an id that is not on file."""


class NotAllowed(PartnershipsError):
    """Raised when a reading asks for what the actor's side may not see (L2)."""


class BadRequest(PartnershipsError):
    """Raised when a reading is asked for with an impossible actor, day, instant or filter."""


class SealingKeyError(PartnershipsError):
    """Raised when the sealing key is missing, unreadable or not the one this database was sealed with."""


class DefinitionError(PartnershipsError):
    """Raised when a policy's definition contradicts itself; the message lists every contradiction."""


class DatabaseFailed(PartnershipsError):
    """Raised when the database itself fails: locked too long, a full disk, a lost connection.

    `sqlstate` is what the server told, where it told one; `unknown` tells whether a commit was sent and never
    answered, or written and not synced. Without that, nothing was kept; of a sweep or a delivery, which
    commit step by step, nothing of its last step.
    """

    def __init__(self, message: str, *, sqlstate: str | None = None, unknown: bool = False) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate
        self.unknown = unknown
