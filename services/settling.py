"""What a payment that succeeded leads to: a booking and its books; or, where the units are gone, the money back."""

import datetime as dt
from uuid import UUID

from db import models
from db.queries import acts as act_queries
from db.queries import checkouts as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import bookings, postings, reservations
from domain.checkouts import CheckoutStatus, RefundReason
from domain.errors import Refused
from domain.events import EventType
from domain.ids import global_id
from domain.inventory import InsufficientInventory, SalesClosed
from domain.ledger import EntryKind
from domain.money import Money
from domain.reservations import ReservationStatus
from domain.splits import Leg, LegKind
from permissions.viewer import SYSTEM
from services import checkouts, conversions, coupons, documents, events, ledger, refunds
from services.ports import Entropy
from services.reservations import CONFIRMATION_CODE_BYTES, TICKET_CODE_BYTES, Plan

FREE = "free:"
"""What a booking without a payment has for a reference, before its checkout's id."""


async def settle_free(
    uow: UnitOfWork, checkout: models.Checkout, *, entropy: Entropy, now: dt.datetime
) -> models.Checkout:
    """Turn a checkout of this unit of work into a booking for which there is nothing to pay."""
    await uow.write()
    locked, _ = await checkouts.locked_again(uow, checkout)
    await settle(uow, locked, None, entropy=entropy, now=now)
    return locked


async def settle(
    uow: UnitOfWork,
    checkout: models.Checkout,
    payment: models.Payment | None,
    *,
    entropy: Entropy,
    now: dt.datetime,
) -> None:
    """Turn a paid, locked checkout into a booking, exactly once; `payment` None where there was nothing to pay.

    Where its hold is gone the same units are held again at the same price; where there are none left, everything is
    refunded by itself.
    """
    if checkout.status is CheckoutStatus.PAID or checkout.status is CheckoutStatus.COMPENSATED:
        return
    legs = [
        Leg(each.kind, each.partner_id, each.affiliate_id, each.item_code, each.amount_minor)
        for each in await queries.legs_of(uow.session, checkout.id)
    ]
    was_held = await queries.lock_hold(uow.session, checkout.reservation_id, now=now)
    if not was_held and not await _hold_again(uow, checkout, now=now):
        await _compensate(uow, checkout, payment, legs, now=now)
        return
    if checkout.coupon_minor and was_held:
        await coupons.confirm(uow, checkout.reservation_id, now=now)
    if payment is not None:
        await documents.request_for_sale(uow, checkout=checkout, now=now)
        _tell(uow, checkout, payment, now)
    await uow.session.flush()
    # From here on the pools are locked, which others sell from: what can be done before is done by now.
    checkout.booking_id = await _activate(uow, checkout, payment, entropy=entropy, now=now)
    checkout.paid_at = now
    checkouts.move(uow, checkout, CheckoutStatus.PAID, now)
    await _convert(uow, checkout, legs, now=now)
    _record_sale(uow, checkout, legs, now)
    await _post_sale(uow, checkout, payment, legs, now=now)


async def _activate(
    uow: UnitOfWork,
    checkout: models.Checkout,
    payment: models.Payment | None,
    *,
    entropy: Entropy,
    now: dt.datetime,
) -> UUID:
    """Turn the hold into a booking and return its id; the same payment again, the same booking."""
    reference = FREE + global_id("Checkout", checkout.id) if payment is None else payment.provider_id
    act = {
        "id": checkout.reservation_id,
        "now": now,
        "actor": SYSTEM.id,
        "booking_id": new_id(),
        "confirmation_code": bookings.code_from(entropy(CONFIRMATION_CODE_BYTES)),
        "customer_name": checkout.customer_name,
        "customer_email": checkout.customer_email,
        "customer_phone": checkout.customer_phone,
        "payment_reference": reference,
        "special_requests": None,
        "ticket_codes": bookings.code_from(entropy(TICKET_CODE_BYTES * reservations.MAX_UNITS)),
        "code_length": TICKET_CODE_BYTES,
    }
    parts = {"acts": (act,), "keys": ()}
    sold = await act_queries.do_alone(uow.session, "activate_all", parts, act_queries.ONE, ())
    return UUID(sold["id"])


