"""Many use one coupon at once: as often as it may be used, and not once more."""

import pytest
from sqlalchemy import select

from db import models
from db.queries import coupons as queries
from domain.coupons import CouponPart, RedemptionStatus
from domain.packages import ItemKind
from services import coupons
from tests.factories.promotions import LIVE, PEPPER, make_coupon
from tests.factories.viewers import member_of
from tests.fixtures.acts import line
from tests.fixtures.commits import at_once, kinds

pytestmark = pytest.mark.anyio


async def redeem(acts, world, hold, *, email, code="SUMMER-10"):
    part = CouponPart(world.cruise.id, world.operator.id, ItemKind.TRANSPORT, 28_800)
    async with acts.work() as uow:
        return await coupons.redeem(
            uow,
            environment=LIVE,
            code=code,
            customer_email=email,
            reservation_id=hold.id,
            parts=[part],
            currency="HKD",
            pepper=PEPPER,
            now=acts.now,
        )


@pytest.fixture
def buyer(busy_world):
    return member_of(busy_world.operator)


async def make(busy, world, **facts):
    async with busy.work() as uow:
        return await make_coupon(uow.session, world.operator, **facts)


async def statuses(busy):
    return [each.status for each in await busy.rows(select(models.CouponRedemption))]


async def count(busy, coupon):
    async with busy.work() as uow:
        return (await queries.load_coupon(uow.session, coupon.id)).use_count


async def test_fifty_at_once_use_a_coupon_of_ten_exactly_ten_times(busy, busy_world, buyer):
    coupon = await make(busy, busy_world, usage_limit=10)
    holds = [await busy.hold(buyer) for _ in range(50)]

    answers = await at_once(
        *(
            redeem(busy, busy_world, hold, email=f"guest-{number}@example.com")
            for number, hold in enumerate(holds)
        )
    )

    assert kinds(answers) == {"CouponRejected": 40, "Redeemed": 10}
    assert await statuses(busy) == [RedemptionStatus.HELD] * 10
    assert await count(busy, coupon) == 10


async def test_one_customer_at_many_tills_uses_a_coupon_as_often_as_it_may(busy, busy_world, buyer):
    coupon = await make(busy, busy_world, customer_limit=3)
    holds = [await busy.hold(buyer) for _ in range(20)]

    answers = await at_once(*(redeem(busy, busy_world, hold, email="mei@example.com") for hold in holds))

    assert kinds(answers) == {"CouponRejected": 17, "Redeemed": 3}
    assert await count(busy, coupon) == 3


async def test_uses_and_releases_at_once_leave_the_count_exact(busy, busy_world, buyer):
    """Half of the uses are given back while others are taken; two coupons, so that orders could cross."""
    both = [await make(busy, busy_world, code=code, usage_limit=30) for code in ("SUMMER-10", "WINTER-10")]
    used = [await busy.hold(buyer, line(1)) for _ in range(20)]
    fresh = [await busy.hold(buyer, line(1)) for _ in range(20)]
    for number, hold in enumerate(used):
        await redeem(busy, busy_world, hold, email=f"a-{number}@example.com", code=both[number % 2].code)

    await at_once(
        *(busy.cancel(buyer, hold) for hold in used),
        *(
            redeem(busy, busy_world, hold, email=f"b-{number}@example.com", code=both[number % 2].code)
            for number, hold in enumerate(fresh)
        ),
    )

    assert [await count(busy, each) for each in both] == [10, 10]
    assert sorted(await statuses(busy)) == ["HELD"] * 20 + ["RELEASED"] * 20
