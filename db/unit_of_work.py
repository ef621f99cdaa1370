"""One act, one transaction, one commit: the only place that commits."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from db import functions
from db.changes import changed_in
from db.session import Sessions
from db.types import Base
from db.writing import Put, insert_all
from db.written import row
from domain.errors import Refused

M = TypeVar("M", bound=Base)


class UnitOfWork:
    """What an act changes with. Its block commits at the end; an exception rolls all of it back."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._put: list[Put] = []

    def put(self, model: type[M], values: Mapping[str, Any]) -> M:
        """Have a new row written at the end, with all others that are put, in one statement; return it detached.

        Until then, this unit of work does not find it.
        """
        self._put.append((model, values))
        return row(model, values)

    async def write(self) -> None:
        """Write what is put by now."""
        if self._put:
            put, self._put = self._put, []
            await self.session.flush()
            await insert_all(self.session, put)


@asynccontextmanager
async def unit_of_work(sessions: Sessions, after_commit: Callable[[], None]) -> AsyncIterator[UnitOfWork]:
    """Open a unit of work. `after_commit` is called once it is durable, never when it is not.

    What a trigger of the database refuses is refused as the domain's own value.

    `sessions.changed` is told before that, also when nobody knows what became of the commit.
    """
    async with sessions.write() as session:
        uow = UnitOfWork(session)
        try:
            yield uow
            await uow.write()
        except DBAPIError as error:
            # What a trigger refuses is met wherever rows are flushed.
            refused = functions.refusal_in(error)
            if refused is None:
                raise
            raise Refused(refused) from None
        try:
            await session.commit()
        finally:
            if changed := changed_in(session):
                sessions.changed(changed)
    after_commit()
