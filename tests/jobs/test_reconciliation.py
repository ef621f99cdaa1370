"""Reconciliation: books that agree have no differences; each way to differ is found and told by its name."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from db import models
from db.types import new_id
from domain.checkouts import RefundReason
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind
from domain.money import Money
from domain.payments import PaymentStatus, ProviderTransfer, RefundStatus
from domain.postings import Account, Booked
from jobs import payouts, reconciliation, refunds, transfers
from permissions.viewer import SYSTEM
from services import ledger
from services import reconciliation as services
from services import refunds as refund_services
from tests.factories.money import make_account, make_sale
from tests.factories.times import DAY, HOUR, MINUTE
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
async def sale(real_acts, world, work, payments, clock):
    """One sale of which half was refunded after it was transferred; its week's payouts are on their way."""
    async with real_acts.work() as uow:
        made = await make_sale(uow, world, payments)
    await transfers.release(work)
    async with real_acts.work() as uow:
        await refund_services.begin(
            uow, staff(), made.checkout, refund_minor=3_000, reason=RefundReason.GOODWILL, now=clock()
        )
    await refunds.execute(work)
    clock.later(HOUR)
    return made


async def compared(work):
    """Run it; return (objects, differences by object, kind and what was expected and found)."""
    await reconciliation.reconcile(work)
    async with work.sessions.read() as session:
        run = (
            await session.scalars(
                select(models.ReconciliationRun).order_by(models.ReconciliationRun.id.desc())
            )
        ).first()
        row = models.ReconciliationDifference
        rows = (await session.scalars(select(row).where(row.run_id == run.id).order_by(row.position))).all()
    assert run.wrong == len({(each.object, each.reference) for each in rows})
    return run.objects, [(each.object.value, each.kind.value, each.expected, each.found) for each in rows]


async def change(work, model, **values):
    async with work.unit_of_work() as uow:
        await uow.session.execute(update(model).values(**values))


# One payment, one refund, two transfers, the checkout, and six entries: sale, two transfers, two reversals, refund.
OBJECTS = 11


async def test_books_that_agree_have_no_differences(work, meter, sale):
    assert await compared(work) == (OBJECTS, [])
    assert meter.reconciled == (OBJECTS, 0)


async def test_payouts_are_compared_too(work, clock, payments, sale):
    clock.now = MONDAY
    await payouts.close_period(work)
    await payouts.execute(work)
    clock.later(HOUR)

    objects, differences = await compared(work)
    assert (objects, differences) == (4, [])
    paid = max(payments.payouts.values(), key=lambda each: each.amount.minor)
    payments.payouts[paid.id] = replace(paid, amount=Money(1, "HKD"))
    assert await compared(work) == (4, [("PAYOUT", "AMOUNT_DIFFERS", "15300 HKD", "1 HKD")])


async def test_what_the_provider_does_not_know_is_missing(work, meter, payments, sale):
    payments.refunds.clear()
    payments.payments.clear()

    assert await compared(work) == (
        OBJECTS,
        [("PAYMENT", "MISSING", "30000 HKD", None), ("REFUND", "MISSING", "3000 HKD", None)],
    )
    assert meter.reconciled == (OBJECTS, 2)


async def test_what_we_do_not_know_is_extra(work, payments, clock, sale):
    at = clock() - HOUR
    payments.transfers["tr_odd"] = ProviderTransfer("tr_odd", "acct_1", Money(70, "HKD"), 0, at)

    assert await compared(work) == (OBJECTS + 1, [("TRANSFER", "EXTRA", None, "70 HKD")])


async def test_an_amount_and_a_status_that_differ_are_told(work, payments, sale):
    payment = payments.payments[sale.payment.provider_id]
    payments.payments[payment.id] = replace(
        payment, amount=Money(29_999, "HKD"), status=PaymentStatus.PROCESSING
    )

    assert await compared(work) == (
        OBJECTS,
        [
            ("PAYMENT", "AMOUNT_DIFFERS", "30000 HKD", "29999 HKD"),
            ("PAYMENT", "STATUS_DIFFERS", "SUCCEEDED", "PROCESSING"),
        ],
    )


