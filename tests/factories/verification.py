"""Partners that stand somewhere in their verification, with their documents."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.partners import PartnerType, VerificationStatus
from domain.verification import DocumentKind, DocumentStatus, required_documents
from tests.factories.onboarding import make_case
from tests.factories.partners import make_partner
from tests.factories.times import NOW
from tests.factories.uploads import make_ready_upload


async def make_document(
    session: AsyncSession,
    partner: models.Partner,
    kind: DocumentKind,
    *,
    expires_on: dt.date | None = None,
) -> models.VerificationDocument:
    """A document somebody of the partner has uploaded."""
    document = models.VerificationDocument(
        id=new_id(),
        partner_id=partner.id,
        kind=kind,
        upload_id=(await make_ready_upload(session, partner)).id,
        status=DocumentStatus.SUBMITTED,
        expires_on=expires_on,
        created_by="user:vera",
        created_at=NOW,
    )
    session.add(document)
    await session.flush()
    return document


async def make_documents(session: AsyncSession, partner: models.Partner) -> None:
    """Everything the partner must show; it is Italian."""
    partner.country = "IT"
    for each in required_documents(partner.type, partner.country):
        await make_document(session, partner, each.kind)


async def make_standing(
    session: AsyncSession, status: VerificationStatus, *, name: str = "Bella Vista"
) -> models.Partner:
    """An Italian hotel with all its documents and a case, whose verification stands somewhere."""
    partner = await make_partner(session, name=name, partner_type=PartnerType.HOTEL)
    await make_documents(session, partner)
    await make_case(session, partner)
    partner.verification_status = status
    if status is not VerificationStatus.UNSUBMITTED:
        session.add(
            models.VerificationDecision(
                id=new_id(),
                partner_id=partner.id,
                sequence=1,
                from_status=VerificationStatus.UNSUBMITTED,
                to_status=status,
                actor="user:vera",
                at=NOW,
                is_latest=True,
            )
        )
    await session.flush()
    return partner
