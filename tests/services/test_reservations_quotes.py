"""What a hold costs: each rule a line, frozen when it is taken."""

import datetime as dt

from sqlalchemy import select

from db import models
from domain.discounts import DiscountKind, DiscountRule
from domain.money import CurrencyMismatch
from domain.packages import ItemKind
from domain.pricing import CustomerType, NotPriced
from tests.factories.inventory import make_allotment
from tests.factories.packages import make_package, publish_anew
from tests.fixtures.acts import line, refusal

ADULT, CHILD, _ = CustomerType
SATURDAY = dt.date(2026, 11, 21)


async def lines_of(acts, hold):
    return await acts.rows(
        select(models.ReservationLine)
        .where(models.ReservationLine.reservation_id == hold.id)
        .order_by(models.ReservationLine.position)
    )


async def test_each_line_keeps_its_quote_rule_by_rule(acts, world, reseller):
    hold = await acts.hold(
        reseller, line(2, date=SATURDAY), line(1, customer_type=CHILD, date=SATURDAY), line(1)
    )

    adult, child, midweek = await lines_of(acts, hold)
    assert (adult.unit_amount_minor, adult.amount_minor) == (31_800, 63_600)
    assert adult.rules == [
        {"code": "BASE", "label": "Base", "amount_minor": 28_800},
        {"code": "WEEKEND", "label": "Weekend", "amount_minor": 3_000},
    ]
    assert (child.unit_amount_minor, [rule["code"] for rule in child.rules]) == (18_800, ["CONCESSION"])
    assert (midweek.unit_amount_minor, [rule["code"] for rule in midweek.rules]) == (28_800, ["BASE"])
    assert (hold.total_minor, hold.currency) == (63_600 + 18_800 + 28_800, "HKD")


async def test_an_undated_line_is_priced_by_the_day_where_the_product_is(acts, world, reseller):
    acts.now = dt.datetime(2026, 11, 20, 16, 0, tzinfo=dt.UTC)

    hold = await acts.hold(reseller, line(1))

    assert hold.total_minor == 31_800


async def test_a_quote_stays_as_it_was_when_prices_change(acts, world, reseller):
    hold = await acts.hold(reseller, line(2))
    async with acts.work() as uow:
        await publish_anew(uow.session, world.cruise, amount_minor=1)

    booking = await acts.activate(reseller, hold)

    frozen = (await lines_of(acts, hold))[0]
    assert (frozen.unit_amount_minor, frozen.rules[0]["amount_minor"]) == (28_800, 28_800)
    assert (booking.total_minor, booking.currency) == (57_600, "HKD")
    assert (await acts.hold(reseller, line(2))).total_minor == 2


async def test_a_customer_without_a_price_is_refused(acts, world, reseller):
    async with acts.work() as uow:
        bare = await make_package(uow.session, world.operator, sku="adults-only", adults_only=True)
        await make_allotment(uow.session, bare)

    refused = await refusal(acts.hold(reseller, line(1, "adults-only", CHILD)))

    assert refused == NotPriced(product_id="adults-only", customer_type=CHILD)
    assert await acts.rows(select(models.Reservation)) == []


async def test_two_currencies_do_not_go_into_one_hold(acts, world, reseller):
    async with acts.work() as uow:
        euro = await make_package(uow.session, world.operator, sku="euro", currency="EUR")
        await make_allotment(uow.session, euro)

    refused = await refusal(acts.hold(reseller, line(1), line(1, "euro")))

    assert refused == CurrencyMismatch(expected="HKD", found="EUR")
    assert await acts.rows(select(models.Reservation)) == []


async def test_bundle_discounts_are_given_to_resellers_too_once_a_party(acts, world, reseller):
    rules = (
        DiscountRule("PAIR", "For two", DiscountKind.PERCENT, 1_000, min_travelers=2),
        DiscountRule(
            "FERRY", "By ferry", DiscountKind.FIXED, 500, item_kinds=frozenset({ItemKind.TRANSPORT})
        ),
        DiscountRule("TOUR", "With a tour", DiscountKind.FIXED, 900, item_kinds=frozenset({ItemKind.TOUR})),
    )
    async with acts.work() as uow:
        package = await make_package(uow.session, world.operator, sku="family", discounts=rules)
        await make_allotment(uow.session, package)

    pair = await acts.hold(reseller, line(1, "family"), line(1, "family", customer_type=CHILD))
    alone = await acts.hold(reseller, line(1, "family"), line(1, "family", date=SATURDAY), line(1, "106"))

    assert pair.total_minor == (28_800 + 18_800) * 9 // 10 - 500
    assert alone.total_minor == (28_800 - 500) + (31_800 - 500) + 28_800
    booking = await acts.activate(reseller, pair)
    assert booking.total_minor == pair.total_minor
