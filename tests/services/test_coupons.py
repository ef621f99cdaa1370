"""Coupons: made, changed, used by orders, and given back when these come to nothing."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text

from db import models
from db.queries import coupons as queries
from domain.coupons import CouponKind, CouponPart, CouponStatus, RedemptionStatus, Terms
from domain.errors import Refused
from domain.inventory import Channel
from domain.packages import ItemKind
from domain.splits import CouponShare
from permissions.viewer import Role
from services import coupon_making, coupons, reservations
from tests.factories.promotions import LIVE, PEPPER, make_coupon
from tests.factories.times import NOW
from tests.factories.viewers import in_test, member_of, staff

pytestmark = pytest.mark.anyio

TEN_PERCENT = Terms(kind=CouponKind.PERCENT, percent_bps=1_000)


@pytest.fixture
def buyer(world):
    """A person who sells the operator's packages directly: its holds are on channel DIRECT."""
    return member_of(world.operator)


async def create(acts, viewer, terms, **facts):
    given: dict[str, Any] = {
        "code": None,
        "description": None,
        "valid_from": None,
        "valid_until": None,
        "usage_limit": None,
        "customer_limit": None,
        "idempotency": None,
    }
    async with acts.work() as uow:
        return await coupon_making.create_coupon(
            uow, viewer, terms=terms, entropy=bytes, now=acts.now, **(given | facts)
        )


def parts(world, minor=28_800):
    return [CouponPart(world.cruise.id, world.operator.id, ItemKind.TRANSPORT, minor)]


async def redeem(acts, hold, world, *, code="SUMMER-10", email="mei@example.com", minor=28_800, **facts):
    async with acts.work() as uow:
        return await coupons.redeem(
            uow,
            environment=LIVE,
            code=code,
            customer_email=email,
            reservation_id=hold.id,
            parts=parts(world, minor),
            currency="HKD",
            pepper=PEPPER,
            now=acts.now,
            **facts,
        )


async def refused(act):
    with pytest.raises(Refused) as failure:
        await act
    return failure.value.reason.code


async def uses(acts, coupon):
    """The coupon's uses as everybody is told, and those in its counter."""
    async with acts.work() as uow:
        found = await queries.load_coupon(uow.session, coupon.id)
        return found.use_count, found.counted


@pytest.fixture
async def coupon(acts, world):
    async with acts.work() as uow:
        return await make_coupon(uow.session, world.operator, usage_limit=2)


async def test_a_partner_makes_a_coupon_and_is_given_a_code(acts, world, owner):
    made = await create(acts, owner, replace(TEN_PERCENT, funder_id=world.operator.id), usage_limit=5)

    assert (made.code, made.partner_id, made.environment) == ("0" * 12, world.operator.id, LIVE)
    assert (made.valid_from, made.status, made.version) == (NOW, CouponStatus.ACTIVE, 1)
    entry = (await acts.rows(select(models.AuditEntry).where(models.AuditEntry.act == "coupons.create")))[0]
    assert (entry.partner_id, entry.actor) == (world.operator.id, owner.id)
    assert entry.facts["percent_bps"] == 1_000
    assert made.code not in str(entry.facts)


async def test_a_code_is_taken_once_in_an_environment(acts, world, owner):
    terms = replace(TEN_PERCENT, funder_id=world.operator.id)
    rival = member_of(world.rival)

    first = await create(acts, owner, terms, code="summer")
    taken = await refused(create(acts, rival, replace(terms, funder_id=world.rival.id), code=" SUMMER "))
    in_other = await create(acts, in_test(owner), terms, code="summer")

    assert (first.code, taken, in_other.code) == ("SUMMER", "CODE_TAKEN", "SUMMER")


async def test_only_who_manages_a_partner_s_promotions_makes_its_coupons(acts, world):
    terms = replace(TEN_PERCENT, funder_id=world.operator.id)

    assert await refused(create(acts, member_of(world.rival), terms)) == "FORBIDDEN"
    hidden = replace(terms, funder_id=world.reseller.id)
    assert await refused(create(acts, member_of(world.rival), hidden)) == "NOT_FOUND"
    assert await refused(create(acts, member_of(world.operator, role=Role.FINANCE), terms)) == "FORBIDDEN"
    assert await refused(create(acts, member_of(world.operator), TEN_PERCENT)) == "FORBIDDEN"
    assert (await create(acts, staff(), TEN_PERCENT)).partner_id is None
    assert len(await acts.rows(select(models.Coupon))) == 1


