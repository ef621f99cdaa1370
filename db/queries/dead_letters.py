"""Questions about jobs that were given up."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible
from db.types import new_id
from domain.environments import Environment

NEWEST_FIRST = Keyset((models.DeadLetter.id,), is_descending=True)


@question
def page_dead_letters(*, visible: Visible, window: Window, is_open: bool | None) -> Page[models.DeadLetter]:
    """Describe dead letters, newest first; open ones, replayed ones, or all."""
    statement = select(models.DeadLetter).where(visible)
    if is_open is not None:
        replayed = models.DeadLetter.replayed_at
        statement = statement.where(replayed.is_(None) if is_open else replayed.is_not(None))
    return Page(statement, NEWEST_FIRST, window)


async def lock_dead_letter(
    session: AsyncSession, letter_id: UUID, *, visible: Visible
) -> models.DeadLetter | None:
    """Lock one dead letter."""
    statement = select(models.DeadLetter).where(visible, models.DeadLetter.id == letter_id)
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def bury(
    session: AsyncSession,
    *,
    job: str,
    key: str,
    payload: dict[str, Any],
    error: str,
    attempts: int,
    partner_id: UUID | None,
    environment: Environment | None,
    now: dt.datetime,
) -> None:
    """Write a dead letter, or add to the open one of the same job and key."""
    letter = models.DeadLetter
    statement = insert(letter).values(
        id=new_id(),
        job=job,
        key=key,
        payload=payload,
        error=error,
        attempts=attempts,
        times=1,
        partner_id=partner_id,
        environment=environment,
        first_at=now,
        last_at=now,
    )
    again = {
        "times": letter.times + 1,
        "attempts": letter.attempts + statement.excluded.attempts,
        "error": statement.excluded.error,
        "last_at": func.greatest(letter.last_at, statement.excluded.last_at),
    }
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[letter.job, letter.key], index_where=letter.replayed_at.is_(None), set_=again
        )
    )


async def close(
    session: AsyncSession, *, job: str, keys: Collection[str], actor: str, now: dt.datetime
) -> None:
    """Close open letters about things that were taken up again by other means."""
    letter = models.DeadLetter
    await session.execute(
        update(letter)
        .where(letter.job == job, letter.key.in_(keys), letter.replayed_at.is_(None))
        .values(replayed_at=now, replayed_by=actor, requeued_at=now)
    )


async def lock_replayed(session: AsyncSession, *, limit: int) -> list[models.DeadLetter]:
    """Lock letters somebody wants replayed and the queue has not got yet, oldest first."""
    letter = models.DeadLetter
    statement = (
        select(letter)
        .where(letter.replayed_at.is_not(None), letter.requeued_at.is_(None))
        .order_by(letter.replayed_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list((await session.scalars(statement)).all())
