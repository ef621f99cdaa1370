"""Refunds: what each leg gives back, in the books too, and what becomes of one the provider refuses."""

import datetime as dt

import pytest
from sqlalchemy import select

from db import models
from domain.attempts import PATIENCE, REST
from domain.checkouts import RefundReason
from domain.environments import Environment
from domain.errors import Forbidden, NotFound, Refused
from domain.ledger import AccountKind, EntryKind
from domain.money import Money
from domain.payments import PaymentRefused, ProviderRefund, RefundStatus
from domain.postings import Account, Payee
from domain.refunds import NotFailed, RefundTooLarge
from services import refunds
from tests.factories.journal import credit_of
from tests.factories.money import make_sale
from tests.factories.payments import MemoryPayments
from tests.factories.viewers import member_of, staff

LIVE = Environment.LIVE
PENDING, SUCCEEDED, FAILED = RefundStatus


@pytest.fixture
async def sale(acts, world):
    async with acts.work() as uow:
        return await make_sale(uow, world, MemoryPayments(lambda: acts.now))


@pytest.fixture
def begin(acts, sale):
    async def run(minor):
        async with acts.work() as uow:
            return await refunds.begin(
                uow,
                staff(),
                sale.checkout,
                refund_minor=minor,
                reason=RefundReason.CANCELLATION,
                now=acts.now,
            )

    return run


@pytest.fixture
def answer(acts, sale):
    """Note what the provider says of a refund."""

    async def run(refund, status, reason=None):
        told = ProviderRefund(
            f"re_{refund.refusals}",
            sale.payment.provider_id,
            status,
            Money(refund.amount_minor, "HKD"),
            acts.now,
            reason,
        )
        async with acts.work() as uow:
            await refunds.note_answer(uow, refund_id=refund.id, answer=told, now=acts.now)
        return await found(acts)

    return run


async def found(acts):
    (row,) = await acts.rows(select(models.Refund))
    return row


async def balances(acts, world):
    accounts = [
        Account(AccountKind.PROVIDER_CASH),
        Payee(world.operator.id).pending,
        Payee(world.rival.id).pending,
        Account(AccountKind.PLATFORM_REVENUE),
    ]
    async with acts.sessions.read() as session:
        return [await credit_of(session, each, environment=LIVE, currency="HKD") for each in accounts]


async def kinds(acts):
    entry = models.JournalEntry
    return await acts.rows(select(entry.kind).order_by(entry.id))


async def test_a_part_is_given_back_by_every_leg(acts, world, begin, answer):
    refund = await begin(10_001)

    assert [each["amount_minor"] for each in refund.legs] == [5_667, 2_834, 1_500]
    legs = await acts.rows(select(models.CheckoutLeg).order_by(models.CheckoutLeg.position))
    assert [(each.amount_minor, each.refunded_minor) for each in legs] == [
        (17_000, 5_667),
        (8_500, 2_834),
        (4_500, 1_500),
    ]
    assert await balances(acts, world) == [-30_000, 17_000, 8_500, 4_500]
    assert (await answer(refund, SUCCEEDED)).status is SUCCEEDED
    assert await balances(acts, world) == [-19_999, 11_333, 5_666, 3_000]


async def test_several_refunds_sum_up_to_the_whole_and_no_further(acts, world, begin, sale):
    for minor in (1, 9_999, 20_000):
        await begin(minor)

    with pytest.raises(Refused) as refused:
        await begin(1)

    assert refused.value.reason == RefundTooLarge(left_minor=0, currency="HKD")
    assert refused.value.reason.message == "At most 0 minor units of HKD are left to be refunded."
    (checkout,) = await acts.rows(select(models.Checkout))
    assert checkout.refunded_minor == 30_000
    legs = await acts.rows(select(models.CheckoutLeg))
    assert all(each.amount_minor == each.refunded_minor for each in legs)


@pytest.mark.parametrize("minor", [-1, 30_001])
async def test_more_than_was_paid_or_less_than_nothing_is_refused(acts, begin, minor):
    with pytest.raises(Refused):
        await begin(minor)

    assert await acts.rows(select(models.Refund)) == []


async def test_a_refund_of_nothing_is_none(acts, begin):
    assert await begin(0) is None
    assert await acts.rows(select(models.Refund)) == []


