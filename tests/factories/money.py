"""Paid checkouts: with their legs, their payment at the provider, and their sale in the journal."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries import ledger as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import postings
from domain.checkouts import CheckoutStatus, RefundReason
from domain.environments import Environment
from domain.ids import global_id
from domain.inventory import Channel
from domain.ledger import EntryKind
from domain.money import Money
from domain.partners import VerificationStatus
from domain.payments import (
    AccountStatus,
    PaymentStatus,
    PaymentWish,
    PayoutStatus,
    RefundStatus,
    TransferStatus,
)
from domain.payouts import PayoutInterval
from domain.postings import Payee
from domain.reconciliation import DifferenceKind, MoneyObject
from domain.reservations import ReservationStatus
from domain.splits import Leg, LegKind, Part, Split, split
from permissions.viewer import SYSTEM
from services import ledger
from tests.factories.payments import MemoryPayments
from tests.factories.times import DAY, NOW
from tests.factories.world import World

TODAY = NOW.date()


@dataclass(frozen=True, slots=True)
class Sale:
    """A paid checkout with its payment."""

    checkout: models.Checkout
    payment: models.Payment


async def make_account(
    session: AsyncSession,
    partner: models.Partner | None,
    *,
    affiliate_id: UUID | None = None,
    environment: Environment = Environment.LIVE,
    status: AccountStatus = AccountStatus.ENABLED,
    interval: PayoutInterval = PayoutInterval.WEEKLY,
    verification: VerificationStatus = VerificationStatus.VERIFIED,
) -> models.PaymentAccount:
    """A payee's account at the provider; its partner is verified, so that it can be paid."""
    account_id = new_id()
    account = models.PaymentAccount(
        id=account_id,
        environment=environment,
        partner_id=partner and partner.id,
        affiliate_id=affiliate_id,
        provider_id=f"acct_{account_id.hex}",
        status=status,
        payout_interval=interval,
        created_at=NOW,
    )
    session.add(account)
    if partner is not None:
        row = await session.get_one(models.Partner, partner.id)
        row.verification_status = verification
    await session.flush()
    return account


def split_of(world: World, *, affiliate_id: UUID | None = None) -> Split:
    """HKD 300.00 of which 200.00 are the operator's item and 100.00 the rival's; fee 15 %."""
    shared = split(
        [Part("BOARDING", world.operator.id, 20_000), Part("HOTEL", world.rival.id, 10_000)],
        discount_minor=0,
        coupon=None,
        fee_bps=1500,
        commission=None,
    )
    if affiliate_id is None:
        return shared
    first, *others = shared.legs
    own = Leg(LegKind.SUPPLIER, first.partner_id, None, first.key, first.amount_minor - 1_000)
    earned = Leg(LegKind.AFFILIATE, None, affiliate_id, None, 1_000)
    return Split((own, *others, earned), shared.paid_minor)


CUSTOMER = {"customer_name": "Mei Wong", "customer_email": "mei@example.com", "customer_phone": "1"}


async def make_booking(
    session: AsyncSession, paid: int, environment: Environment, now: dt.datetime
) -> models.Booking:
    currency = "HKD"
    reservation = models.Reservation(
        id=new_id(),
        environment=environment,
        channel=Channel.DIRECT,
        status=ReservationStatus.ACTIVATED,
        units=1,
        total_minor=paid,
        currency=currency,
        actor="anonymous",
        created_at=now,
        expires_at=now,
        ended_at=now,
    )
    session.add(reservation)
    await session.flush()
    number = await session.scalar(select(func.count()).select_from(models.Booking)) or 0
    booking = models.Booking(
        id=new_id(),
        reservation_id=reservation.id,
        environment=environment,
        channel=Channel.DIRECT,
        confirmation_code=f"IL-{number:06}",
        payment_reference="pi",
        total_minor=paid,
        currency=currency,
        created_at=now,
        **CUSTOMER,
    )
    session.add(booking)
    await session.flush()
    return booking


