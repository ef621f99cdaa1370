"""A commission that is rejected: its money goes back to whose share it came out of, once."""

import pytest
from sqlalchemy import select

from db import models
from domain.affiliates import ConversionStatus, HeldBecause
from domain.checkouts import RefundReason
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind
from domain.money import Money
from domain.payments import ProviderRefund, RefundStatus
from domain.postings import Account, Payee
from services import commissions, conversions, refunds
from tests.factories.journal import credit_of
from tests.factories.money import make_sale, split_of
from tests.factories.payments import MemoryPayments
from tests.factories.promotions import make_affiliate, make_conversion, make_link
from tests.factories.viewers import staff

LIVE = Environment.LIVE


@pytest.fixture
async def affiliate(acts):
    async with acts.work() as uow:
        return await make_affiliate(uow.session)


@pytest.fixture
async def sale(acts, world, affiliate):
    """HKD 300.00: 160.00 the operator's, 85.00 the rival's, 45.00 the fee, 10.00 a commission that is held."""
    async with acts.work() as uow:
        link = await make_link(uow.session, world.operator, affiliate)
        made = await make_sale(
            uow,
            world,
            MemoryPayments(lambda: acts.now),
            shared=split_of(world, affiliate_id=affiliate.id),
        )
        await make_conversion(
            uow.session,
            link,
            made.checkout.id,
            commission_minor=1_000,
            status=ConversionStatus.HELD,
            held_because=[HeldBecause.DUPLICATE],
        )
    return made


@pytest.fixture
def review(acts, owner, sale):
    async def run(*, is_approved=False):
        (conversion,) = await acts.rows(select(models.AffiliateConversion))
        async with acts.work() as uow:
            return await conversions.review_conversion(
                uow, owner, conversion_id=conversion.id, is_approved=is_approved, now=acts.now
            )

    return run


@pytest.fixture
def begin(acts, sale):
    async def run(minor):
        async with acts.work() as uow:
            refund = await refunds.begin(
                uow,
                staff(),
                sale.checkout,
                refund_minor=minor,
                reason=RefundReason.CANCELLATION,
                now=acts.now,
            )
            assert refund is not None
            earned = await uow.session.scalar(
                select(models.CheckoutLeg.id).where(models.CheckoutLeg.affiliate_id.is_not(None))
            )
            commission = sum(each["amount_minor"] for each in refund.legs if each["leg_id"] == str(earned))
            taken = await conversions.claw_back(
                uow, checkout_id=sale.checkout.id, minor=commission, refunded_minor=minor, now=acts.now
            )
            return refund, taken

    return run


@pytest.fixture
def succeed(acts, sale):
    async def run(refund):
        told = ProviderRefund(
            f"re_{refund.id.hex}",
            sale.payment.provider_id,
            RefundStatus.SUCCEEDED,
            Money(refund.amount_minor, "HKD"),
            acts.now,
        )
        async with acts.work() as uow:
            await refunds.note_answer(uow, refund_id=refund.id, answer=told, now=acts.now)

    return run


@pytest.fixture
def owed(acts, world, affiliate):
    """What the operator, the rival, the affiliate and the platform are owed, or earned."""

    async def run():
        accounts = [
            Payee(world.operator.id).pending,
            Payee(world.rival.id).pending,
            Payee(affiliate_id=affiliate.id).pending,
            Account(AccountKind.PLATFORM_REVENUE),
        ]
        async with acts.sessions.read() as session:
            return [await credit_of(session, each, environment=LIVE, currency="HKD") for each in accounts]

    return run


async def legs(acts):
    leg = models.CheckoutLeg
    found = await acts.rows(select(leg).order_by(leg.position))
    return [(each.amount_minor, each.refunded_minor) for each in found]


async def adjustments(acts):
    entry = models.JournalEntry
    return await acts.rows(select(entry).where(entry.kind == EntryKind.ADJUSTMENT))


async def test_a_rejected_commission_is_owed_to_whose_share_it_came_out_of(acts, owner, review, owed):
    before = await owed()

    conversion = await review()

    assert conversion.status is ConversionStatus.REJECTED
    assert before == [16_000, 8_500, 1_000, 4_500]
    assert await owed() == [17_000, 8_500, 0, 4_500]
    assert await legs(acts) == [(17_000, 0), (8_500, 0), (4_500, 0), (0, 0)]
    (entry,) = await adjustments(acts)
    assert (entry.source_id, entry.checkout_id, entry.actor) == (
        conversion.id,
        conversion.checkout_id,
        owner.id,
    )


async def test_an_approved_commission_stays_where_it_is(acts, review, owed):
    await review(is_approved=True)

    assert await owed() == [16_000, 8_500, 1_000, 4_500]
    assert await adjustments(acts) == []


async def test_what_was_given_back_is_not_given_back_again(acts, owner, review, owed):
    conversion = await review()

    async with acts.work() as uow:
        again = await commissions.give_back(uow, owner, conversion, now=acts.now)

    assert again == 0
    assert await owed() == [17_000, 8_500, 0, 4_500]
    assert len(await adjustments(acts)) == 1


async def test_a_refund_after_the_rejection_takes_nothing_of_the_commission(
    acts, review, begin, succeed, owed
):
    await review()

    refund, taken = await begin(15_000)
    await succeed(refund)
    half = await owed()
    refund, more = await begin(15_000)
    await succeed(refund)

    assert (taken, more) == (0, 0)
    assert half == [8_500, 4_250, 0, 2_250]
    assert await owed() == [0, 0, 0, 0]
    (conversion,) = await acts.rows(select(models.AffiliateConversion))
    assert (conversion.status, conversion.clawed_back_minor) == (ConversionStatus.REJECTED, 0)


async def test_what_was_refunded_before_the_rejection_is_not_owed_to_anybody(
    acts, review, begin, succeed, owed
):
    refund, taken = await begin(15_000)

    # Rejected while the provider has not answered yet.
    await review()
    on_its_way = await owed()
    await succeed(refund)

    assert taken == 500
    assert on_its_way == [16_500, 8_500, 500, 4_500]
    assert await owed() == [8_500, 4_250, 0, 2_250]
    assert await legs(acts) == [(16_500, 8_000), (8_500, 4_250), (4_500, 2_250), (500, 500)]


async def test_a_held_commission_of_an_order_that_is_refunded_ends_at_nothing(acts, begin, succeed, owed):
    refund, taken = await begin(30_000)
    await succeed(refund)

    assert taken == 1_000
    assert await owed() == [0, 0, 0, 0]
    (conversion,) = await acts.rows(select(models.AffiliateConversion))
    assert conversion.status is ConversionStatus.CLAWED_BACK
