"""Questions about the audit chain."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible

NEWEST_FIRST = Keyset((models.AuditEntry.id,), is_descending=True)


async def chain_of(
    session: AsyncSession, partner_id: UUID | None, *, visible: Visible
) -> list[models.AuditEntry]:
    """Load a partner's whole chain, oldest first; nothing of one that is not visible."""
    statement = (
        select(models.AuditEntry)
        .where(visible, models.AuditEntry.partner_id.is_not_distinct_from(partner_id))
        .order_by(models.AuditEntry.sequence)
    )
    return list((await session.scalars(statement)).all())


@question
def page_audit(*, visible: Visible, window: Window) -> Page[models.AuditEntry]:
    """Describe audit entries, newest first."""
    return Page(select(models.AuditEntry).where(visible), NEWEST_FIRST, window)
