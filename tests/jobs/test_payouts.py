"""Payouts: what is there at the end of a period goes to the bank once; what comes back goes with the next."""

import asyncio
import datetime as dt

import pytest
from sqlalchemy import select

from db import models
from domain.checkouts import RefundReason
from domain.environments import Environment
from domain.ledger import EntryKind
from domain.partners import VerificationStatus
from domain.payments import AccountStatus, PayoutStatus
from domain.payouts import PayoutInterval
from domain.postings import Payee
from jobs import payouts, refunds, transfers
from services import payouts as services
from services import refunds as refund_services
from tests.factories.journal import credit_of
from tests.factories.money import make_account, make_sale
from tests.factories.partners import make_member
from tests.factories.times import DAY, HOUR, NOW
from tests.factories.viewers import staff
from tests.factories.world import make_world

LIVE = Environment.LIVE
PENDING, IN_TRANSIT, PAID, FAILED, CANCELED = PayoutStatus
MONDAY = dt.datetime(2026, 11, 23, 0, 3, tzinfo=dt.UTC)
"""Three minutes after the week in which tests begin."""


@pytest.fixture
async def world(real_acts):
    async with real_acts.work() as uow:
        return await make_world(uow.session)


@pytest.fixture
async def account(real_acts, world):
    """The operator's; the rival is not paid."""
    async with real_acts.work() as uow:
        return await make_account(uow.session, world.operator)


@pytest.fixture
def earn(real_acts, world, work, payments, clock):
    """Let the operator have HKD 170.00 more on its account."""

    async def run():
        async with real_acts.work() as uow:
            sale = await make_sale(uow, world, payments, now=clock())
        await transfers.release(work)
        return sale

    return run


async def rows(work, model=models.Payout):
    async with work.sessions.read() as session:
        return list(await session.scalars(select(model).order_by(model.id)))


async def available(work, world):
    async with work.sessions.read() as session:
        return await credit_of(session, Payee(world.operator.id).available, environment=LIVE, currency="HKD")


def shown(payout):
    return payout.status, payout.amount_minor, payout.period_start, payout.period_end


THIS_WEEK = (dt.date(2026, 11, 16), dt.date(2026, 11, 22))


async def test_nothing_is_paid_before_the_period_is_over(work, clock, account, earn):
    await earn()
    clock.now = MONDAY - HOUR

    assert await payouts.close_period(work) == 0


async def test_what_is_there_when_the_week_ends_is_paid_once(work, world, payments, clock, account, earn):
    await earn()
    await earn()
    clock.now = MONDAY
    await earn()

    recorded = await payouts.close_period(work)
    again = await payouts.close_period(work)
    asked = await payouts.execute(work)

    assert (recorded, again, asked) == (1, 0, 1)
    assert [shown(each) for each in await rows(work)] == [(IN_TRANSIT, 34_000, *THIS_WEEK)]
    (paid,) = payments.payouts.values()
    assert (paid.account_id, paid.amount.minor) == (account.provider_id, 34_000)
    assert await available(work, world) == 17_000


async def test_a_payout_is_followed_to_the_bank(work, payments, clock, account, earn):
    await earn()
    clock.now = MONDAY
    await payouts.close_period(work)
    await payouts.execute(work)
    (told,) = payments.payouts.values()
    payments.end_payout(told.id, PAID)

    assert await payouts.execute(work) == 0
    clock.later(services.ASK_AGAIN)
    assert await payouts.execute(work) == 1

    (payout,) = await rows(work)
    assert (payout.status, payout.ended_at, payout.sequence) == (PAID, clock.now, 3)
    assert await payouts.execute(work) == 0
    (statement,) = await rows(work, models.Document)
    assert (statement.kind, statement.subject_id) == ("PAYOUT_STATEMENT", payout.id)
    assert (statement.starts_on, statement.ends_on) == THIS_WEEK


@pytest.mark.parametrize("was_paid", [False, True])
async def test_what_comes_back_is_on_the_balance_and_goes_with_the_next_payout(
    work, real_acts, world, payments, clock, account, earn, was_paid
):
    async with real_acts.work() as uow:
        person = await make_member(uow.session, world.operator)
    await earn()
    clock.now = MONDAY
    await payouts.close_period(work)
    await payouts.execute(work)
    (told,) = payments.payouts.values()
    if was_paid:
        payments.end_payout(told.id, PAID)
        await note(work, payments.payouts[told.id])
    payments.end_payout(told.id, FAILED, "account_closed")
    for _ in range(2):
        await note(work, payments.payouts[told.id])

    (failed,) = await rows(work)
    assert (failed.status, failed.failure_reason) == (FAILED, "account_closed")
    assert await available(work, world) == 17_000
    (mail,) = await rows(work, models.Mail)
    assert (mail.template, mail.recipient, mail.facts["amount"]) == (
        "PAYOUT_FAILED",
        person.email,
        "170.00 HKD",
    )
    clock.now = MONDAY + 7 * DAY
    assert await payouts.close_period(work) == 1
    await payouts.execute(work)
    assert [each.amount_minor for each in await rows(work)] == [17_000, 17_000]
    assert await available(work, world) == 0


async def note(work, told):
    async with work.unit_of_work() as uow:
        (payout,) = await rows(work)
        await services.note_answer(uow, payout_id=payout.id, answer=told, now=work.clock())


