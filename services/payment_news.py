"""What the provider's news of payments and disputes lead to; see `payment_events` for how they are handled."""

import datetime as dt
from typing import Any
from uuid import UUID

import structlog

from db import models
from db.queries import checkouts as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import postings
from domain.environments import Environment
from domain.events import EventType
from domain.ids import global_id, local_id
from domain.ledger import EntryKind
from domain.money import Money
from domain.payments import DisputeStatus, ProviderDispute, ProviderEvent
from domain.refunds import refund_legs
from domain.splits import Leg
from permissions.viewer import SYSTEM
from services import conversions, events, ledger, paying, refunds
from services.payment_accounts import Units
from services.ports import Entropy, Payments

log = structlog.get_logger(__name__)


async def look_at_payment(
    units: Units,
    payments: Payments,
    event: ProviderEvent,
    *,
    environment: Environment,
    entropy: Entropy,
    now: dt.datetime,
) -> None:
    """Note how the payment of an event stands by now, unless it is at its end, or somebody waits for the answer."""
    async with units() as uow:
        payment = await _payment_of(uow, event, environment)
    if payment is None:
        log.info("payments.foreign_payment", type=event.type)
        return
    is_waited_for = payment.is_asked and payment.next_look_at is not None and payment.next_look_at > now
    if payment.status in paying.ENDS or is_waited_for:
        return
    state = await payments.payment(event.object_id)
    async with units() as uow:
        found = await queries.lock_checkout(uow.session, payment.checkout_id)
        if found is not None and found[1] is not None:
            await paying.note_state(uow, found[0], found[1], state, seal=None, entropy=entropy, now=now)
            await uow.session.flush()


async def look_at_dispute(
    units: Units, payments: Payments, event: ProviderEvent, *, environment: Environment, now: dt.datetime
) -> None:
    """Note how a dispute stands by now, with what it does to the books: each step once, whatever order news come in."""
    dispute = await payments.dispute(event.object_id)
    async with units() as uow:
        payment = None
        if dispute.payment_id is not None:
            payment = await queries.payment_by_provider_id(uow.session, dispute.payment_id, environment)
        if payment is None:
            payment = await queries.payment_by_charge(uow.session, dispute.charge_id, environment)
        if payment is None:
            log.info("payments.foreign_dispute", type=event.type)
            return
        found = await queries.lock_checkout(uow.session, payment.checkout_id)
        assert found is not None
        await _note_dispute(uow, found[0], payment, dispute, now)


async def _payment_of(
    uow: UnitOfWork, event: ProviderEvent, environment: Environment
) -> models.Payment | None:
    payment = await queries.payment_by_provider_id(uow.session, event.object_id, environment)
    if payment is not None:
        return payment
    # It may be told before its id was noted: then our own word for it is all there is.
    ours: Any = event.data.get("metadata")
    named = ours.get("checkout_id") if isinstance(ours, dict) else None
    checkout_id = local_id("Checkout", named) if isinstance(named, str) else None
    if checkout_id is None:
        return None
    return await queries.unknown_payment(uow.session, checkout_id, environment)


async def _note_dispute(
    uow: UnitOfWork,
    checkout: models.Checkout,
    payment: models.Payment,
    told: ProviderDispute,
    now: dt.datetime,
) -> None:
    dispute = await queries.dispute_by_provider_id(uow.session, told.id)
    if dispute is None:
        dispute = models.Dispute(
            id=new_id(),
            environment=payment.environment,
            payment_id=payment.id,
            provider_id=told.id,
            status=DisputeStatus.OPEN,
            reason=told.reason[:100],
            amount_minor=told.amount.minor,
            currency=told.amount.currency,
            created_at=now,
            sequence=1,
        )
        uow.session.add(dispute)
        await uow.session.flush()
        await _post(
            uow, checkout, dispute, EntryKind.DISPUTE, postings.dispute(dispute.amount_minor), now=now
        )
        _tell(uow, checkout, dispute, now)
    if dispute.status is not DisputeStatus.OPEN or told.status is DisputeStatus.OPEN:
        return
    dispute.status, dispute.ended_at = told.status, now
    dispute.sequence += 1
    if told.status is DisputeStatus.WON:
        booked = postings.dispute_won(dispute.amount_minor)
        await _post(uow, checkout, dispute, EntryKind.DISPUTE_WON, booked, now=now)
    else:
        legs = await _lost(uow, checkout, dispute.amount_minor)
        await _take_back(uow, checkout, dispute, legs, now)
        lost = postings.dispute_lost(legs)
        await _post(uow, checkout, dispute, EntryKind.DISPUTE_LOST, lost, now=now)
    _tell(uow, checkout, dispute, now)
    await uow.session.flush()


async def _lost(uow: UnitOfWork, checkout: models.Checkout, amount_minor: int) -> list[Leg]:
    """Take a lost dispute out of every leg, as if it had been refunded; never more than is left of the sale."""
    legs = await queries.legs_of(uow.session, checkout.id)
    lost = min(amount_minor, checkout.total_minor - checkout.refunded_minor)
    given_back = refund_legs([(leg.amount_minor, leg.refunded_minor) for leg in legs], lost)
    for leg, back in zip(legs, given_back, strict=True):
        leg.refunded_minor += back
    checkout.refunded_minor += lost
    checkout.sequence += 1
    return [
        Leg(leg.kind, leg.partner_id, leg.affiliate_id, leg.item_code, back)
        for leg, back in zip(legs, given_back, strict=True)
        if back
    ]


async def _take_back(
    uow: UnitOfWork, checkout: models.Checkout, dispute: models.Dispute, legs: list[Leg], now: dt.datetime
) -> None:
    """Have the parties' parts of a lost dispute taken back, as far as they were handed over."""
    back: dict[tuple[UUID | None, UUID | None], int] = {}
    for leg in legs:
        payee = leg.partner_id, leg.affiliate_id
        back[payee] = back.get(payee, 0) + leg.amount_minor
    await refunds.take_back(uow, checkout.id, back, source_id=dispute.id, now=now)
    commission = sum(leg.amount_minor for leg in legs if leg.affiliate_id is not None)
    if commission:
        await conversions.claw_back(
            uow,
            checkout_id=checkout.id,
            minor=commission,
            refunded_minor=sum(leg.amount_minor for leg in legs),
            now=now,
        )


async def _post(
    uow: UnitOfWork,
    checkout: models.Checkout,
    dispute: models.Dispute,
    kind: EntryKind,
    booked: tuple[postings.Booked, ...],
    *,
    now: dt.datetime,
) -> None:
    await ledger.post(
        uow,
        SYSTEM,
        kind=kind,
        environment=dispute.environment,
        currency=dispute.currency,
        source_id=dispute.id,
        postings=booked,
        checkout_id=checkout.id,
        partner_id=checkout.partner_id,
        now=now,
    )


def _tell(uow: UnitOfWork, checkout: models.Checkout, dispute: models.Dispute, now: dt.datetime) -> None:
    events.record(
        uow,
        EventType.DISPUTE_CHANGED,
        environment=dispute.environment,
        partner_id=checkout.partner_id,
        object_id=dispute.id,
        sequence=dispute.sequence,
        payload={
            "checkout_id": global_id("Checkout", checkout.id),
            "status": dispute.status.value,
            "reason": dispute.reason,
            "amount": str(Money(dispute.amount_minor, dispute.currency).amount),
            "currency": dispute.currency,
        },
        now=now,
    )
