"""Questions about money on its way back to buyers."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible
from domain.payments import RefundStatus

NEWEST_FIRST = Keyset((models.Refund.id,), is_descending=True)


@question
def page_refunds(*, visible: Visible, window: Window, status: RefundStatus | None) -> Page[models.Refund]:
    """Describe refunds, newest first."""
    statement = select(models.Refund).where(visible)
    if status is not None:
        statement = statement.where(models.Refund.status == status)
    return Page(statement, NEWEST_FIRST, window)


async def lock_legs(session: AsyncSession, checkout_id: UUID) -> list[models.CheckoutLeg]:
    """Lock the legs of a checkout, in their order."""
    leg = models.CheckoutLeg
    statement = (
        select(leg)
        .where(leg.checkout_id == checkout_id)
        .order_by(leg.position)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(statement))


async def legs_of(session: AsyncSession, checkout_id: UUID) -> list[models.CheckoutLeg]:
    """Load the legs of a checkout, in their order."""
    leg = models.CheckoutLeg
    return list(
        await session.scalars(select(leg).where(leg.checkout_id == checkout_id).order_by(leg.position))
    )


async def payment_of(session: AsyncSession, checkout_id: UUID) -> models.Payment:
    """Load the payment of a checkout."""
    statement = select(models.Payment).where(models.Payment.checkout_id == checkout_id)
    return (await session.scalars(statement)).one()


async def payments_by_id(session: AsyncSession, payment_ids: Collection[UUID]) -> dict[UUID, models.Payment]:
    """Load payments, by id."""
    statement = select(models.Payment).where(models.Payment.id.in_(payment_ids))
    return {row.id: row for row in await session.scalars(statement)}


async def lock_visible(session: AsyncSession, refund_id: UUID, *, visible: Visible) -> models.Refund | None:
    """Lock one refund."""
    statement = select(models.Refund).where(visible, models.Refund.id == refund_id).with_for_update()
    return (await session.scalars(statement)).one_or_none()


async def refund_by_provider_id(session: AsyncSession, provider_id: str) -> UUID | None:
    """Look up the refund the provider knows by an id of its own."""
    return await session.scalar(select(models.Refund.id).where(models.Refund.provider_id == provider_id))


def is_pending() -> ColumnElement[bool]:
    """Tell that a refund of a payment the provider knows is to be asked for, or asked after."""
    refund, payment = models.Refund, models.Payment
    return and_(
        refund.status == RefundStatus.PENDING,
        exists().where(payment.id == refund.payment_id, payment.provider_id.is_not(None)),
    )
