"""Checkouts that nobody waits for: paid, extended, given up or compensated, wherever somebody was killed."""

import datetime as dt
import secrets
from typing import Any

import pytest
from sqlalchemy import func, select

from db import models
from db.queries import checkouts as queries
from db.queries import coupons as coupon_queries
from domain.environments import Environment
from domain.ids import local_id
from domain.payments import PaymentStatus
from jobs import checkouts as jobs
from jobs.reservations import expire as expire_reservations
from jobs.work import Work
from services import paying, payment_events
from services.payment_events import Surroundings
from tests.factories.promotions import make_coupon
from tests.factories.scripted import SCA, SLOW, VISA
from tests.factories.times import NOW
from tests.fixtures.acts import line
from tests.fixtures.shop import lose_the_hold
from tests.fixtures.work import SEAL, Meter


class KilledError(BaseException):
    """What nobody catches: the process is gone."""


@pytest.fixture
def worker(acts, provider, shop):
    """The surroundings of jobs within the test's transaction."""
    nothing: Any = None
    return Work(
        sessions=acts.sessions,
        feed=nothing,
        sender=nothing,
        mailer=None,
        payments={Environment.LIVE: provider},
        seal=shop.graph.contexts.seal,
        storage=nothing,
        queue=nothing,
        gauge=nothing,
        brake=nothing,
        interests=nothing,
        meter=Meter(),
        clock=lambda: acts.now,
        entropy=secrets.token_bytes,
        chance=lambda: 0.5,
        ring=lambda: None,
        request_log_days=30,
        calendar=nothing,
        video=nothing,
        crm=nothing,
    )


def tell(worker, provider):
    """Handle an event as the worker does."""

    async def handle(event):
        surroundings = Surroundings(
            environment=Environment.LIVE,
            payments=provider,
            units=worker.unit_of_work,
            clock=worker.clock,
            entropy=worker.entropy,
        )
        await payment_events.HANDLERS[event.type](surroundings, event)

    return handle


async def state(acts, opened):
    """The status of a checkout, of its payment, and how many bookings and sales there are of it."""
    checkout_id = local_id("Checkout", opened["checkout"]["id"])
    async with acts.sessions.read() as session:
        checkout = await session.get_one(models.Checkout, checkout_id)
        payment = (
            await session.scalars(select(models.Payment).where(models.Payment.checkout_id == checkout_id))
        ).one_or_none()
        bookings = await session.scalar(select(func.count()).select_from(models.Booking))
        entries = (await session.scalars(select(models.JournalEntry.kind))).all()
    return checkout.status.value, payment and payment.status.value, bookings, [each.value for each in entries]


async def pool(acts, world):
    async with acts.sessions.read() as session:
        row = await session.get_one(models.Allotment, world.cruise_direct.id)
        return row.held, row.sold


async def told(acts, *kinds):
    """How often each kind of event is in the outbox."""
    async with acts.sessions.read() as session:
        found = (await session.scalars(select(models.Event.type))).all()
    names = [each.value for each in found]
    return [names.count(each) for each in kinds]


PAID = ("PAID", "SUCCEEDED", 1, ["SALE"])


async def test_news_of_success_settle_a_checkout_once_however_often_they_come(
    acts, shop, worker, provider, world
):
    opened = await shop.buy(card=SLOW)
    assert opened["checkout"]["status"] == "PROCESSING"
    handle = tell(worker, provider)
    late = provider.news("pi_0001")
    news = provider.decide("pi_0001", PaymentStatus.SUCCEEDED)

    for event in (news, news, late, news):
        await handle(event)

    assert await state(acts, opened) == PAID
    assert await pool(acts, world) == (0, 1)
    kinds = ("payment.succeeded", "sale.recorded", "booking.confirmed", "checkout.compensated")
    assert await told(acts, *kinds) == [1, 1, 1, 0]


async def test_old_news_change_nothing_of_what_is_known(acts, shop, worker, provider):
    opened = await shop.buy(card=SCA)
    waiting = provider.news("pi_0001")
    provider.decide("pi_0001", PaymentStatus.SUCCEEDED)

    await tell(worker, provider)(waiting)

    assert await state(acts, opened) == PAID


async def test_a_decline_after_all_leaves_the_checkout_open(acts, shop, worker, provider):
    opened = await shop.buy(card=SLOW)

    await tell(worker, provider)(provider.decide("pi_0001", PaymentStatus.REQUIRES_PAYMENT_METHOD))

    assert await state(acts, opened) == ("OPEN", "REQUIRES_PAYMENT_METHOD", 0, [])
    assert await told(acts, "payment.failed") == [1]