@pytest.mark.parametrize("when", ["fail_before", "fail_after"])
async def test_a_payout_nobody_answered_for_is_asked_for_again_and_done_once(
    work, payments, clock, account, earn, when
):
    await earn()
    clock.now = MONDAY
    getattr(payments, when)["pay_out"] = 1
    await payouts.close_period(work)

    await payouts.execute(work)
    clock.later(HOUR)
    await payouts.execute(work)

    assert [each.status for each in await rows(work)] == [IN_TRANSIT]
    assert len(payments.payouts) == 1


async def test_a_payout_the_provider_refuses_is_returned(work, world, payments, clock, account, earn):
    payments.refuse["pay_out"] = "payouts_not_allowed"
    await earn()
    clock.now = MONDAY
    await payouts.close_period(work)

    await payouts.execute(work)

    (payout,) = await rows(work)
    assert (payout.status, payout.failure_reason) == (FAILED, "payouts_not_allowed")
    assert await available(work, world) == 17_000


async def test_a_refund_after_the_payout_is_netted_against_the_next(
    work, real_acts, world, payments, clock, account, earn
):
    sale = await earn()
    clock.now = MONDAY
    await payouts.close_period(work)
    await payouts.execute(work)
    async with real_acts.work() as uow:
        await refund_services.begin(
            uow,
            staff(),
            sale.checkout,
            refund_minor=15_000,
            reason=RefundReason.CANCELLATION,
            now=clock.now,
        )
    await refunds.execute(work)

    assert await available(work, world) == -8_500
    clock.now = MONDAY + 7 * DAY
    assert await payouts.close_period(work) == 0
    await earn()
    clock.now = MONDAY + 14 * DAY
    assert await payouts.close_period(work) == 1
    assert [each.amount_minor for each in await rows(work)] == [17_000, 8_500]
    assert await available(work, world) == 0


async def test_what_is_to_be_taken_back_is_kept_back(work, real_acts, payments, clock, account, earn):
    await earn()
    sale = await earn()
    payments.refuse["reverse_transfer"] = "transfer_not_reversible"
    async with real_acts.work() as uow:
        await refund_services.begin(
            uow, staff(), sale.checkout, refund_minor=30_000, reason=RefundReason.GOODWILL, now=clock.now
        )
    await transfers.reverse(work)
    clock.now = MONDAY

    await payouts.close_period(work)

    assert [each.amount_minor for each in await rows(work)] == [17_000]


@pytest.mark.parametrize(
    ("status", "verification"),
    [
        (AccountStatus.RESTRICTED, VerificationStatus.VERIFIED),
        (AccountStatus.ENABLED, VerificationStatus.SUSPENDED),
    ],
)
async def test_a_payee_that_can_not_be_paid_is_held(
    work, real_acts, world, clock, account, earn, status, verification
):
    await earn()
    async with real_acts.work() as uow:
        (await uow.session.get_one(models.PaymentAccount, account.id)).status = status
        (await uow.session.get_one(models.Partner, world.operator.id)).verification_status = verification
    clock.now = MONDAY

    assert await payouts.close_period(work) == 0

    assert await available(work, world) == 17_000


async def test_below_the_minimum_nothing_is_paid(work, real_acts, world, payments, clock, account):
    async with real_acts.work() as uow:
        sale = await make_sale(uow, world, payments)
        await refund_services.begin(
            uow, staff(), sale.checkout, refund_minor=22_000, reason=RefundReason.GOODWILL, now=NOW
        )
    await transfers.release(work)
    clock.now = MONDAY

    assert await available(work, world) == 4_533
    assert await payouts.close_period(work) == 0


async def test_monthly_payees_wait_for_the_month(work, real_acts, clock, account, earn):
    await earn()
    async with real_acts.work() as uow:
        row = await uow.session.get_one(models.PaymentAccount, account.id)
        row.payout_interval = PayoutInterval.MONTHLY
    clock.now = MONDAY
    assert await payouts.close_period(work) == 0
    clock.now = dt.datetime(2026, 12, 1, 0, 3, tzinfo=dt.UTC)

    assert await payouts.close_period(work) == 1

    (payout,) = await rows(work)
    assert shown(payout)[2:] == (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


async def test_workers_that_close_at_once_pay_once(work, world, payments, clock, account, earn):
    await earn()
    clock.now = MONDAY

    await asyncio.gather(*(payouts.close_period(work) for _ in range(6)))
    await asyncio.gather(*(payouts.execute(work) for _ in range(6)))

    assert (len(await rows(work)), payments.calls.count("pay_out")) == (1, 1)
    assert await available(work, world) == 0


async def test_every_step_of_a_payout_is_in_the_journal_and_told(work, payments, clock, account, earn):
    await earn()
    clock.now = MONDAY
    await payouts.close_period(work)
    await payouts.execute(work)
    (told,) = payments.payouts.values()
    payments.end_payout(told.id, CANCELED)
    await note(work, payments.payouts[told.id])

    entries = [each.kind for each in await rows(work, models.JournalEntry)]
    (payout,) = await rows(work)
    events = [each for each in await rows(work, models.Event) if each.object_id == payout.id]
    assert entries[-2:] == [EntryKind.PAYOUT, EntryKind.PAYOUT_RETURNED]
    assert [(each.sequence, each.payload["status"]) for each in events] == [
        (1, "PENDING"),
        (2, "IN_TRANSIT"),
        (3, "CANCELED"),
    ]
