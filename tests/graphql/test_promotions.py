"""Coupons and affiliates in the graph: a partner's dashboard, an affiliate's own side, a code tried."""

from dataclasses import replace

import pytest

from domain.affiliates import ConversionStatus, HeldBecause
from domain.errors import RateLimited, Refused
from domain.ids import global_id
from permissions.viewer import ANONYMOUS
from tests.factories.promotions import (
    make_affiliate,
    make_checkout,
    make_conversion,
    make_coupon,
    make_link,
    make_redemption,
)
from tests.factories.viewers import member_of, newcomer

pytestmark = pytest.mark.anyio

DASHBOARD = """
query Dashboard($id: ID!) { node(id: $id) { ... on Partner {
  coupons(first: 10) { nodes {
    code kind percent amount { amount currency } minimum { amount } useCount usageLimit status
    redemptions(first: 5) { nodes { amount { amount } status } }
  } }
  affiliateLinks(first: 10) { nodes { code path target commissionPercent affiliate { displayName } } }
} } }
"""
CREATE = """
mutation C($input: CreateCouponInput!) { createCoupon(input: $input) {
  __typename ... on Coupon { code percent amount { amount } minimum { amount } scope packageIds useCount }
  ... on Refusal { code message }
} }
"""
APPLY = """
mutation A($code: String!, $package: ID!) { applyCoupon(
  input: {code: $code, packageId: $package, amount: "288.00", customerEmail: "mei@example.com"}
) { __typename ... on CouponPreview { discount { amount currency } total { amount } } ... on Refusal { code message } } }
"""
STATS = """
{ affiliateStats(from: "2026-11-01", to: "2026-11-30") {
  clicks conversions earned { revenue { amount } commission { amount currency } } days { day clicks }
} }
"""


@pytest.fixture
async def link(acts, world):
    async with acts.work() as uow:
        return await make_link(uow.session, world.operator, await make_affiliate(uow.session))


async def fill(acts, world, owner, *, rows):
    """Give the operator `rows` coupons, each used once, and as many links, each with a sale."""
    for number in range(rows):
        hold = await acts.hold(owner)
        async with acts.work() as uow:
            coupon = await make_coupon(uow.session, world.operator, code=f"CODE-{number}")
            await make_redemption(uow.session, coupon, hold.id)
            affiliate = await make_affiliate(uow.session)
            link = await make_link(uow.session, world.operator, affiliate, code=f"code-{number}")
            await make_conversion(uow.session, link, (await make_checkout(uow.session, hold.id)).id)


async def test_a_partner_sees_its_coupons_and_links_with_what_came_of_them(graph, acts, world, owner, link):
    hold = await acts.hold(owner)
    async with acts.work() as uow:
        coupon = await make_coupon(uow.session, world.operator, usage_limit=5)
        await make_redemption(uow.session, coupon, hold.id)
    await acts.cancel(owner, hold)

    shown = await graph.data(owner, DASHBOARD, id=global_id("Partner", world.operator.id))

    assert shown["coupons"]["nodes"] == [
        {
            "code": "SUMMER-10",
            "kind": "PERCENT",
            "percent": "10.00",
            "amount": None,
            "minimum": None,
            "useCount": 0,
            "usageLimit": 5,
            "status": "ACTIVE",
            "redemptions": {"nodes": [{"amount": {"amount": "28.80"}, "status": "RELEASED"}]},
        }
    ]
    assert shown["affiliateLinks"]["nodes"] == [
        {
            "code": "bea-summer",
            "path": "/r/bea-summer",
            "target": "/packages/harbour",
            "commissionPercent": "5.00",
            "affiliate": {"displayName": "Bea on the road"},
        }
    ]


async def test_a_coupon_is_made_with_all_its_conditions(graph, world, owner):
    given = {
        "partnerId": global_id("Partner", world.operator.id),
        "kind": "AMOUNT",
        "code": "winter-5",
        "amount": "5.00",
        "minimum": "100",
        "currency": "HKD",
        "scope": "TRANSPORT",
        "packageIds": [global_id("Package", world.cruise.id)],
    }

    made = await graph.data(owner, CREATE, input=given)
    taken = await graph.data(owner, CREATE, input=given)

    assert made == {
        "__typename": "Coupon",
        "code": "WINTER-5",
        "percent": None,
        "amount": {"amount": "5.00"},
        "minimum": {"amount": "100.00"},
        "scope": "TRANSPORT",
        "packageIds": given["packageIds"],
        "useCount": 0,
    }
    assert (taken["__typename"], taken["code"]) == ("CodeTaken", "CODE_TAKEN")


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "PERCENT", "percent": "10.005"},
        {"kind": "PERCENT", "percent": "1E+999999"},
        {"kind": "PERCENT", "percent": "100.01"},
        {"kind": "AMOUNT", "amount": "5.001", "currency": "HKD"},
        {"kind": "AMOUNT", "amount": "5.00"},
        {"kind": "PERCENT", "percent": "5", "usageLimit": 0},
        {"kind": "PERCENT", "percent": "5", "validUntil": "2026-11-18T08:00:00Z"},
    ],
)
async def test_conditions_that_make_no_sense_are_refused(graph, world, owner, given):
    made = await graph.data(
        owner, CREATE, input={"partnerId": global_id("Partner", world.operator.id), **given}
    )

    assert made["code"] == "INVALID_INPUT"