async def test_news_of_others_payments_are_nothing_to_us(worker, provider, shop):
    await shop.buy()
    news = provider.news("pi_0001")

    await tell(worker, provider)(
        type(news)(
            id="evt_9",
            type=news.type,
            object_id="pi_9",
            created_at=NOW,
            account_id=None,
            is_live=True,
            data={"metadata": {}},
        )
    )


@pytest.mark.parametrize("killed", ["before", "after"])
async def test_a_call_nobody_noted_is_made_again(acts, shop, worker, provider, world, killed):
    fails = provider.fail_before if killed == "before" else provider.fail_after
    fails["create_payment"] = 1
    opened = await shop.buy()
    assert await state(acts, opened) == ("OPEN", "REQUIRES_PAYMENT_METHOD", 0, [])

    assert await jobs.resume(worker) == 0
    acts.later(dt.timedelta(seconds=31))
    assert await jobs.resume(worker) == 1
    assert await jobs.resume(worker) == 0

    assert await state(acts, opened) == PAID
    assert len(provider.payments) == 1
    assert await pool(acts, world) == (0, 1)


async def pay_until_killed(worker, provider, checkout_id, step):
    """Take the steps of a payment, and be gone in the middle of one."""
    async with worker.unit_of_work() as uow:
        found = await queries.lock_checkout(uow.session, checkout_id)
        assert found is not None
        checkout, payment = found
        asked = await paying.begin(
            uow, checkout, payment, payment_method=VISA, return_url=None, now=worker.clock()
        )
        if step == "begin":
            raise KilledError
    answer = await paying.ask(provider, asked)
    if step == "ask":
        raise KilledError
    async with worker.unit_of_work() as uow:
        await paying.note(uow, answer, seal=SEAL, entropy=worker.entropy, now=worker.clock())
        raise KilledError


@pytest.mark.parametrize("step", ["begin", "ask", "note"])
async def test_killed_between_two_steps_it_is_paid_once(acts, shop, worker, provider, step):
    booked = await shop.book(await shop.quoted())
    checkout_id = local_id("Checkout", booked["checkout"]["id"])

    with pytest.raises(KilledError):
        await pay_until_killed(worker, provider, checkout_id, step)
    acts.later(dt.timedelta(seconds=31))
    await jobs.resume(worker)

    if step == "begin":
        assert await state(acts, booked) == ("OPEN", None, 0, [])
        assert provider.payments == {}
    else:
        assert await state(acts, booked) == PAID
        assert len(provider.payments) == 1


async def test_what_runs_out_is_free_again(acts, shop, worker, provider, world):
    booked = await shop.book(await shop.quoted())
    acts.later(dt.timedelta(minutes=28))

    assert await jobs.expire(worker) == 1

    assert await state(acts, booked) == ("EXPIRED", None, 0, [])
    assert await pool(acts, world) == (0, 0)
    assert await jobs.expire(worker) == 0


async def test_a_declined_payment_is_taken_back_before_its_units_are_free(
    acts, shop, worker, provider, world
):
    opened = await shop.buy(card="pm_card_chargeDeclined")
    acts.later(dt.timedelta(minutes=28))

    await jobs.expire(worker)

    assert await state(acts, opened) == ("EXPIRED", "CANCELED", 0, [])
    assert provider.payments["pi_0001"].status is PaymentStatus.CANCELED
    assert await pool(acts, world) == (0, 0)


async def test_who_is_paying_gets_more_time_once(acts, shop, worker, provider, world):
    opened = await shop.buy(card=SCA)
    acts.later(dt.timedelta(minutes=28))

    await jobs.expire(worker)
    assert await state(acts, opened) == ("OPEN", "REQUIRES_ACTION", 0, [])
    assert await pool(acts, world) == (1, 0)

    acts.later(dt.timedelta(minutes=28))
    await jobs.expire(worker)
    assert await state(acts, opened) == ("EXPIRED", "CANCELED", 0, [])
    assert await pool(acts, world) == (0, 0)


async def test_a_payment_that_succeeded_in_the_last_moment_is_a_sale(acts, shop, worker, provider, world):
    opened = await shop.buy(card="pm_card_chargeDeclined")
    provider.decide("pi_0001", PaymentStatus.SUCCEEDED)
    acts.later(dt.timedelta(minutes=28))

    await jobs.expire(worker)

    assert await state(acts, opened) == PAID


async def test_a_hold_that_is_gone_is_held_again(acts, shop, worker, provider, world):
    opened = await shop.buy(card=SLOW)
    await lose_the_hold(acts, opened)

    await tell(worker, provider)(provider.decide("pi_0001", PaymentStatus.SUCCEEDED))

    assert await state(acts, opened) == PAID
    assert await pool(acts, world) == (0, 1)
    assert (await shop.read(opened))["booking"] == {"tickets": [{"status": "ISSUED"}]}


