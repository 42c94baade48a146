"""The service inside an SQLAlchemy session's own transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.util import greenlet_spawn

from partnerships.workflows.outcomes import Outcome
from partnerships.workflows.service import Service, open_service

T = TypeVar("T")


def on_session(service: Service, session: Session) -> Service:
    """Give the service inside a session's transaction: it commits nothing, and a rollback takes all back.

    Good until that transaction ends; ask again in the next one.
    """
    return service.within(session.connection())


async def open_async(engine: AsyncEngine, **options: Any) -> AsyncPartnerships:
    """Open a service on a host's asynchronous engine, with the options of `open_service`.

    Raises what `open_service` raises.
    """
    return AsyncPartnerships(await greenlet_spawn(open_service, engine.sync_engine, **options))


class AsyncPartnerships:
    """A service for asynchronous hosts: each call works inside the transaction of the session it is given.

    `service` is the service itself; it works only where SQLAlchemy lets synchronous code run on an
    asynchronous engine, as in `run_sync` or in a hook after a commit.
    """

    def __init__(self, service: Service) -> None:
        self.service = service

    async def apply(self, session: AsyncSession, command: dict[str, Any] | str | bytes) -> Outcome:
        """Apply one command in a savepoint of the session's transaction; nothing is committed."""
        return await self.run(session, lambda service: service.apply(command))

    async def why(self, session: AsyncSession, id: str, **options: Any) -> dict[str, Any]:
        """Give every trigger from here: allowed or not, and all that is missing; see `Service.why`."""
        return await self.run(session, lambda service: service.why(id, **options))

    async def show(self, session: AsyncSession, id: str, **options: Any) -> dict[str, Any]:
        """Give a partnership as the transaction sees it; see `Service.show`."""
        return await self.run(session, lambda service: service.show(id, **options))

    async def history(self, session: AsyncSession, id: str, **options: Any) -> list[dict[str, Any]]:
        """Give who did what, when, on what evidence; see `Service.history`."""
        return await self.run(session, lambda service: service.history(id, **options))

    async def portfolio(self, session: AsyncSession, **options: Any) -> list[dict[str, Any]]:
        """Give the portfolio's lines in order of id; see `Service.portfolio`."""
        return await self.run(session, lambda service: service.portfolio(**options))

    async def overview(self, session: AsyncSession, **options: Any) -> dict[str, Any]:
        """Give the whole portfolio in numbers; see `Service.overview`."""
        return await self.run(session, lambda service: service.overview(**options))

    async def prompts(self, session: AsyncSession, **options: Any) -> list[dict[str, Any]]:
        """Give prompts in order of their due days; see `Service.prompts`."""
        return await self.run(session, lambda service: service.prompts(**options))

    async def feed(self, session: AsyncSession, **options: Any) -> list[dict[str, Any]]:
        """Give accepted entries after a cursor; see `Service.feed`."""
        return await self.run(session, lambda service: service.feed(**options))

    async def run(self, session: AsyncSession, work: Callable[[Service], T]) -> T:
        """Run work of several steps with the service inside the session's transaction."""
        connection = await session.connection()
        return await connection.run_sync(lambda sync: work(self.service.within(sync)))
