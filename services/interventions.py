"""The admin desk: what opens when an introduction needs a human, and what staff does about it (S3-121)."""

import datetime as dt

from db import models
from db.queries import interventions as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.interventions import REASON_LENGTH, InterventionKind
from permissions.viewer import SYSTEM, Viewer
from services import introductions


async def open_intervention(
    uow: UnitOfWork,
    introduction: models.Introduction,
    kind: InterventionKind,
    *,
    reason: str,
    now: dt.datetime,
    actor: Viewer = SYSTEM,
) -> bool:
    """Put a locked introduction into the queue of the desk; tell whether it was not there for this already. Audited."""
    is_new = await queries.open_once(
        uow.session,
        {
            "id": new_id(),
            "introduction_id": introduction.id,
            "kind": kind,
            "reason": reason[:REASON_LENGTH],
            "opened_at": now,
        },
    )
    if is_new:
        await introductions.record(
            uow, actor, introduction, "interventions.open", facts={"kind": kind}, now=now
        )
    return is_new


async def settle(
    uow: UnitOfWork,
    introduction: models.Introduction,
    kind: InterventionKind | None = None,
    *,
    resolution: str,
    now: dt.datetime,
    actor: Viewer = SYSTEM,
) -> int:
    """Close what is open for a locked introduction, of one kind or of all; return how many. Audited."""
    found = await queries.open_of(uow.session, introduction.id, kind)
    for each in found:
        each.resolved_at, each.resolved_by, each.resolution = now, actor.id, resolution
        await introductions.record(
            uow, actor, introduction, "interventions.resolve", facts={"kind": each.kind}, now=now
        )
    await uow.session.flush()
    return len(found)
