"""Hooks: the host's own code, called for each accepted entry once it is committed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import RLock
from typing import Any, Protocol

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction, scoped_session, sessionmaker

Hook = Callable[[dict[str, Any]], None]
_log = logging.getLogger("partnerships.hooks")


class Feeding(Protocol):
    """Whatever gives the event feed: a service, or its Django adapter."""

    def feed(self, *, after: str | None = None, limit: int = 1000) -> list[dict[str, Any]]:
        """Give accepted entries after a cursor."""


class Follower:
    """Calls a hook for each event of the feed, in order, once; `cursor` is where it stands.

    The feed shows only what is committed, so a rollback calls nothing. A hook that raises is called again for
    the same event by the next run. Keep `cursor` where a restart finds it, or every event comes again.
    """

    def __init__(self, service: Feeding, hook: Hook, *, after: str | None = None) -> None:
        self.cursor = after
        self._service = service
        self._hook = hook
        self._turn = RLock()
        self._is_running = False
        self._asked = False

    def run(self) -> int:
        """Call the hook for every event that is new, and give how many there were; raises what it raises.

        Threads take turns. A run inside a run, where the hook itself commits, leaves its events to the outer.
        """
        with self._turn:
            self._asked = True
            if self._is_running:
                return 0
            self._is_running = True
            try:
                return self._run()
            finally:
                self._is_running = False

    def _run(self) -> int:
        count = 0
        while self._asked:
            self._asked = False
            while events := self._service.feed(after=self.cursor):
                for happened in events:
                    self._hook(happened)
                    self.cursor = happened["cursor"]
                    count += 1
        return count

    def run_and_log(self) -> None:
        """Run, and log what goes wrong: what is committed stays so, whatever a hook does."""
        try:
            self.run()
        except Exception:
            _log.exception("a hook failed; its event is given again", extra={"cursor": self.cursor})


Followed = Session | type[Session] | sessionmaker[Any] | scoped_session[Any] | AsyncSession


def follow_session(follower: Follower, session: Followed) -> None:
    """Run a follower after each outermost commit of a session, or of every session that a maker makes.

    Of an `async_sessionmaker`, name the `sync_session_class` it was given: that is told of commits. It runs
    when the session has given its connection back; a savepoint's end runs nothing.
    """
    target: Any = session.sync_session if isinstance(session, AsyncSession) else session
    # One of its own: a session may be followed by several.
    mark = object()

    def committed(session: Session) -> None:
        # Told of a savepoint's end too, while the savepoint is still the session's innermost transaction.
        if not session.in_nested_transaction():
            session.info[mark] = True

    def ended(session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None and session.info.pop(mark, False):
            follower.run_and_log()

    event.listen(target, "after_commit", committed)
    event.listen(target, "after_transaction_end", ended)