async def test_what_can_not_be_held_again_is_refunded(acts, shop, worker, provider, world, owner):
    opened = await shop.buy(card=SLOW)
    await lose_the_hold(acts, opened)
    await acts.hold(owner, line(50))

    await tell(worker, provider)(provider.decide("pi_0001", PaymentStatus.SUCCEEDED))
    await tell(worker, provider)(provider.news("pi_0001"))

    assert await state(acts, opened) == ("COMPENSATED", "SUCCEEDED", 0, ["SALE"])
    async with acts.sessions.read() as session:
        refund = (await session.scalars(select(models.Refund))).one()
        legs = (await session.scalars(select(models.CheckoutLeg))).all()
    assert (refund.amount_minor, refund.reason.value, refund.status.value) == (
        28_800,
        "COMPENSATION",
        "PENDING",
    )
    assert all(leg.refunded_minor == leg.amount_minor for leg in legs)
    assert await told(acts, "checkout.compensated", "payment.succeeded") == [1, 0]


async def uses(acts):
    """What everybody is told of the one coupon's uses, and each use: its status, and its number."""
    async with acts.work() as uow:
        (coupon,) = (await uow.session.scalars(select(models.Coupon))).all()
        told_uses = (await coupon_queries.load_coupon(uow.session, coupon.id)).use_count
    found = await acts.rows(select(models.CouponRedemption).order_by(models.CouponRedemption.id))
    return told_uses, [(each.status.value, each.slot) for each in found]


async def test_a_coupon_is_counted_again_with_its_hold(acts, shop, worker, provider, world):
    async with acts.work() as uow:
        await make_coupon(uow.session, world.operator, usage_limit=1, customer_limit=1)
    opened = await shop.buy(card=SLOW, couponCode="SUMMER-10")
    await lose_the_hold(acts, opened)
    assert await uses(acts) == (0, [("RELEASED", 1)])

    for _ in range(2):
        await tell(worker, provider)(provider.decide("pi_0001", PaymentStatus.SUCCEEDED))

    assert await state(acts, opened) == PAID
    assert await uses(acts) == (1, [("RELEASED", 1), ("CONFIRMED", 1)])
    assert (await shop.quote(couponCode="SUMMER-10"))["code"] == "COUPON_REJECTED"


async def test_a_use_that_went_to_somebody_else_is_counted_beyond_the_limits(
    acts, shop, worker, provider, world
):
    async with acts.work() as uow:
        await make_coupon(uow.session, world.operator, usage_limit=1, customer_limit=1)
    late = await shop.buy(card=SLOW, couponCode="SUMMER-10")
    await lose_the_hold(acts, late)
    await shop.buy(couponCode="SUMMER-10")
    assert await uses(acts) == (1, [("RELEASED", 1), ("CONFIRMED", 1)])

    await tell(worker, provider)(provider.decide("pi_0001", PaymentStatus.SUCCEEDED))

    assert (await state(acts, late))[:2] == ("PAID", "SUCCEEDED")
    assert late["checkout"]["total"] == {"amount": "259.20"}
    assert await uses(acts) == (2, [("RELEASED", 1), ("CONFIRMED", 1), ("CONFIRMED", 2)])
    assert (await shop.quote(couponCode="SUMMER-10"))["code"] == "COUPON_REJECTED"
    assert await acts.rows(select(models.Refund)) == []


async def test_a_use_of_a_hold_that_nobody_ended_yet_is_counted_once_in_the_end(
    acts, shop, worker, provider, world
):
    async with acts.work() as uow:
        await make_coupon(uow.session, world.operator, usage_limit=1)
    opened = await shop.buy(card=SLOW, couponCode="SUMMER-10")
    acts.later(dt.timedelta(hours=2))

    await tell(worker, provider)(provider.decide("pi_0001", PaymentStatus.SUCCEEDED))
    await expire_reservations(worker)

    assert (await state(acts, opened))[:2] == ("PAID", "SUCCEEDED")
    assert await uses(acts) == (1, [("RELEASED", None), ("CONFIRMED", None)])


async def test_what_is_compensated_leaves_its_coupon_to_others(acts, shop, worker, provider, world, owner):
    async with acts.work() as uow:
        await make_coupon(uow.session, world.operator, usage_limit=1)
    opened = await shop.buy(card=SLOW, couponCode="SUMMER-10")
    await lose_the_hold(acts, opened)
    await acts.hold(owner, line(50))

    await tell(worker, provider)(provider.decide("pi_0001", PaymentStatus.SUCCEEDED))

    assert (await state(acts, opened))[0] == "COMPENSATED"
    assert await uses(acts) == (0, [("RELEASED", None)])
