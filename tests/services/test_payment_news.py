"""The provider's news of disputes, payouts and refunds: each step once, whatever order and how often they come."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from db import models
from domain.checkouts import RefundReason
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind
from domain.money import Money
from domain.payments import (
    DisputeStatus,
    PayoutStatus,
    ProviderDispute,
    ProviderEvent,
    RefundStatus,
)
from domain.postings import Account, Payee
from jobs import payouts, refunds, transfers
from services import payment_events
from services import refunds as refund_services
from services.payment_events import Surroundings
from tests.factories.journal import credit_of
from tests.factories.money import make_account, make_sale
from tests.factories.viewers import staff
from tests.factories.world import make_world

LIVE = Environment.LIVE
MONDAY = dt.datetime(2026, 11, 23, 0, 3, tzinfo=dt.UTC)


@pytest.fixture
async def world(real_acts):
    async with real_acts.work() as uow:
        made = await make_world(uow.session)
        await make_account(uow.session, made.operator)
        await make_account(uow.session, made.rival)
    return made


@pytest.fixture
async def sale(real_acts, world, payments):
    async with real_acts.work() as uow:
        return await make_sale(uow, world, payments)


@pytest.fixture
def tell(work, payments):
    """Handle the provider's news of an object, as the worker does."""

    async def run(event_type, object_id, account_id=None):
        event = ProviderEvent(
            id="evt_1",
            type=event_type,
            object_id=object_id,
            created_at=work.clock(),
            account_id=account_id,
            is_live=True,
            data={"id": object_id},
        )
        surroundings = Surroundings(
            environment=LIVE,
            payments=payments,
            units=work.unit_of_work,
            clock=work.clock,
            entropy=work.entropy,
        )
        await payment_events.HANDLERS[event_type](surroundings, event)

    return run


async def rows(work, model):
    async with work.sessions.read() as session:
        return list(await session.scalars(select(model).order_by(model.id)))


async def credit(work, *accounts):
    async with work.sessions.read() as session:
        return [await credit_of(session, each, environment=LIVE, currency="HKD") for each in accounts]


def dispute_of(sale, status):
    return ProviderDispute(
        "dp_1",
        sale.payment.provider_id,
        sale.payment.charge_id,
        status,
        Money(30_000, "HKD"),
        "fraudulent",
        sale.payment.created_at,
    )


async def test_a_lost_dispute_is_taken_back_from_everybody_who_had_a_part(work, world, payments, sale, tell):
    await transfers.release(work)
    for status in (DisputeStatus.OPEN, DisputeStatus.LOST, DisputeStatus.LOST):
        payments.disputes["dp_1"] = dispute_of(sale, status)
        await tell("charge.dispute.updated", "dp_1")

    await transfers.reverse(work)

    payees = [Payee(partner.id) for partner in (world.operator, world.rival)]
    accounts = [account for payee in payees for account in (payee.pending, payee.available)]
    others = [Account(kind) for kind in (AccountKind.DISPUTED, AccountKind.PROVIDER_CASH)]
    assert await credit(work, *accounts, *others) == [0, 0, 0, 0, 0, 0]
    assert sum(each.amount.minor for each in payments.reversals.values()) == 25_500
    assert [each.kind for each in await rows(work, models.JournalEntry)] == [
        EntryKind.SALE,
        *[EntryKind.TRANSFER] * 2,
        EntryKind.DISPUTE,
        EntryKind.DISPUTE_LOST,
        *[EntryKind.REVERSAL] * 2,
    ]


async def test_a_dispute_that_was_won_leaves_everybody_its_part(work, world, payments, sale, tell):
    for status in (DisputeStatus.OPEN, DisputeStatus.WON, DisputeStatus.OPEN):
        payments.disputes["dp_1"] = dispute_of(sale, status)
        await tell("charge.dispute.closed", "dp_1")

    assert await credit(work, Payee(world.operator.id).pending, Account(AccountKind.DISPUTED)) == [17_000, 0]
    assert await transfers.release(work) == 2


async def test_a_payout_that_came_back_is_told_at_once(work, world, payments, clock, sale, tell):
    await transfers.release(work)
    clock.now = MONDAY
    await payouts.close_period(work)
    await payouts.execute(work)
    told = max(payments.payouts.values(), key=lambda each: each.amount.minor)
    payments.end_payout(told.id, PayoutStatus.FAILED, "account_closed")

    for event_type in ("payout.failed", "payout.updated"):
        await tell(event_type, told.id, told.account_id)

    assert sorted(each.status for each in await rows(work, models.Payout)) == ["FAILED", "IN_TRANSIT"]
    assert await credit(work, Payee(world.operator.id).available) == [17_000]


async def test_a_refund_that_failed_is_told_at_once(work, real_acts, payments, clock, sale, tell):
    async with real_acts.work() as uow:
        await refund_services.begin(
            uow, staff(), sale.checkout, refund_minor=30_000, reason=RefundReason.GOODWILL, now=clock()
        )
    await refunds.execute(work)
    (told,) = payments.refunds.values()
    payments.refunds[told.id] = replace(told, status=RefundStatus.FAILED, failure_reason="unknown")

    await tell("refund.failed", told.id)

    (refund,) = await rows(work, models.Refund)
    assert (refund.status, refund.failure_reason) == (RefundStatus.FAILED, "unknown")
    assert await credit(work, Account(AccountKind.PROVIDER_CASH)) == [-30_000]


@pytest.mark.parametrize("event_type", ["payout.paid", "refund.updated"])
async def test_news_of_what_is_not_ours_changes_nothing(work, sale, tell, event_type):
    await tell(event_type, "odd_1", "acct_1")

    assert len(await rows(work, models.JournalEntry)) == 1
