"""Allotments with the first entry of their journal."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries import inventory
from db.types import new_id
from domain.inventory import Channel, InventoryEventKind
from tests.factories.times import NOW


async def make_allotment(
    session: AsyncSession,
    package: models.Package,
    *,
    units: int = 100,
    channel: Channel = Channel.OTA,
    day: dt.date | None = None,
    reseller: models.Partner | None = None,
) -> models.Allotment:
    allotment = models.Allotment(
        id=new_id(),
        environment=package.environment,
        package_id=package.id,
        channel=channel,
        date=day,
        reseller_id=reseller and reseller.id,
        allocated=units,
        sequence=1,
        created_at=NOW,
    )
    session.add(allotment)
    await session.flush()
    await inventory.journal(
        session,
        allotment.id,
        kind=InventoryEventKind.ALLOTTED,
        actor="system",
        now=NOW,
        allocated_change=units,
    )
    return allotment
