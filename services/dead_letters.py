"""Jobs that were given up: putting them aside, and having them done again."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from db import models
from db.queries import dead_letters as queries
from db.unit_of_work import UnitOfWork
from domain.environments import Environment
from domain.errors import NotFound, Refused
from domain.ids import global_id
from permissions.viewer import Viewer
from permissions.visibility import visible_dead_letters
from services import audit


async def bury(
    uow: UnitOfWork,
    *,
    job: str,
    key: str,
    payload: dict[str, Any],
    error: str,
    attempts: int,
    partner_id: UUID | None = None,
    environment: Environment | None = None,
    now: dt.datetime,
) -> None:
    """Put a job aside that failed in every try; the same one again adds to its open letter."""
    await queries.bury(
        uow.session,
        job=job,
        key=key,
        payload=payload,
        error=error,
        attempts=attempts,
        partner_id=partner_id,
        environment=environment,
        now=now,
    )


async def close(uow: UnitOfWork, *, job: str, keys: Collection[str], actor: str, now: dt.datetime) -> None:
    """Close the open letters about things that somebody took up again otherwise."""
    await queries.close(uow.session, job=job, keys=keys, actor=actor, now=now)


async def replay_dead_letter(
    uow: UnitOfWork, viewer: Viewer, *, letter_id: UUID | None, now: dt.datetime
) -> models.DeadLetter:
    """Have a job done again; a second call answers as the first. Audited. Refuses: NotFound.

    The worker hands it to the queue within seconds.
    """
    letter = None
    if letter_id is not None:
        letter = await queries.lock_dead_letter(uow.session, letter_id, visible=visible_dead_letters(viewer))
    if letter is None:
        raise Refused(
            NotFound(noun="dead letter", id=global_id("DeadLetter", letter_id) if letter_id else "")
        )
    if letter.replayed_at is None:
        letter.replayed_at, letter.replayed_by = now, viewer.id
        await uow.session.flush()
        await audit.record(
            uow,
            viewer,
            partner_id=letter.partner_id,
            act="dead_letters.replay",
            object_id=global_id("DeadLetter", letter.id),
            facts={"job": letter.job, "key": letter.key},
            now=now,
        )
    return letter


async def take_replayed(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> list[models.DeadLetter]:
    """Mark the letters to be replayed as handed over and return them.

    Hand them over before the unit of work commits: a crash between the two hands them over again,
    under the same job id.
    """
    letters = await queries.lock_replayed(uow.session, limit=limit)
    for letter in letters:
        letter.requeued_at = now
    await uow.session.flush()
    return letters
