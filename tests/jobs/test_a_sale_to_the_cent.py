"""One sale from its quote to the bank, and half of it back: every amount is written out by hand (S2-111, A-18).

A weekend for two at EUR 333.33: a tour (half of the price, the operator's), a hotel (three tenths, the reseller's), a
ferry (two tenths, the rival's); 7.5 % off for two; a coupon; the link of a blogger with 5 %.
"""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from db import models
from db.queries import inventory as inventory_queries
from domain import clicks
from domain.affiliates import ConversionStatus
from domain.coupons import RedemptionStatus
from domain.document_json import statement_of
from domain.documents import DocumentFormat
from domain.environments import Environment
from domain.ids import local_id
from domain.inventory import Channel
from domain.money import Money
from jobs import documents, payouts, promotions, refunds, transfers
from services import documents as document_services
from tests.factories.inventory import make_allotment
from tests.factories.promotions import make_coupon
from tests.factories.shop import party
from tests.factories.times import NOW
from tests.factories.viewers import member_of
from tests.factories.weekend import make_weekend, make_weekend_package
from tests.fixtures.graphql import KEYS
from tests.fixtures.shop import buy_by_news
from tests.graphql.test_cancellations import CANCEL

LIVE = Environment.LIVE
RELEASE = dt.datetime(2026, 11, 25, 8, tzinfo=dt.UTC)
"""An open sale's parts are released a week after it."""
FIRST_PAYOUT = dt.datetime(2026, 11, 30, 0, 3, tzinfo=dt.UTC)
CANCELLED = dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC)
SECOND_RELEASE = dt.datetime(2026, 12, 8, 8, tzinfo=dt.UTC)
SECOND_PAYOUT = dt.datetime(2026, 12, 14, 0, 3, tzinfo=dt.UTC)
NEW_YEAR = dt.datetime(2027, 1, 1, 8, tzinfo=dt.UTC)

# Gross: 2 x 333.33 = 666.66. By 5:3:2 that is 333.33, 199.998, 133.332: rounded down 333.33, 199.99, 133.33, and the
# last cent to the largest remainder: 333.33, 200.00, 133.33.
# Discount: 7.5 % of 666.66 = 49.9995: 49.99. By gross 24.995, 14.997, 9.998: 24.99, 15.00, 10.00.
# What is left: 308.34, 185.00, 123.33; together 616.67.
PARTNERS_COUPON = {
    # 10 % of the operator's 308.34 = 30.83 (30.834). Left: 277.51, 185.00, 123.33 = 585.84, which is paid.
    "coupon": 3_083,
    "paid": 58_584,
    # Fee: 15 % of 585.84 = 87.87 (87.876), by what is left 41.624, 27.748, 18.498: 41.62, 27.75, 18.50.
    # Commission: 5 % of the operator's 277.51 = 13.87 (13.8755), out of its share: 277.51 - 41.62 - 13.87 = 222.02.
    "legs": {"operator": 22_202, "reseller": 15_725, "rival": 10_483, "fee": 8_787, "affiliate": 1_387},
    # Of two units one comes back: half of 585.84 is 292.92. By the legs 111.01, 78.625, 52.415, 43.935, 6.935:
    # rounded down 111.01, 78.62, 52.41, 43.93, 6.93 = 292.90; two cents to the first two of the four halves.
    "refund": 29_292,
    "back": {"operator": 11_101, "reseller": 7_863, "rival": 5_242, "fee": 4_393, "affiliate": 693},
}
PLATFORMS_COUPON = {
    # EUR 20.00, which the fee of 92.50 bears: nobody's share is less. Paid: 616.67 - 20.00 = 596.67.
    "coupon": 2_000,
    "paid": 59_667,
    # Fee: 15 % of 616.67 = 92.50 (92.5005), by what is left 46.2507, 27.7499, 18.4994: 46.25, 27.75, 18.50.
    # Commission: 5 % of 308.34 = 15.41 (15.417); the operator: 308.34 - 46.25 - 15.41 = 246.68.
    "legs": {
        "operator": 24_668,
        "reseller": 15_725,
        "rival": 10_483,
        "fee": 9_250,
        "affiliate": 1_541,
        "funding": -2_000,
    },
    # Half of 596.67 is 298.335: the first unit's share is 298.34, and it is the one that comes back. By the legs
    # 123.3421, 78.6263, 52.4159, 46.2508, 7.7051, -10.0002: rounded down 123.34, 78.62, 52.41, 46.25, 7.70, -10.01
    # = 298.31; three cents to the largest remainders: the funding (0.9998), the hotel (0.63), the ferry (0.59).
    "refund": 29_834,
    "back": {
        "operator": 12_334,
        "reseller": 7_863,
        "rival": 5_242,
        "fee": 4_625,
        "affiliate": 770,
        "funding": -1_000,
    },
}
# A second sale, without coupon and link: 616.67 is paid, the fee is 92.50 of it as above.
# 308.34 - 46.25 = 262.09; 185.00 - 27.75 = 157.25; 123.33 - 18.50 = 104.83.
SECOND = {"operator": 26_209, "reseller": 15_725, "rival": 10_483}


