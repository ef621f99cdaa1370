"""What the provider keeps of a payment is posted once, and the platform bears it."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from db import models
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind
from domain.money import Money
from domain.postings import Account, Payee
from jobs import provider_fees, reconciliation, schedule
from tests.factories.journal import credit_of
from tests.factories.money import make_account, make_sale
from tests.factories.times import DAY, HOUR
from tests.factories.world import make_world

LIVE = Environment.LIVE
FEES, CASH = Account(AccountKind.PROVIDER_FEES), Account(AccountKind.PROVIDER_CASH)


@pytest.fixture
async def world(real_acts):
    async with real_acts.work() as uow:
        made = await make_world(uow.session)
        await make_account(uow.session, made.operator)
        await make_account(uow.session, made.rival)
    return made


@pytest.fixture
def sell(real_acts, world, payments):
    """A sale of HKD 300.00, of which the provider keeps so much; None while it does not say."""

    async def run(fee=None, currency="HKD"):
        async with real_acts.work() as uow:
            sale = await make_sale(uow, world, payments)
        told = payments.payments[sale.payment.provider_id]
        payments.payments[told.id] = replace(told, fee=None if fee is None else Money(fee, currency))
        return sale

    return run


async def credit(work, account, currency="HKD"):
    async with work.sessions.read() as session:
        return await credit_of(session, account, environment=LIVE, currency=currency)


async def entries(work):
    entry = models.JournalEntry
    async with work.sessions.read() as session:
        found = await session.scalars(
            select(entry).where(entry.kind == EntryKind.PROVIDER_FEE).order_by(entry.id)
        )
        return list(found)


async def test_a_fee_is_posted_once_and_the_platform_bears_it(work, clock, world, sell):
    sale = await sell(945)
    clock.later(HOUR)

    posted = [await provider_fees.post(work), await provider_fees.post(work)]

    assert posted == [1, 0]
    assert [await credit(work, FEES), await credit(work, CASH)] == [-945, -30_000 + 945]
    assert await credit(work, Payee(world.operator.id).pending) == 17_000
    (entry,) = await entries(work)
    assert (entry.source_id, entry.checkout_id) == (sale.payment.id, sale.checkout.id)


async def test_a_fee_that_is_not_known_yet_is_posted_when_it_is(work, clock, payments, sell):
    sale = await sell()
    clock.later(HOUR)
    early = await provider_fees.post(work)
    await reconciliation.reconcile(work)
    told = payments.payments[sale.payment.provider_id]
    payments.payments[told.id] = replace(told, fee=Money(945, "HKD"))
    clock.later(DAY - HOUR)

    assert (early, await provider_fees.post(work)) == (0, 1)


async def test_two_workers_post_a_fee_once(work, clock, sell):
    for _ in range(5):
        await sell(100)
    clock.later(HOUR)

    posted = await asyncio.gather(*(provider_fees.post(work) for _ in range(3)))

    assert sum(posted) == 5
    assert await credit(work, FEES) == -500


@pytest.mark.parametrize("fee", [0, None])
async def test_no_fee_is_no_entry(work, clock, sell, fee):
    await sell(fee)
    clock.later(HOUR)

    assert await provider_fees.post(work) == 0
    assert await entries(work) == []


async def test_a_fee_is_in_the_currency_of_the_balance_it_is_taken_from(work, clock, sell):
    await sell(105, "EUR")
    clock.later(HOUR)

    await provider_fees.post(work)

    assert await credit(work, FEES, "EUR") == -105
    assert await credit(work, FEES) == 0


async def test_books_with_fees_have_no_differences(work, clock, meter, sell):
    await sell(945)
    clock.later(HOUR)
    await provider_fees.post(work)
    clock.later(HOUR)

    await reconciliation.reconcile(work)

    assert meter.reconciled[1] == 0


def test_the_job_runs_by_itself():
    assert "payments.post_fees" in {each.task.name for each in schedule.PERIODIC}