async def test_everybody_may_try_a_code(graph, acts, world):
    async with acts.work() as uow:
        await make_coupon(uow.session, world.operator)
    package = global_id("Package", world.cruise.id)

    tried = [
        await graph.data(viewer, APPLY, code="summer-10", package=package)
        for viewer in (ANONYMOUS, newcomer())
    ]

    assert (
        tried
        == [
            {
                "__typename": "CouponPreview",
                "discount": {"amount": "28.80", "currency": "HKD"},
                "total": {"amount": "259.20"},
            }
        ]
        * 2
    )


async def test_a_rejection_is_the_same_whatever_it_is_for(graph, acts, sql, world):
    async with acts.work() as uow:
        await make_coupon(uow.session, world.rival, code="OF-OTHERS")
    tries = [("OF-OTHERS", "Package"), ("UNKNOWN", "Package"), ("?", "Package"), ("UNKNOWN", "Partner")]

    answers = [
        await sql.of(graph.data(ANONYMOUS, APPLY, code=code, package=global_id(kind, world.cruise.id)))
        for code, kind in tries
    ]

    rejected = {
        "__typename": "CouponRejected",
        "code": "COUPON_REJECTED",
        "message": "This coupon code can not be used here.",
    }
    assert answers == [(2, rejected)] * 4


async def test_too_many_tries_are_refused_before_anything_is_asked(graph, sql, world):
    class Closed:
        async def guess(self, _viewer, _what):
            raise Refused(RateLimited(10, retry_after_seconds=7))

    guarded = replace(graph, contexts=replace(graph.contexts, guard=Closed()))

    asked = guarded.data(ANONYMOUS, APPLY, code="SUMMER-10", package=global_id("Package", world.cruise.id))

    count, answer = await sql.of(asked)
    assert (count, answer["code"]) == (0, "RATE_LIMITED")


async def test_an_affiliate_sees_its_own_side_and_nobody_else_s(graph, acts, world, owner, link):
    hold = await acts.hold(owner)
    async with acts.work() as uow:
        await make_conversion(uow.session, link, (await make_checkout(uow.session, hold.id)).id)
        affiliate = await uow.session.get_one(type(link).affiliate.property.mapper.class_, link.affiliate_id)
    herself = replace(newcomer("bea"), id=affiliate.account, user_id=affiliate.user_id)
    own = """{
      affiliate { displayName channels links { nodes { code } } }
      affiliateConversions { nodes { commission { amount } status link { code } } }
      coupons: viewer { id }
    }"""

    shown = await graph.data(herself, own)
    others = await graph.data(newcomer("otto"), own)

    assert shown["affiliate"] == {
        "displayName": "Bea on the road",
        "channels": ["BLOG"],
        "links": {"nodes": [{"code": "bea-summer"}]},
    }
    assert shown["affiliateConversions"]["nodes"] == [
        {"commission": {"amount": "28.80"}, "status": "PENDING", "link": {"code": "bea-summer"}}
    ]
    assert (others["affiliate"], others["affiliateConversions"]["nodes"]) == (None, [])


async def test_a_held_sale_is_decided_on(graph, acts, world, owner, link):
    hold = await acts.hold(owner)
    async with acts.work() as uow:
        held = await make_conversion(
            uow.session,
            link,
            (await make_checkout(uow.session, hold.id)).id,
            status=ConversionStatus.HELD,
            held_because=[HeldBecause.DUPLICATE.value],
        )
    review = """mutation R($id: ID!) { reviewAffiliateConversion(input: {id: $id, isApproved: true}) {
      ... on AffiliateConversion { status heldBecause } ... on Refusal { code }
    } }"""
    public = global_id("AffiliateConversion", held.id)

    assert await graph.data(member_of(world.rival), review, id=public) == {"code": "NOT_FOUND"}
    assert await graph.data(owner, review, id=public) == {"status": "PENDING", "heldBecause": ["DUPLICATE"]}
    assert await graph.data(owner, review, id=public) == {"code": "CONVERSION_NOT_HELD"}


async def test_statistics_of_nothing_are_nothing(graph, owner, link):
    assert await graph.data(owner, STATS) == {"clicks": 0, "conversions": 0, "earned": [], "days": []}


READS = {
    "coupons": "{ coupons(first: 100) { nodes { code useCount partner { name } redemptions { nodes { status } } } } }",
    "links": "{ affiliateLinks(first: 100) { nodes { code affiliate { displayName } partner { name } } } }",
    "conversions": "{ affiliateConversions(first: 100) { nodes { status link { code } } } }",
    "affiliate": "{ affiliate { displayName links { nodes { code } } } }",
    "statistics": STATS,
}


@pytest.mark.parametrize("rows", [1, 20])
async def test_every_read_takes_one_statement(graph, acts, sql, world, owner, rows):
    await fill(acts, world, owner, rows=rows)

    counted = {name: (await sql.of(graph.data(owner, query)))[0] for name, query in READS.items()}
    dashboard, _ = await sql.of(graph.data(owner, DASHBOARD, id=global_id("Partner", world.operator.id)))

    assert counted == dict.fromkeys(READS, 1)
    assert dashboard == 1
