"""What everybody gets of a purchase with coupon and affiliate, to the cent (S2-111), and how many statements it takes."""

import pytest
from sqlalchemy import func, select

from db import models
from domain.clicks import key_of, token_of
from permissions.viewer import ANONYMOUS
from tests.factories.promotions import make_affiliate, make_coupon, make_link
from tests.factories.scripted import VISA
from tests.factories.shop import READ, party
from tests.fixtures.graphql import KEYS


async def sums(acts):
    """What the journal's accounts come to, by kind."""
    async with acts.sessions.read() as session:
        found = await session.execute(
            select(models.LedgerAccount.kind, func.sum(models.Posting.amount_minor))
            .join(models.Posting, models.Posting.account_id == models.LedgerAccount.id)
            .group_by(models.LedgerAccount.kind)
        )
    return {kind.value: int(total) for kind, total in found}


async def first(acts, model):
    async with acts.sessions.read() as session:
        return (await session.scalars(select(model))).one()


@pytest.mark.parametrize(
    ("is_platform", "paid", "books"),
    [
        # 576.00 less 10 % of the operator's: 518.40; fee 15 %: 77.76; commission 5 % of what is paid: 25.92.
        (
            False,
            51_840,
            {
                "PROVIDER_CASH": 51_840,
                "PARTNER_PENDING": -41_472,
                "AFFILIATE_PENDING": -2_592,
                "PLATFORM_REVENUE": -7_776,
            },
        ),
        # The platform's 57.60 come out of its fee of 86.40; everybody else gets what it would without.
        (
            True,
            51_840,
            {
                "PROVIDER_CASH": 51_840,
                "PARTNER_PENDING": -46_080,
                "AFFILIATE_PENDING": -2_880,
                "PLATFORM_REVENUE": -8_640,
                "COUPON_FUNDING": 5_760,
            },
        ),
    ],
)
async def test_coupon_and_affiliate_to_the_cent(acts, shop, world, is_platform, paid, books):
    async with acts.work() as uow:
        coupon = await make_coupon(uow.session, None if is_platform else world.operator)
        affiliate = await make_affiliate(uow.session)
        link = await make_link(uow.session, world.operator, affiliate)
    click = token_of(key_of(KEYS.pepper), link.id, acts.now)

    quote = await shop.quote(party=party(2), couponCode="summer-10", clickToken=click)
    opened = await shop.check_out(quoteId=quote["id"], paymentMethod=VISA)

    assert quote["coupon"]["amount"] == "57.60"
    assert opened["checkout"]["status"] == "PAID"
    assert (await first(acts, models.Payment)).amount_minor == paid
    assert await sums(acts) == books
    redemption = await first(acts, models.CouponRedemption)
    assert (redemption.coupon_id, redemption.status.value) == (coupon.id, "CONFIRMED")
    conversion = await first(acts, models.AffiliateConversion)
    assert (conversion.link_id, conversion.commission_minor) == (link.id, -books["AFFILIATE_PENDING"])


async def test_a_coupon_that_takes_nothing_off_is_no_quote(shop):
    assert (await shop.quote(couponCode="unknown"))["code"] == "COUPON_REJECTED"


async def test_what_is_given_up_frees_its_coupon(acts, shop, world):
    async with acts.work() as uow:
        await make_coupon(uow.session, world.operator, usage_limit=1)
    booked = await shop.book(await shop.quoted(couponCode="SUMMER-10"))
    assert (await shop.quote(couponCode="SUMMER-10"))["code"] == "COUPON_REJECTED"

    await shop.cancel(booked)

    assert (await shop.quote(couponCode="SUMMER-10"))["__typename"] == "Quote"


async def test_a_checkout_is_read_in_one_statement(shop, sql):
    opened = await shop.buy()

    statements, answer = await sql.of(
        shop.graph.run(ANONYMOUS, READ, id=opened["checkout"]["id"], token=opened["token"])
    )

    assert (statements, answer.data["checkout"]["status"]) == (1, "PAID")