async def make_sale(
    uow: UnitOfWork,
    world: World,
    payments: MemoryPayments,
    *,
    shared: Split | None = None,
    environment: Environment = Environment.LIVE,
    release_on: dt.date = TODAY,
    is_posted: bool = True,
    booking: models.Booking | None = None,
    now: dt.datetime = NOW,
) -> Sale:
    """A paid checkout of `split_of`, released from today on; of a booking of its own, if none is given."""
    session, shared = uow.session, shared or split_of(world)
    paid, currency = shared.paid_minor, "HKD"
    booking = booking or await make_booking(session, paid, environment, now)
    quote = models.Quote(
        id=new_id(),
        environment=environment,
        actor="user:mei",
        package_id=world.cruise.id,
        package_version=1,
        party={"ADULT": 1},
        breakdown=[],
        gross_minor=paid,
        discount_minor=0,
        coupon_minor=0,
        total_minor=paid,
        currency=currency,
        created_at=now,
        expires_at=now,
    )
    session.add(quote)
    await session.flush()
    checkout = models.Checkout(
        id=new_id(),
        environment=environment,
        quote_id=quote.id,
        reservation_id=booking.reservation_id,
        booking_id=booking.id,
        package_id=world.cruise.id,
        partner_id=world.operator.id,
        status=CheckoutStatus.PAID,
        token_hash=secrets.token_bytes(32),
        locale="en",
        gross_minor=paid,
        discount_minor=0,
        coupon_minor=0,
        total_minor=paid,
        currency=currency,
        fee_bps=1500,
        cancellation_policy={},
        service_on=release_on - DAY,
        time_zone="Asia/Hong_Kong",
        release_on=release_on,
        created_at=now,
        expires_at=now,
        paid_at=now,
        ended_at=now,
        **CUSTOMER,
    )
    session.add(checkout)
    await session.flush()
    session.add_all(
        models.CheckoutLeg(
            id=new_id(),
            checkout_id=checkout.id,
            position=position,
            kind=leg.kind,
            partner_id=leg.partner_id,
            affiliate_id=leg.affiliate_id,
            item_code=leg.key,
            amount_minor=leg.amount_minor,
        )
        for position, leg in enumerate(shared.legs, 1)
    )
    payment_id = new_id()
    wish = PaymentWish(Money(paid, currency), group=str(checkout.id), description="Harbour Cruise")
    told = await payments.create_payment(wish, key=str(payment_id))
    payment = models.Payment(
        id=payment_id,
        environment=environment,
        checkout_id=checkout.id,
        provider_id=told.id,
        charge_id=told.charge_id,
        status=PaymentStatus.SUCCEEDED,
        amount_minor=paid,
        currency=currency,
        created_at=now,
        succeeded_at=now,
    )
    session.add(payment)
    await session.flush()
    if is_posted:
        await post_sale(uow, checkout, payment, shared.legs, now=now)
    return Sale(checkout, payment)


async def post_sale(
    uow: UnitOfWork,
    checkout: models.Checkout,
    payment: models.Payment,
    legs: Sequence[Leg],
    *,
    now: dt.datetime = NOW,
) -> None:
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


async def make_money_scene(
    uow: UnitOfWork, world: World, booking: models.Booking, account: models.PaymentAccount
) -> dict[str, str]:
    """One of everything finance people can see, of a booking the reseller sold; nothing of it is audited or told.

    What was paid is the operator's, transfer and payout are to the reseller's account.
    """
    session = uow.session
    shared = split(
        [Part("BOARDING", world.operator.id, 20_000)],
        discount_minor=0,
        coupon=None,
        fee_bps=1500,
        commission=None,
    )
    sale = await make_sale(
        uow, world, MemoryPayments(), shared=shared, booking=booking, is_posted=False, release_on=TODAY + DAY
    )
    sale.checkout.partner_id = world.reseller.id
    await session.flush()
    booked = postings.sale(shared.legs)
    entry_id = new_id()
    entry = {
        "id": entry_id,
        "environment": Environment.LIVE,
        "kind": EntryKind.SALE,
        "source_id": sale.payment.id,
        "checkout_id": sale.checkout.id,
        "currency": "HKD",
        "actor": "system",
        "at": NOW,
    }
    assert await queries.post_entry(session, entry, booked)
    money = {"environment": Environment.LIVE, "amount_minor": 1_000, "currency": "HKD", "created_at": NOW}
    transfer = models.Transfer(
        id=new_id(),
        checkout_id=sale.checkout.id,
        account_id=account.id,
        provider_id="tr_1",
        status=TransferStatus.FAILED,
        failure_reason="account_invalid",
        **money,
    )
    payout = models.Payout(
        id=new_id(),
        account_id=account.id,
        status=PayoutStatus.PENDING,
        period_start=TODAY - 7 * DAY,
        period_end=TODAY - DAY,
        **money,
    )
    refund = models.Refund(
        id=new_id(),
        checkout_id=sale.checkout.id,
        payment_id=sale.payment.id,
        reason=RefundReason.GOODWILL,
        status=RefundStatus.FAILED,
        legs=[],
        actor="system",
        ended_at=NOW,
        **money,
    )
    run = models.ReconciliationRun(
        id=new_id(),
        environment=Environment.LIVE,
        since=NOW - DAY,
        until=NOW,
        objects=400,
        wrong=1,
        at=NOW,
    )
    session.add_all([transfer, payout, refund, run])
    await session.flush()
    session.add(
        models.ReconciliationDifference(
            run_id=run.id,
            position=1,
            object=MoneyObject.REFUND,
            kind=DifferenceKind.MISSING,
            reference="re_1",
            expected="1000 HKD",
        )
    )
    await session.flush()
    kind = Payee(world.operator.id).pending.kind
    pending = await session.scalar(
        select(models.LedgerAccount.id).where(
            models.LedgerAccount.kind == kind, models.LedgerAccount.partner_id == world.operator.id
        )
    )
    assert pending is not None
    return {
        "entry": global_id("JournalEntry", entry_id),
        "ledger_account": global_id("LedgerAccount", pending),
        "transfer": global_id("Transfer", transfer.id),
        "payout": global_id("Payout", payout.id),
        "refund": global_id("Refund", refund.id),
        "reconciliation": global_id("ReconciliationRun", run.id),
    }
