"""Questions about credentials: whose key, which person."""

import datetime as dt
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from db import models
from db.rows import Keyset, One, Page, Visible, Window

NEWEST_FIRST = Keyset((models.ApiKey.id,), is_descending=True)


async def key_by_prefix(
    session: AsyncSession, prefix: str
) -> tuple[models.ApiKey, models.ResellerProfile] | None:
    """Load a key and its reseller's profile by the key's public part."""
    statement = (
        select(models.ApiKey, models.ResellerProfile)
        .join(models.ResellerProfile, models.ResellerProfile.partner_id == models.ApiKey.reseller_id)
        .where(models.ApiKey.prefix == prefix)
    )
    found = (await session.execute(statement)).one_or_none()
    return (found[0], found[1]) if found else None


async def touch_key(session: AsyncSession, key_id: UUID, *, now: dt.datetime) -> None:
    """Note when a key was last used."""
    await session.execute(update(models.ApiKey).where(models.ApiKey.id == key_id).values(last_used_at=now))


async def person_by_subject(session: AsyncSession, *, issuer: str, subject: str) -> models.User | None:
    """Load a person with their memberships."""
    statement = (
        select(models.User)
        .options(selectinload(models.User.memberships))
        .where(models.User.issuer == issuer, models.User.subject == subject)
    )
    return (await session.scalars(statement)).one_or_none()


def page_keys(*, visible: Visible, window: Window) -> Page[models.ApiKey]:
    """Describe keys, newest first."""
    return Page(select(models.ApiKey).where(visible), NEWEST_FIRST, window)


def key_by_id(key_id: UUID, *, visible: Visible) -> One[models.ApiKey]:
    """Describe one key."""
    return One(select(models.ApiKey).where(visible, models.ApiKey.id == key_id))