async def _hold_again(uow: UnitOfWork, checkout: models.Checkout, *, now: dt.datetime) -> bool:
    """Hold the units of a hold that is gone once more, at its price; False where they are not there.

    What it took from its coupon was given back when it ended: the buyer keeps the price, and the use is not counted.
    """
    gone, held = await queries.hold_of(uow.session, checkout)
    hold = {
        "id": new_id(),
        "environment": gone.environment,
        "channel": gone.channel,
        "reseller_id": None,
        "status": ReservationStatus.ACTIVE,
        "units": gone.units,
        "total_minor": gone.total_minor,
        "currency": gone.currency,
        "reference": gone.reference,
        "actor": gone.actor,
        "created_at": now,
        "expires_at": reservations.hold_until(gone.channel, None, now),
        "ended_at": None,
        "extensions": 0,
        "sequence": 1,
    }
    lines = [
        {
            column.key: getattr(line, column.key)
            for column in models.ReservationLine.__mapper__.column_attrs
            if column.key != "returned"
        }
        | {"reservation_id": hold["id"]}
        for line in held
    ]
    plan = Plan(
        hold,
        [line for line in lines if line["component_of"] is None],
        [line for line in lines if line["component_of"] is not None],
    )
    try:
        await act_queries.do_alone(uow.session, "hold_all", {**plan.parts(), "keys": ()})
    except Refused as refused:
        if isinstance(refused.reason, InsufficientInventory | SalesClosed):
            return False
        raise
    checkout.reservation_id = plan.hold["id"]
    await uow.session.flush()
    return True


async def _compensate(
    uow: UnitOfWork,
    checkout: models.Checkout,
    payment: models.Payment | None,
    legs: list[Leg],
    *,
    now: dt.datetime,
) -> None:
    """Give everything back that was paid for units that are gone. The books have the sale, and its refund."""
    checkouts.move(uow, checkout, CheckoutStatus.COMPENSATED, now)
    await uow.session.flush()
    if payment is None:
        return
    await _post_sale(uow, checkout, payment, legs, now=now)
    await refunds.begin(
        uow,
        SYSTEM,
        checkout,
        refund_minor=checkout.total_minor,
        reason=RefundReason.COMPENSATION,
        now=now,
    )
    checkouts.tell(
        uow,
        checkout,
        now,
        EventType.CHECKOUT_COMPENSATED,
        amount=str(Money(checkout.total_minor, checkout.currency).amount),
        currency=checkout.currency,
    )
    await uow.session.flush()


async def _convert(uow: UnitOfWork, checkout: models.Checkout, legs: list[Leg], *, now: dt.datetime) -> None:
    """Record whose link led here, with what it earns."""
    if checkout.attribution is None:
        return
    attribution = checkouts.attribution_of(checkout.attribution)
    owner = attribution.commission.owner_id
    await conversions.record_conversion(
        uow,
        attribution,
        environment=checkout.environment,
        checkout_id=checkout.id,
        booking_id=checkout.booking_id,
        amount_minor=sum(leg.amount_minor for leg in legs if leg.partner_id == owner),
        commission_minor=sum(leg.amount_minor for leg in legs if leg.kind is LegKind.AFFILIATE),
        currency=checkout.currency,
        due_at=dt.datetime.combine(checkout.release_on, dt.time(), dt.UTC),
        now=now,
    )


async def _post_sale(
    uow: UnitOfWork,
    checkout: models.Checkout,
    payment: models.Payment | None,
    legs: list[Leg],
    *,
    now: dt.datetime,
) -> None:
    """Write the sale into the books: last of all, for the audit chain is locked until the commit."""
    if payment is None:
        return
    await ledger.post(
        uow,
        SYSTEM,
        kind=EntryKind.SALE,
        environment=checkout.environment,
        currency=checkout.currency,
        source_id=payment.id,
        postings=postings.sale(legs),
        checkout_id=checkout.id,
        partner_id=checkout.partner_id,
        now=now,
    )


def _tell(uow: UnitOfWork, checkout: models.Checkout, payment: models.Payment, now: dt.datetime) -> None:
    events.record(
        uow,
        EventType.PAYMENT_SUCCEEDED,
        environment=payment.environment,
        partner_id=checkout.partner_id,
        object_id=payment.id,
        sequence=payment.sequence,
        payload={
            "payment_id": global_id("Payment", payment.id),
            "checkout_id": global_id("Checkout", checkout.id),
            "amount": str(Money(payment.amount_minor, payment.currency).amount),
            "currency": payment.currency,
        },
        now=now,
    )


def _record_sale(uow: UnitOfWork, checkout: models.Checkout, legs: list[Leg], now: dt.datetime) -> None:
    """Tell every supplier of its part of a sale (A-32)."""
    parts: dict[UUID, int] = {}
    for leg in legs:
        if leg.partner_id is not None:
            parts[leg.partner_id] = parts.get(leg.partner_id, 0) + leg.amount_minor
    for partner_id, amount_minor in parts.items():
        events.record(
            uow,
            EventType.SALE_RECORDED,
            environment=checkout.environment,
            partner_id=partner_id,
            object_id=checkout.id,
            sequence=checkout.sequence,
            payload={
                "checkout_id": global_id("Checkout", checkout.id),
                "order_id": checkout.booking_id and global_id("Booking", checkout.booking_id),
                "package_id": global_id("Package", checkout.package_id),
                "amount": str(Money(amount_minor, checkout.currency).amount),
                "currency": checkout.currency,
            },
            now=now,
        )
