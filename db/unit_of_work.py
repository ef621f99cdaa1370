"""One act, one transaction, one commit: the only place that commits."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from db.changes import changed_in
from db.session import Sessions


class UnitOfWork:
    """What an act changes with. Its block commits at the end; an exception rolls all of it back."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session


@asynccontextmanager
async def unit_of_work(sessions: Sessions, after_commit: Callable[[], None]) -> AsyncIterator[UnitOfWork]:
    """Open a unit of work. `after_commit` is called once it is durable, never when it is not.

    `sessions.changed` is told before that, also when nobody knows what became of the commit.
    """
    async with sessions.write() as session:
        yield UnitOfWork(session)
        try:
            await session.commit()
        finally:
            if changed := changed_in(session):
                sessions.changed(changed)
    after_commit()