async def test_the_same_news_twice_is_posted_once(acts, world, begin, answer):
    refund = await begin(30_000)
    await answer(refund, PENDING)
    await answer(refund, SUCCEEDED)
    await answer(refund, SUCCEEDED)
    late = await answer(refund, PENDING)

    assert late.status is SUCCEEDED
    assert await balances(acts, world) == [0, 0, 0, 0]
    (payment,) = await acts.rows(select(models.Payment))
    assert payment.refunded_minor == 30_000


async def test_one_that_fails_after_it_was_done_is_on_the_books_again(acts, world, begin, answer):
    refund = await begin(30_000)
    await answer(refund, SUCCEEDED)

    failed = await answer(refund, FAILED, "expired_or_canceled_card")

    assert (failed.status, failed.failure_reason) == (FAILED, "expired_or_canceled_card")
    assert await balances(acts, world) == [-30_000, 17_000, 8_500, 4_500]
    assert await kinds(acts) == [EntryKind.SALE, EntryKind.REFUND, EntryKind.ADJUSTMENT]


async def test_a_failed_refund_is_asked_for_anew_under_another_key(acts, world, begin, answer):
    refund = await begin(30_000)
    await answer(refund, SUCCEEDED)
    await answer(refund, FAILED, "lost_or_stolen_card")

    async with acts.work() as uow:
        await refunds.retry(uow, staff(), refund_id=refund.id, now=acts.now)
    async with acts.work() as uow:
        (call,) = await refunds.take_due(uow, limit=5, now=acts.now)

    assert (call.key, call.provider_id) == (f"rfd_{refund.id.hex}:1", None)
    await answer(await found(acts), SUCCEEDED)
    assert await balances(acts, world) == [0, 0, 0, 0]
    assert (await kinds(acts))[-1] is EntryKind.REFUND


async def test_want_of_money_is_waited_for_and_not_for_ever(acts, begin):
    refund = await begin(30_000)
    empty = PaymentRefused("balance_insufficient")

    for number in range(1, PATIENCE + 1):
        async with acts.work() as uow:
            await refunds.note_refusal(uow, refund_id=refund.id, refused=empty, now=acts.now)
        row = await found(acts)
        assert (row.status, row.refusals, row.next_attempt_at) == (PENDING, number, acts.now + REST)
    async with acts.work() as uow:
        await refunds.note_refusal(uow, refund_id=refund.id, refused=empty, now=acts.now)

    row = await found(acts)
    assert (row.status, row.failure_reason) == (FAILED, "balance_insufficient")


async def test_every_refund_is_audited_and_told_with_growing_numbers(acts, world, begin, answer):
    refund = await begin(30_000)
    await answer(refund, SUCCEEDED)
    await answer(refund, FAILED, "unknown")

    entry, event = models.AuditEntry, models.Event
    acts_of = await acts.rows(
        select(entry.act).where(entry.partner_id == world.operator.id).order_by(entry.sequence)
    )
    told = await acts.rows(select(event).where(event.object_id == refund.id).order_by(event.sequence))
    assert acts_of == ["ledger.sale", "refunds.begin", "ledger.refund", "ledger.adjustment"]
    assert [(each.type, each.sequence) for each in told] == [("refund.completed", 1), ("refund.failed", 2)]
    assert told[1].payload["reason"] == "unknown"


async def test_only_the_platform_asks_anew_and_only_for_what_failed(acts, world, begin):
    refund = await begin(30_000)

    async def refused(viewer):
        with pytest.raises(Refused) as problem:
            async with acts.work() as uow:
                await refunds.retry(uow, viewer, refund_id=refund.id, now=acts.now)
        return problem.value.reason

    assert isinstance(await refused(member_of(world.rival)), NotFound)
    assert isinstance(await refused(member_of(world.operator)), Forbidden)
    assert await refused(staff()) == NotFailed(current_status="PENDING")
    assert (await found(acts)).refusals == 0


async def test_a_refund_is_asked_after_while_the_provider_thinks(acts, begin, answer):
    refund = await begin(30_000)

    row = await answer(refund, PENDING)

    assert (row.provider_id, row.next_attempt_at) == ("re_0", acts.now + dt.timedelta(minutes=10))