async def test_a_partner_s_coupon_names_its_own_packages_in_their_currency(acts, world, owner):
    own = replace(TEN_PERCENT, funder_id=world.operator.id, package_ids=[world.cruise.id])
    others = replace(own, funder_id=world.reseller.id)
    in_euros = replace(own, kind=CouponKind.AMOUNT, percent_bps=None, amount_minor=5, currency="EUR")

    assert (await create(acts, owner, own)).package_ids == [world.cruise.id]
    assert await refused(create(acts, member_of(world.reseller), others)) == "NOT_FOUND"
    assert await refused(create(acts, owner, in_euros)) == "INVALID_INPUT"


async def test_a_coupon_is_ended_but_what_it_takes_off_stays(acts, owner, coupon):
    async with acts.work() as uow:
        changed = await coupon_making.update_coupon(
            uow,
            owner,
            coupon_id=coupon.id,
            version=1,
            changes={"status": CouponStatus.DISABLED, "usage_limit": 2},
            now=acts.now,
        )

    assert (changed.status, changed.version, changed.percent_bps) == (CouponStatus.DISABLED, 2, 1_000)
    entry = (await acts.rows(select(models.AuditEntry).where(models.AuditEntry.act == "coupons.update")))[0]
    assert entry.facts == {"status": "DISABLED"}


async def test_an_order_uses_a_coupon_and_its_funder_pays(acts, world, buyer, coupon):
    redeemed = await redeem(acts, await acts.hold(buyer), world)

    assert redeemed.coupon_id == coupon.id
    assert redeemed.share == CouponShare(2_880, world.operator.id)
    assert await uses(acts, coupon) == (1, 1)
    kept = (await acts.rows(select(models.CouponRedemption)))[0]
    assert (kept.amount_minor, kept.currency, kept.status) == (2_880, "HKD", RedemptionStatus.HELD)
    assert b"mei" not in kept.customer_hash


async def test_a_coupon_is_used_up_at_its_limit(acts, world, buyer, coupon):
    for number in range(2):
        await redeem(acts, await acts.hold(buyer), world, email=f"guest-{number}@example.com")

    assert await refused(redeem(acts, await acts.hold(buyer), world)) == "COUPON_REJECTED"
    assert await uses(acts, coupon) == (2, 2)


async def test_a_customer_uses_a_coupon_as_often_as_it_may(acts, world, buyer):
    async with acts.work() as uow:
        coupon = await make_coupon(uow.session, None, customer_limit=1)
    first = await acts.hold(buyer)
    await redeem(acts, first, world)

    again = await refused(redeem(acts, await acts.hold(buyer), world, email=" MEI+2@example.com"))
    other = await redeem(acts, await acts.hold(buyer), world, email="may@example.com")
    await acts.cancel(buyer, first)
    freed = await redeem(acts, await acts.hold(buyer), world)

    assert again == "COUPON_REJECTED"
    assert other.share == freed.share == CouponShare(2_880, None)
    assert await uses(acts, coupon) == (2, 2)


async def test_uses_of_before_count_when_a_customer_is_limited_later(acts, world, owner, buyer, coupon):
    await redeem(acts, await acts.hold(buyer), world)
    async with acts.work() as uow:
        await coupon_making.update_coupon(
            uow, owner, coupon_id=coupon.id, version=1, changes={"customer_limit": 1}, now=acts.now
        )

    assert await refused(redeem(acts, await acts.hold(buyer), world)) == "COUPON_REJECTED"
    await redeem(acts, await acts.hold(buyer), world, email="may@example.com")
    assert await uses(acts, coupon) == (2, 2)


async def test_a_cancelled_hold_gives_its_use_back(acts, world, buyer, coupon):
    hold = await acts.hold(buyer)
    await redeem(acts, hold, world)

    await acts.cancel(buyer, hold)

    assert await uses(acts, coupon) == (0, 1)
    kept = (await acts.rows(select(models.CouponRedemption)))[0]
    assert (kept.status, kept.released_at) == (RedemptionStatus.RELEASED, acts.now)


