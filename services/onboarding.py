"""Cases of onboarding, carried on by facts."""

import datetime as dt
from uuid import UUID

from sqlalchemy import select

from db import models
from db.unit_of_work import UnitOfWork
from domain.errors import NotFound, Refused
from domain.ids import global_id
from domain.onboarding import Stage


async def lock_case(uow: UnitOfWork, partner_id: UUID) -> models.OnboardingCase:
    """Return a partner's case, locked until commit. Refuses: NotFound."""
    case = models.OnboardingCase
    found = await uow.session.scalars(select(case).where(case.partner_id == partner_id).with_for_update())
    row = found.one_or_none()
    if row is None:
        raise Refused(NotFound(noun="onboarding case", id=global_id("Partner", partner_id)))
    return row


async def review(uow: UnitOfWork, partner_id: UUID, *, now: dt.datetime) -> models.OnboardingCase:
    """Carry a case on as far as its environments reach."""
    case = await lock_case(uow, partner_id)
    if case.stage is Stage.PROVISIONING and case.sandbox_at:
        case.stage = Stage.TESTING
    if case.stage is Stage.READY_FOR_GO_LIVE and case.production_at:
        case.stage, case.live_at = Stage.LIVE, now
    await uow.session.flush()
    return case
