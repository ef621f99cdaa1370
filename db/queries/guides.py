"""Questions about what a reader of the guides has of its own."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.rows import Visible
from domain.environments import Environment


@dataclass(frozen=True, slots=True)
class OwnThings:
    """A partner's newest TEST key that is good, and a product it can try things on; None where there is none."""

    key_name: str | None
    key_prefix: str | None
    product_id: str | None


async def own_things(
    session: AsyncSession, partner_id: UUID, *, keys: Visible, packages: Visible, now: dt.datetime
) -> OwnThings:
    """Load what a guide shows of a partner; `packages` is what can be seen in TEST, its own come first."""
    key = (
        select(models.ApiKey.name, models.ApiKey.prefix)
        .where(
            keys,
            models.ApiKey.reseller_id == partner_id,
            models.ApiKey.environment == Environment.TEST,
            or_(models.ApiKey.expires_at.is_(None), models.ApiKey.expires_at > now),
            or_(models.ApiKey.revoked_at.is_(None), models.ApiKey.revoked_at > now),
        )
        .order_by(models.ApiKey.id.desc())
        .limit(1)
        .subquery()
    )
    product = (
        select(models.Package.sku)
        .where(packages)
        .order_by((models.Package.partner_id == partner_id).desc(), models.Package.sku)
        .limit(1)
        .subquery()
    )
    statement = (
        select(key.c.name, key.c.prefix, product.c.sku)
        .select_from(models.Partner)
        .outerjoin(key, true())
        .outerjoin(product, true())
        .where(models.Partner.id == partner_id)
    )
    found = (await session.execute(statement)).one_or_none()
    return OwnThings(*found) if found else OwnThings(None, None, None)
