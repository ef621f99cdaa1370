"""Questions about credentials: whose key, which person."""

import datetime as dt
from dataclasses import dataclass, fields
from uuid import UUID

from sqlalchemy import bindparam, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import One, Visible
from domain.environments import Environment

NEWEST_FIRST = Keyset((models.ApiKey.id,), is_descending=True)


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What a call needs to know of the key it came with."""

    id: UUID
    reseller_id: UUID
    environment: Environment
    key_hash: bytes
    scopes: list[str]
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    rate_limit_per_minute: int


# Built once: it runs for every call of every reseller.
KEY_BY_PREFIX = (
    select(
        *(getattr(models.ApiKey.__table__.c, each.name) for each in fields(KeyFacts)[:-1]),
        models.ResellerProfile.__table__.c.rate_limit_per_minute,
    )
    .join_from(
        models.ApiKey.__table__,
        models.ResellerProfile.__table__,
        models.ResellerProfile.__table__.c.partner_id == models.ApiKey.__table__.c.reseller_id,
    )
    .where(models.ApiKey.__table__.c.prefix == bindparam("prefix"))
)


async def key_by_prefix(session: AsyncSession, prefix: str) -> KeyFacts | None:
    """Load what a call needs of a key, by the key's public part."""
    connection = await session.connection()
    found = (await connection.execute(KEY_BY_PREFIX, {"prefix": prefix})).one_or_none()
    return KeyFacts(**found._mapping) if found else None  # noqa: SLF001 - SQLAlchemy documents it


async def is_good(session: AsyncSession, key_id: UUID, *, now: dt.datetime) -> bool:
    """Tell whether a key is neither revoked nor expired."""
    key = models.ApiKey
    good = exists().where(
        key.id == key_id,
        or_(key.expires_at.is_(None), key.expires_at > now),
        or_(key.revoked_at.is_(None), key.revoked_at > now),
    )
    return bool(await session.scalar(select(good)))


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


@question
def page_keys(*, visible: Visible, window: Window) -> Page[models.ApiKey]:
    """Describe keys, newest first."""
    return Page(select(models.ApiKey).where(visible), NEWEST_FIRST, window)


@question
def key_by_id(key_id: UUID, *, visible: Visible) -> One[models.ApiKey]:
    """Describe one key."""
    return One(select(models.ApiKey).where(visible, models.ApiKey.id == key_id))
