"""Paid places in search."""

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.sponsorships import ChargedBy, SponsorshipStatus
from tests.factories.times import NOW


async def make_sponsorship(
    session: AsyncSession, package: models.Package, **facts: object
) -> models.Sponsorship:
    """A place that costs 0.50 a view, 2.00 a day at most, seen three times a day by one viewer."""
    defaults: dict[str, object] = {
        "charged_by": ChargedBy.VIEW,
        "price_minor": 50,
        "daily_budget_minor": 200,
        "daily_cap": 3,
        "starts_on": NOW.date(),
        "ends_on": None,
        "status": SponsorshipStatus.ACTIVE,
    }
    sponsorship = models.Sponsorship(
        id=new_id(),
        environment=package.environment,
        partner_id=package.partner_id,
        package_id=package.id,
        currency=package.currency,
        created_at=NOW,
        **(defaults | facts),
    )
    session.add(sponsorship)
    await session.flush()
    return sponsorship
