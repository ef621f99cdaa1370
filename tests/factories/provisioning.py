"""Partners on their way: cases at a stage, and environments that were made."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.onboarding import Stage
from domain.partners import PartnerType, VerificationStatus
from tests.factories.partners import make_partner
from tests.factories.times import NOW


async def make_partner_at(
    session: AsyncSession,
    stage: Stage = Stage.PROVISIONING,
    *,
    name: str = "Nuova Agenzia",
    verification: VerificationStatus = VerificationStatus.VERIFIED,
    **facts: Any,
) -> models.Partner:
    """A partner with a complete profile whose case is at a stage."""
    partner = await make_partner(session, name=name, partner_type=PartnerType.AGENCY)
    partner.verification_status = verification
    partner.country, partner.descriptions = "IT", {"en": "Trips"}
    partner.regions, partner.languages = ["IT-25"], ["it"]
    session.add(
        models.OnboardingCase(id=new_id(), partner_id=partner.id, stage=stage, registered_at=NOW, **facts)
    )
    await session.flush()
    return partner