@pytest.fixture
async def weekend(acts, world):
    async with acts.work() as uow:
        return await make_weekend(uow.session, world)


async def buy(acts, shop, worker, provider, weekend, **wish):
    """A weekend's checkout as it is kept, and as its buyer has it."""
    opened = await buy_by_news(shop, worker, provider, weekend.package, **wish)
    return await rows(acts, models.Checkout, id=local_id("Checkout", opened["checkout"]["id"])), opened


async def rows(acts, model, **facts):
    async with acts.sessions.read() as session:
        found = (await session.scalars(select(model).filter_by(**facts).order_by(model.id))).all()
    return list(found)


async def legs(acts, world, checkout, amount=lambda leg: leg.amount_minor):
    names = {world.operator.id: "operator", world.reseller.id: "reseller", world.rival.id: "rival"}
    kinds = {"PLATFORM_FEE": "fee", "AFFILIATE": "affiliate", "COUPON_FUNDING": "funding"}
    found = await rows(acts, models.CheckoutLeg, checkout_id=checkout.id)
    return {kinds.get(leg.kind.value) or names[leg.partner_id]: amount(leg) for leg in found}


async def balances(acts, world, weekend):
    """What everybody is owed, pending and available, and the platform's accounts; positive where it is to their good."""
    names = {
        world.operator.id: "operator",
        world.reseller.id: "reseller",
        world.rival.id: "rival",
        weekend.affiliate.id: "affiliate",
    }
    async with acts.sessions.read() as session:
        account, posting = models.LedgerAccount, models.Posting
        found = await session.execute(
            select(account, func.sum(posting.amount_minor))
            .join(posting, posting.account_id == account.id)
            .group_by(account.id)
        )
        shown = {}
        for row, debit in found:
            assert row.currency == "EUR"
            owner = names.get(row.partner_id or row.affiliate_id)
            name = f"{owner} {row.kind.value.rpartition('_')[2].lower()}" if owner else row.kind.value
            if debit:
                shown[name] = -int(debit)
        assert sum(shown.values()) == 0
    return shown


async def transferred(provider, weekend):
    """What came to each account of the provider's and stayed there."""
    return {
        name: provider.balance_of(each.provider_id).get("EUR", 0) for name, each in weekend.accounts.items()
    }


async def pay_out(acts, worker, provider, at):
    acts.now = at
    recorded = await payouts.close_period(worker)
    await payouts.execute(worker)
    return recorded


async def paid_out(acts, weekend):
    """Amounts by payee, in the order of their periods."""
    names = {each.id: name for name, each in weekend.accounts.items()}
    found: dict[str, list[int]] = {}
    for each in await rows(acts, models.Payout):
        found.setdefault(names[each.account_id], []).append(each.amount_minor)
    return found


async def coupon_of(uow, world, funder):
    if funder == "partner":
        return await make_coupon(uow.session, world.operator)
    return await make_coupon(uow.session, None, amount_minor=2_000, currency="EUR")