async def test_a_reversal_we_do_not_know_of_is_told(work, payments, sale):
    transfer = max(payments.transfers.values(), key=lambda each: each.amount.minor)
    payments.transfers[transfer.id] = replace(transfer, reversed_minor=17_000)

    assert await compared(work) == (
        OBJECTS,
        [("TRANSFER", "STATUS_DIFFERS", "1700 reversed", "17000 reversed")],
    )


async def test_a_split_that_does_not_sum_up_is_told(work, sale):
    await change(work, models.CheckoutLeg, amount_minor=9_000)

    assert await compared(work) == (OBJECTS, [("CHECKOUT", "UNBALANCED", "30000", "27000")])


async def test_a_sale_that_is_not_in_the_journal_is_missing(work, real_acts, world, payments, clock):
    async with real_acts.work() as uow:
        await make_sale(uow, world, payments, is_posted=False)
    clock.later(HOUR)

    assert await compared(work) == (3, [("JOURNAL_ENTRY", "MISSING", "30000 HKD", None)])


async def test_an_entry_of_something_that_never_happened_is_extra(work, clock, sale):
    async with work.unit_of_work() as uow:
        await ledger.post(
            uow,
            SYSTEM,
            kind=EntryKind.REFUND,
            environment=LIVE,
            currency="HKD",
            source_id=new_id(),
            postings=[
                Booked(Account(AccountKind.PROVIDER_CASH), -5),
                Booked(Account(AccountKind.PLATFORM_REVENUE), 5),
            ],
            now=clock() - HOUR,
        )

    assert await compared(work) == (OBJECTS + 1, [("JOURNAL_ENTRY", "EXTRA", None, "5 HKD")])


async def test_what_was_never_asked_for_after_all_that_time_is_missing(
    work, real_acts, payments, clock, sale
):
    payments.fail_before["refund"] = 100
    async with real_acts.work() as uow:
        await refund_services.begin(
            uow, staff(), sale.checkout, refund_minor=7, reason=RefundReason.GOODWILL, now=clock()
        )
    clock.later(10 * MINUTE)
    await refunds.execute(work)
    assert (await compared(work))[1] == []
    clock.later(10 * MINUTE)

    assert (await compared(work))[1] == [("REFUND", "MISSING", "7 HKD", None)]


async def test_a_refund_that_failed_after_it_was_done_is_no_difference(work, payments, clock, sale):
    (refund,) = payments.refunds.values()
    payments.refunds[refund.id] = replace(refund, status=RefundStatus.FAILED, failure_reason="unknown")
    assert (await compared(work))[1] == [("REFUND", "STATUS_DIFFERS", "SUCCEEDED", "FAILED")]

    async with work.unit_of_work() as uow:
        row = (await uow.session.scalars(select(models.Refund))).one()
        await refund_services.note_answer(
            uow, refund_id=row.id, answer=payments.refunds[refund.id], now=clock()
        )

    assert (await compared(work))[1] == []


async def test_what_only_the_first_look_found_is_no_difference(work, payments, sale):
    span = await services.next_span(work.sessions, LIVE, now=work.clock())
    books = services.Books(work.sessions, payments, LIVE, span)
    kept = dict(payments.payments)
    payments.payments.clear()
    first = await services.look(books)
    payments.payments.update(kept)
    second = await services.look(books)

    assert [each.kind.value for each in first.differences] == ["MISSING"]
    assert services.lasting(first, second).differences == ()


async def test_each_run_goes_on_from_the_last_and_a_day_before(work, clock, sale):
    began = clock()
    await reconciliation.reconcile(work)
    clock.later(3 * DAY)
    await reconciliation.reconcile(work)

    async with work.sessions.read() as session:
        runs = (
            await session.scalars(select(models.ReconciliationRun).order_by(models.ReconciliationRun.id))
        ).all()
    grace = services.GRACE
    assert [(each.since, each.until) for each in runs] == [
        (began - grace - DAY, began - grace),
        (began - grace - DAY, began - grace + 3 * DAY),
    ]