async def test_an_expired_hold_gives_its_use_back_and_the_next_use_counts_right(acts, world, buyer, coupon):
    holds = [await acts.hold(buyer, minutes=30) for _ in range(2)]
    for number, hold in enumerate(holds):
        await redeem(acts, hold, world, email=f"guest-{number}@example.com")
    acts.later(dt.timedelta(minutes=31))
    async with acts.work() as uow:
        await reservations.expire_reservations(uow, ids=[each.id for each in holds], now=acts.now)

    assert await uses(acts, coupon) == (0, 2)
    await redeem(acts, await acts.hold(buyer), world)

    assert await uses(acts, coupon) == (1, 1)


async def test_a_hold_of_a_reseller_has_nothing_to_do_with_coupons(acts, reseller):
    """The trigger looks at channel DIRECT alone: OTA holds expire by the thousand."""
    async with acts.sessions.read() as session:
        definition = await session.scalar(
            select(func.pg_get_triggerdef(text("oid")))
            .select_from(text("pg_trigger"))
            .where(text("tgname = 'release_coupon'"))
        )

    assert f"channel)::text = '{Channel.DIRECT}'" in definition


async def test_what_was_paid_is_kept_and_what_was_refunded_is_given_back_once(acts, world, buyer, coupon):
    hold = await acts.hold(buyer)
    await redeem(acts, hold, world)

    async def told(act):
        async with acts.work() as uow:
            return await act(uow, hold.id, now=acts.now)

    assert [await told(coupons.confirm), await told(coupons.confirm)] == [True, True]
    assert await uses(acts, coupon) == (1, 1)
    assert [await told(coupons.release), await told(coupons.release)] == [True, False]
    assert await uses(acts, coupon) == (0, 1)
    assert await told(coupons.confirm) is False


async def test_a_paid_use_stays_whatever_becomes_of_the_hold(acts, world, buyer, coupon):
    hold = await acts.hold(buyer)
    await redeem(acts, hold, world)
    async with acts.work() as uow:
        await coupons.confirm(uow, hold.id, now=acts.now)

    await acts.cancel(buyer, hold)

    assert await uses(acts, coupon) == (1, 1)


REJECTED: dict[str, dict[str, Any]] = {
    "unknown": {"code": "WINTER-10"},
    "no code": {"code": "?"},
    "ended": {"valid_until": NOW + dt.timedelta(seconds=1)},
    "not begun": {"valid_from": NOW + dt.timedelta(days=1)},
    "disabled": {"status": CouponStatus.DISABLED},
    "used up": {"usage_limit": 1, "counted": 1},
    "another currency": {"amount_minor": 5, "currency": "EUR"},
    "too little": {"minimum_minor": 28_801, "currency": "HKD"},
    "of another's packages": {"partner": "rival"},
    "in the other environment": {"environment": "TEST"},
}


@pytest.mark.parametrize("why", REJECTED)
async def test_nobody_learns_why_a_coupon_is_rejected(acts, sql, world, buyer, why):
    """One answer, in the same statements, tried or used."""
    facts = dict(REJECTED[why])
    code = facts.pop("code", "SUMMER-10")
    partner = getattr(world, facts.pop("partner", "operator"))
    async with acts.work() as uow:
        await make_coupon(uow.session, partner, **facts)
    hold = await acts.hold(buyer)
    acts.later(dt.timedelta(seconds=1))

    async def preview():
        async with acts.sessions.read() as session:
            return await coupons.apply_to_package(
                session,
                buyer,
                code=code,
                package_id=world.cruise.id,
                amount=Decimal(288),
                customer_email=None,
                pepper=PEPPER,
                now=acts.now,
            )

    tried = await sql.of(refused(preview()))
    used = await sql.of(refused(redeem(acts, hold, world, code=code)))

    assert tried == (2, "COUPON_REJECTED")
    assert used == (1, "COUPON_REJECTED")
    assert await acts.rows(select(models.CouponRedemption)) == []
    assert {each.counted for each in await acts.rows(select(models.Coupon))} <= {0, facts.get("counted", 0)}