@pytest.mark.parametrize(
    ("funder", "sums"), [("partner", PARTNERS_COUPON), ("platform", PLATFORMS_COUPON)], ids=str
)
async def test_a_sale_of_three_suppliers_to_the_cent(
    acts, world, weekend, empty_shop, worker, provider, funder, sums
):
    shop, share, back = empty_shop, sums["legs"], sums["back"]
    async with acts.work() as uow:
        coupon = await coupon_of(uow, world, funder)
    click = clicks.token_of(clicks.key_of(KEYS.pepper), weekend.link.id, NOW)

    # The quote, and the sale at its price.
    wish = {"couponCode": coupon.code, "clickToken": click}
    quote = await shop.quote(packageId=f"pkg_{weekend.package.id.hex}", party=party(2), **wish)
    (checkout,), opened = await buy(acts, shop, worker, provider, weekend, **wish)

    assert [(line["kind"], line["amount"]["amount"]) for line in quote["lines"]] == [
        ("PRICE", "666.66"),
        ("DISCOUNT", "-49.99"),
        ("COUPON", str(Money(-sums["coupon"], "EUR").amount)),
    ]
    assert quote["total"] == {"amount": str(Money(sums["paid"], "EUR").amount), "currency": "EUR"}
    assert (checkout.status.value, checkout.total_minor) == ("PAID", sums["paid"])
    assert await legs(acts, world, checkout) == share
    assert sum(share.values()) == sums["paid"]
    assert len(await rows(acts, models.Booking, id=checkout.booking_id)) == 1
    assert len(await rows(acts, models.Ticket, booking_id=checkout.booking_id)) == 2
    pending = {f"{name} pending": share[name] for name in ("operator", "reseller", "rival", "affiliate")}
    platform = {"PLATFORM_REVENUE": share["fee"], "COUPON_FUNDING": share.get("funding", 0)}
    platform = {name: amount for name, amount in platform.items() if amount}
    assert await balances(acts, world, weekend) == {"PROVIDER_CASH": -sums["paid"]} | pending | platform
    (redemption,) = await rows(acts, models.CouponRedemption)
    assert (redemption.amount_minor, redemption.status) == (sums["coupon"], RedemptionStatus.CONFIRMED)
    (conversion,) = await rows(acts, models.AffiliateConversion)
    assert (conversion.commission_minor, conversion.status) == (share["affiliate"], ConversionStatus.PENDING)
    assert await transfers.release(worker) == 0

    # A week later the parts are released, and the commission is due.
    acts.now = RELEASE
    assert await promotions.make_due(worker) == 1
    assert await transfers.release(worker) == 4
    assert await transfers.release(worker) == 0
    payees = ("operator", "reseller", "rival", "affiliate")
    available = {f"{name} available": share[name] for name in payees}
    assert await balances(acts, world, weekend) == {"PROVIDER_CASH": -sums["paid"]} | available | platform
    assert await transferred(provider, weekend) == {name: share[name] for name in payees}
    (conversion,) = await rows(acts, models.AffiliateConversion)
    assert conversion.status is ConversionStatus.PAID

    # When the week is over it goes to the banks.
    assert await pay_out(acts, worker, provider, FIRST_PAYOUT) == 4
    assert await paid_out(acts, weekend) == {name: [share[name]] for name in payees}
    kept = sums["paid"] - sum(share[name] for name in payees)
    assert await balances(acts, world, weekend) == {"PROVIDER_CASH": -kept} | platform

    # One of the two does not go: half comes back, from everybody, although all of it was paid out.
    acts.now = CANCELLED
    first_ticket, _ = sorted(
        await rows(acts, models.Ticket, booking_id=checkout.booking_id), key=lambda each: each.position
    )
    cancelled = await shop.graph.data(
        shop.viewer,
        CANCEL,
        input={
            "checkoutId": opened["checkout"]["id"],
            "token": opened["token"],
            "tickets": [first_ticket.code],
            "idempotencyKey": "x1",
        },
    )
    assert cancelled["refunded"]["amount"] == str(Money(sums["refund"], "EUR").amount)
    for _ in range(2):
        await refunds.execute(worker)
    assert await legs(acts, world, checkout, lambda leg: leg.refunded_minor) == back
    assert sum(back.values()) == sums["refund"]
    (refund,) = await rows(acts, models.Refund)
    assert (refund.status.value, refund.amount_minor) == ("SUCCEEDED", sums["refund"])
    assert {each.amount.minor for each in provider.reversals.values()} == {back[name] for name in payees}
    (paid,) = provider.payments.values()
    assert (paid.received_minor, paid.refunded_minor) == (sums["paid"], sums["refund"])
    owing = {f"{name} available": -back[name] for name in payees}
    left = {
        "PLATFORM_REVENUE": share["fee"] - back["fee"],
        "COUPON_FUNDING": share.get("funding", 0) - back.get("funding", 0),
    }
    left = {name: amount for name, amount in left.items() if amount}
    cash = kept - sums["refund"]
    assert await balances(acts, world, weekend) == {"PROVIDER_CASH": -cash} | owing | left
    (conversion,) = await rows(acts, models.AffiliateConversion)
    assert conversion.clawed_back_minor == back["affiliate"]
    assert await drift(acts, weekend) == (1, [], [])

    # What they owe is taken out of what they earn next.
    (second,), _ = await buy(acts, shop, worker, provider, weekend)
    assert (second.total_minor, await legs(acts, world, second)) == (61_667, SECOND | {"fee": 9_250})
    acts.now = SECOND_RELEASE
    assert await transfers.release(worker) == 3
    assert await pay_out(acts, worker, provider, SECOND_PAYOUT) == 3
    netted = {name: SECOND[name] - back[name] for name in SECOND}
    assert await paid_out(acts, weekend) == {
        **{name: [share[name], netted[name]] for name in SECOND},
        "affiliate": [share["affiliate"]],
    }
    assert await transferred(provider, weekend) == dict.fromkeys(SECOND, 0) | {
        "affiliate": -back["affiliate"]
    }

    # The operator's account says the same, entry by entry.
    acts.now = NEW_YEAR
    async with acts.work() as uow:
        await document_services.request_statement(
            uow,
            member_of(world.operator),
            partner_id=world.operator.id,
            starts_on=NOW.date(),
            ends_on=dt.date(2026, 12, 31),
            currency="EUR",
            format=DocumentFormat.CSV,
            locale="en",
            idempotency=None,
            now=acts.now,
        )
    await documents.generate(worker)
    (document,) = await rows(acts, models.Document, partner_id=world.operator.id, format=DocumentFormat.CSV)
    statement = statement_of(document.content)
    assert (statement.opening_minor, statement.closing_minor) == (0, 0)
    assert [(each.kind.value, each.amount_minor) for each in statement.movements] == [
        ("SALE", share["operator"]),
        ("PAYOUT", -share["operator"]),
        ("REFUND", -back["operator"]),
        ("SALE", SECOND["operator"]),
        ("PAYOUT", -netted["operator"]),
    ]


