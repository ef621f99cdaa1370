"""Questions about what partners prove themselves with, and what was decided."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible
from domain.partners import VerificationStatus

OLDEST_FIRST = Keyset((models.VerificationDecision.id,))


@question
def page_queue(*, visible: Visible, window: Window) -> Page[models.VerificationDecision]:
    """Describe the submissions nobody has decided about, the oldest first."""
    decision = models.VerificationDecision
    waiting = select(decision).where(
        visible, decision.is_latest, decision.to_status == VerificationStatus.PENDING
    )
    return Page(waiting, OLDEST_FIRST, window)


async def current_documents(session: AsyncSession, partner_id: UUID) -> list[models.VerificationDocument]:
    """Load a partner's documents, one a kind."""
    document = models.VerificationDocument
    statement = select(document).where(document.partner_id == partner_id, document.replaced_at.is_(None))
    return list((await session.scalars(statement)).all())


async def is_used(session: AsyncSession, upload_id: UUID) -> bool:
    """Tell whether an upload is a document already."""
    return bool(
        await session.scalar(select(exists().where(models.VerificationDocument.upload_id == upload_id)))
    )


async def latest_decision(session: AsyncSession, partner_id: UUID) -> models.VerificationDecision | None:
    """Load the last step of a partner's verification."""
    decision = models.VerificationDecision
    statement = select(decision).where(decision.partner_id == partner_id, decision.is_latest)
    return (await session.scalars(statement)).one_or_none()
