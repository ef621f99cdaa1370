"""Questions about uploads."""

import datetime as dt
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.questions import question
from db.rows import One, Visible
from domain.uploads import UploadStatus


@question
def upload_by_id(upload_id: UUID, *, visible: Visible) -> One[models.Upload]:
    """Describe one upload."""
    return One(select(models.Upload).where(visible, models.Upload.id == upload_id))


async def lock_upload(session: AsyncSession, upload_id: UUID) -> models.Upload | None:
    """Lock an upload against other changes, and read it anew."""
    statement = select(models.Upload).where(models.Upload.id == upload_id).with_for_update(key_share=True)
    return (await session.scalars(statement, execution_options={"populate_existing": True})).one_or_none()


async def unswept(session: AsyncSession, *, before: dt.datetime, limit: int) -> list[models.Upload]:
    """Load uploads whose url ended before a moment and which left something behind, oldest first."""
    statement = (
        select(models.Upload)
        .where(~models.Upload.is_swept, models.Upload.expires_at < before)
        .order_by(models.Upload.expires_at)
        .limit(limit)
    )
    return list((await session.scalars(statement)).all())


async def forget_awaiting(session: AsyncSession, upload_id: UUID) -> None:
    """Delete an upload that was never confirmed."""
    await session.execute(
        delete(models.Upload).where(
            models.Upload.id == upload_id, models.Upload.status == UploadStatus.AWAITING
        )
    )
