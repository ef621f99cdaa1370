"""Buying: quoted line by line, held, paid, and found again by whoever bought it."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import func, select

from db import models
from domain.environments import Environment
from domain.pricing import RuleEffect
from permissions.viewer import ANONYMOUS
from tests.factories.packages import price_rule
from tests.factories.scripted import BANK, DECLINED, POOR, SCA, UNKNOWN, VISA
from tests.factories.shop import party
from tests.factories.viewers import member_of


async def balances(acts):
    """The sums of the journal by kind of account, in minor units; positive is debit."""
    async with acts.sessions.read() as session:
        found = await session.execute(
            select(models.LedgerAccount.kind, func.sum(models.Posting.amount_minor))
            .join(models.Posting, models.Posting.account_id == models.LedgerAccount.id)
            .group_by(models.LedgerAccount.kind)
        )
    return {kind.value: int(total) for kind, total in found}


async def pool(acts, world):
    async with acts.sessions.read() as session:
        row = await session.get_one(models.Allotment, world.cruise_direct.id)
        return row.held, row.sold


async def test_a_guest_buys(acts, shop, world):
    quote = await shop.quote(party=party(2, 1), date="2026-12-26")
    opened = await shop.check_out(quoteId=quote["id"], paymentMethod="pm_card_visa")

    assert [(line["code"], line["quantity"], line["amount"]["amount"]) for line in quote["lines"]] == [
        ("BASE", 2, "576.00"),
        ("WEEKEND", 2, "60.00"),
        ("CONCESSION", 1, "188.00"),
    ]
    assert quote["total"] == {"amount": "824.00", "currency": "HKD"}
    checkout = opened["checkout"]
    assert (checkout["status"], checkout["total"]["amount"]) == ("PAID", "824.00")
    assert checkout["payment"] == {
        "status": "SUCCEEDED",
        "clientSecret": None,
        "actionUrl": None,
        "failure": None,
    }
    assert [each["status"] for each in checkout["booking"]["tickets"]] == ["ISSUED"] * 3
    assert await pool(acts, world) == (0, 3)
    assert await balances(acts) == {
        "PROVIDER_CASH": 82_400,
        "PARTNER_PENDING": -70_040,
        "PLATFORM_REVENUE": -12_360,
    }


async def test_what_was_bought_is_found_by_its_secret_alone(shop, owner, reseller):
    opened = await shop.buy()

    assert await shop.read(opened) == {
        "id": opened["checkout"]["id"],
        "status": "PAID",
        "total": {"amount": "288.00"},
        "payment": {"status": "SUCCEEDED"},
        "booking": {"tickets": [{"status": "ISSUED"}]},
    }
    assert await shop.read(opened, token="guessed") is None
    assert await shop.read(opened, reseller, token="guessed") is None


async def test_the_seller_sees_its_sale_and_the_legs(shop, world, graph):
    opened = await shop.buy()
    legs = "query ($id: ID!) { checkout(id: $id) { legs { kind itemCode amount { amount } } customerName } }"

    seen = await graph.data(member_of(world.operator), legs, id=opened["checkout"]["id"])

    assert seen == {
        "legs": [
            {"kind": "SUPPLIER", "itemCode": "BOARDING", "amount": {"amount": "122.40"}},
            {"kind": "SUPPLIER", "itemCode": "PLAYGROUND", "amount": {"amount": "122.40"}},
            {"kind": "PLATFORM_FEE", "itemCode": None, "amount": {"amount": "43.20"}},
        ],
        "customerName": "Mei Wong",
    }
    assert await graph.data(member_of(world.rival), legs, id=opened["checkout"]["id"]) is None


async def test_a_repeated_checkout_is_the_first(acts, shop, world, provider):
    quote_id = await shop.quoted()
    first = await shop.check_out(quoteId=quote_id, paymentMethod=VISA)
    again = await shop.check_out(quoteId=quote_id, paymentMethod=VISA)
    other = await shop.check_out(quoteId=quote_id, paymentMethod=DECLINED)

    assert again == first
    assert other["code"] == "IDEMPOTENCY_CONFLICT"
    assert await pool(acts, world) == (0, 1)
    assert provider.calls == ["create_payment"]


async def test_a_declined_card_leaves_the_checkout_open(acts, shop, world):
    opened = await shop.buy(card=POOR)

    assert opened["checkout"]["status"] == "OPEN"
    assert opened["checkout"]["payment"]["status"] == "REQUIRES_PAYMENT_METHOD"
    assert opened["checkout"]["payment"]["failure"] == "insufficient_funds"
    assert await pool(acts, world) == (1, 0)

    paid = await shop.check_out(
        key="c2", checkoutId=opened["checkout"]["id"], token=opened["token"], paymentMethod=VISA
    )

    assert paid["checkout"]["status"] == "PAID"
    assert paid["checkout"]["payment"]["failure"] is None
    assert await pool(acts, world) == (0, 1)


async def test_a_buyer_confirms_with_its_bank(shop):
    opened = await shop.buy(card=SCA)

    assert opened["checkout"]["status"] == "OPEN"
    payment = opened["checkout"]["payment"]
    assert (payment["status"], payment["actionUrl"]) == ("REQUIRES_ACTION", BANK)
    assert payment["clientSecret"].endswith("_secret")


async def test_what_the_provider_never_heard_of_is_no_way_to_pay(shop):
    opened = await shop.buy(card=UNKNOWN)

    assert opened["checkout"]["payment"]["failure"] == "resource_missing"

    paid = await shop.check_out(
        key="c2", checkoutId=opened["checkout"]["id"], token=opened["token"], paymentMethod=VISA
    )

    assert paid["checkout"]["status"] == "PAID"


async def test_a_hold_is_paid_later(acts, shop, world):
    booked = await shop.book(await shop.quoted())

    assert booked["checkout"]["status"] == "OPEN"
    assert booked["checkout"]["payment"] is None
    assert booked["checkout"]["expiresAt"] == "2026-11-18T08:28:00.000Z"
    assert await pool(acts, world) == (1, 0)

    paid = await shop.check_out(
        checkoutId=booked["checkout"]["id"], token=booked["token"], paymentMethod=VISA
    )

    assert paid["checkout"]["status"] == "PAID"


async def test_a_checkout_is_given_up(acts, shop, world, provider):
    opened = await shop.buy(card=SCA)

    assert await shop.cancel(opened, token="guessed") == {"__typename": "NotFound", "code": "NOT_FOUND"}
    given_up = await shop.cancel(opened)
    again = await shop.cancel(opened)

    assert (
        given_up
        == again
        == {
            "__typename": "Checkout",
            "status": "CANCELLED",
            "payment": {"status": "CANCELED"},
        }
    )
    assert provider.calls == ["create_payment", "cancel_payment"]
    assert await pool(acts, world) == (0, 0)


async def test_a_paid_checkout_is_not_given_up(shop):
    assert await shop.cancel(await shop.buy()) == {
        "__typename": "CheckoutEnded",
        "checkoutStatus": "PAID",
        "code": "CHECKOUT_ENDED",
    }


async def test_another_price_is_told_with_both(acts, shop, world):
    quote_id = await shop.quoted()
    async with acts.work() as uow:
        uow.session.add(price_rule(world.cruise, 25, "SEASON", 1_200, effect=RuleEffect.ADD))

    refused = await shop.book(quote_id)

    assert refused["__typename"] == "PriceChanged"
    assert refused["before"]["total"]["amount"] == "288.00"
    assert refused["after"] == {
        "total": {"amount": "300.00"},
        "lines": [{"code": "BASE"}, {"code": "SEASON"}],
    }
    assert await pool(acts, world) == (0, 0)


async def test_a_quote_is_kept_to_for_fifteen_minutes(acts, shop):
    quote_id = await shop.quoted()
    acts.later(dt.timedelta(minutes=15))

    assert (await shop.book(quote_id))["code"] == "QUOTE_EXPIRED"


async def test_nobody_is_charged_for_whom_nobody_can_be_paid(acts, empty_shop, world, provider):
    refused = await empty_shop.check_out(quoteId=await empty_shop.quoted(), paymentMethod=VISA)

    assert refused["code"] == "PARTNER_NOT_PAYABLE"
    assert await pool(acts, world) == (0, 0)
    assert provider.calls == []


async def test_no_more_is_sold_than_there_is(shop):
    assert (await shop.quote(party=party(51)))["code"] == "INSUFFICIENT_INVENTORY"


async def test_guests_buy_in_live_only(shop, world):
    in_test = replace(ANONYMOUS, environment=Environment.TEST)

    assert (await shop.quote(in_test, packageId=f"pkg_{world.test_cruise.id.hex}"))["code"] == "NOT_FOUND"


async def test_a_provider_that_is_away_leaves_the_checkout_to_the_jobs(acts, shop, world, provider):
    provider.fail_before["create_payment"] = 1

    opened = await shop.buy()

    assert opened["checkout"]["status"] == "OPEN"
    assert await pool(acts, world) == (1, 0)
