"""Giving buyers their money back: everybody gives back its part, recorded first, then asked of the provider."""

import datetime as dt

from sqlalchemy import select

from db import models
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.checkouts import RefundReason
from domain.payments import RefundStatus
from domain.refunds import refund_legs
from permissions.viewer import Viewer


async def begin(
    uow: UnitOfWork,
    viewer: Viewer,
    checkout: models.Checkout,
    *,
    refund_minor: int,
    reason: RefundReason,
    now: dt.datetime,
) -> models.Refund | None:
    """Record a refund, whole or in part, with what each leg gives back; None for a refund of nothing."""
    if not refund_minor:
        return None
    leg = models.CheckoutLeg
    legs = (
        await uow.session.scalars(select(leg).where(leg.checkout_id == checkout.id).order_by(leg.position))
    ).all()
    given_back = refund_legs([(each.amount_minor, each.refunded_minor) for each in legs], refund_minor)
    for each, back in zip(legs, given_back, strict=True):
        each.refunded_minor += back
    checkout.refunded_minor += refund_minor
    checkout.sequence += 1
    payment = (
        await uow.session.scalars(select(models.Payment).where(models.Payment.checkout_id == checkout.id))
    ).one()
    refund = models.Refund(
        id=new_id(),
        environment=checkout.environment,
        checkout_id=checkout.id,
        payment_id=payment.id,
        reason=reason,
        status=RefundStatus.PENDING,
        amount_minor=refund_minor,
        currency=checkout.currency,
        legs=[
            {"leg_id": str(each.id), "amount_minor": back}
            for each, back in zip(legs, given_back, strict=True)
            if back
        ],
        actor=viewer.id,
        created_at=now,
    )
    uow.session.add(refund)
    await uow.session.flush()
    return refund
