"""python-statemachine over SQLAlchemy's ORM: current state in a mapped row, history in another table.

As in its chapter on domain models: the machine is made on the loaded object, whose `state` it moves; a guard
is a condition, and an action writes the history. The session is used as SQLAlchemy's ORM documentation says;
the row is loaded locked, where the database locks rows.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, create_engine, event, func, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, object_session
from statemachine import State, StateChart

from bench.rivals import ENDLINE, STATE, Rival, today
from bench.turns import Recorded


class Base(DeclarativeBase):
    """The tables."""


class Partnership(Base):
    """A partnership."""

    __tablename__ = "partnership"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    endline: Mapped[date]
    renewals: Mapped[int] = mapped_column(default=0)


class Transition(Base):
    """One decision."""

    __tablename__ = "transition"

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    name: Mapped[str]
    source: Mapped[str]
    target: Mapped[str]
    actor: Mapped[str]
    command: Mapped[dict[str, Any]] = mapped_column(JSON)


class Lifecycle(StateChart):
    """The machine; what is not allowed, or fails, is raised."""

    allow_event_without_transition = False
    catch_errors_as_events = False

    active = State(value=STATE, initial=True)
    transitioning = State(value="transitioning", final=True)

    renew = active.to.itself(cond="runs")
    begin_transition = active.to(transitioning)

    def runs(self) -> bool:
        """Tell whether the endline lies ahead."""
        return today() <= self.model.endline

    def on_renew(self, command: dict[str, Any], event: str, source: State, target: State) -> None:
        """Write the history."""
        self.model.renewals += 1
        object_session(self.model).add(
            Transition(
                partnership_id=self.model.id,
                name=str(event),
                source=source.value,
                target=target.value,
                actor=command["actor"]["id"],
                command=command,
            )
        )


class Contender(Rival):
    """An engine on a database of its own."""

    def __init__(self, url: str, endline: date = ENDLINE) -> None:
        self._engine = create_engine(url)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _durable)
        Base.metadata.create_all(self._engine)
        super().__init__()
        with Session(self._engine) as session, session.begin():
            session.add(Partnership(id=1, state=STATE, endline=endline))

    def renew(self) -> None:
        """Load, renew and commit."""
        with Session(self._engine) as session, session.begin():
            partnership = session.get_one(Partnership, 1, with_for_update=True)
            Lifecycle(partnership).renew(command=self.command)

    def recorded(self) -> Recorded:
        """Read both tables."""
        with Session(self._engine) as session:
            count = session.scalar(select(func.count()).where(Transition.partnership_id == 1))
            latest = session.scalars(select(Transition).order_by(Transition.id.desc()).limit(1)).one()
            state = session.get_one(Partnership, 1).state
            return Recorded(state, count or 0, latest.command["reason"])

    def asked(self, query: str) -> str:
        """Ask on one of the engine's connections."""
        with self._engine.connect() as connection:
            return str(connection.scalar(text(query)))

    def close(self) -> None:
        """Close the engine."""
        self._engine.dispose()


def _durable(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()