async def drift(acts, weekend):
    """Units sold of the pool, and what its counters and its journal do not agree with."""
    async with acts.sessions.read() as session:
        pool = await session.get_one(models.Allotment, weekend.pool.id)
        counters = (await session.execute(inventory_queries.drifted_counters())).all()
        journal = (await session.execute(inventory_queries.drifted_journal())).all()
    return pool.sold, counters, journal


CURRENCIES = {
    # Two units, 7.5 % off, a partner's coupon of 10 %, fee 15 %, commission 5 %; in minor units of each currency.
    # JPY has none below the yen: 2 x JPY 3,333 = 6,666 -> 3,333 / 2,000 / 1,333 (1,999.8 and 1,333.2).
    # Off 499 (499.95): 249.5, 149.715, 99.785 -> 249, 150, 100. Left 3,084 / 1,850 / 1,233; coupon 308 (308.4): 2,776.
    # Paid 5,859; fee 878 (878.85): 415.99, 277.23, 184.77 -> 416, 277, 185. Commission 138 (138.8).
    "JPY": (3_333, 308, 5_859, [2_222, 1_573, 1_048, 878, 138], "5859"),
    "EUR": (33_333, 3_083, 58_584, [22_202, 15_725, 10_483, 8_787, 1_387], "585.84"),
    # KWD has three decimals: 2 x KWD 33.333 are the same minor units as the euro's, a tenth of the amount.
    "KWD": (33_333, 3_083, 58_584, [22_202, 15_725, 10_483, 8_787, 1_387], "58.584"),
}


@pytest.mark.parametrize("currency", CURRENCIES)
async def test_the_sums_of_a_sale_in_every_exponent(
    acts, world, weekend, empty_shop, worker, provider, currency
):
    price, coupon_minor, paid, expected, shown = CURRENCIES[currency]
    async with acts.work() as uow:
        package = await make_weekend_package(
            uow.session, world, sku=currency.lower(), currency=currency, price_minor=price
        )
        await make_allotment(uow.session, package, units=2, channel=Channel.DIRECT)
        coupon = await make_coupon(uow.session, world.operator)
    click = clicks.token_of(clicks.key_of(KEYS.pepper), weekend.link.id, NOW)

    wish = {"couponCode": coupon.code, "clickToken": click}
    sold = dataclasses.replace(weekend, package=package)
    (checkout,), opened = await buy(acts, empty_shop, worker, provider, sold, **wish)

    assert opened["checkout"]["total"] == {"amount": shown}
    assert (checkout.currency, checkout.coupon_minor, checkout.total_minor) == (currency, coupon_minor, paid)
    assert list((await legs(acts, world, checkout)).values()) == expected


@pytest.mark.parametrize("fee_bps", [999, 2_001])
async def test_no_checkout_has_a_fee_below_ten_or_above_twenty_percent(
    acts, weekend, empty_shop, worker, provider, fee_bps
):
    (checkout,), _ = await buy(acts, empty_shop, worker, provider, weekend)

    with pytest.raises(IntegrityError, match="fee"):
        async with acts.work() as uow:
            await uow.session.execute(
                update(models.Checkout).where(models.Checkout.id == checkout.id).values(fee_bps=fee_bps)
            )
