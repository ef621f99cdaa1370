"""Holds through the graph: answers to the letter, refusals as members of the union."""

import pytest
from sqlalchemy import select, update

from db import models
from domain.ids import global_id
from tests.factories.inventory import make_allotment
from tests.factories.packages import make_package, publish_anew
from tests.factories.times import HOUR, MINUTE
from tests.fixtures.acts import line

HOLD = """
mutation Hold($input: CreateReservationInput!) {
  createReservation(input: $input) {
    __typename
    ... on Refusal { code message hint }
    ... on InsufficientInventory { productId date requested available }
    ... on UnitLimitExceeded { requested max }
    ... on HoldQuotaExceeded { requested openUnits cap }
    ... on InvalidInput { field problem }
    ... on NotFound { noun id }
    ... on NotPriced { productId customerType }
    ... on CurrencyMismatch { expected found }
    ... on SalesClosed { productId }
    ... on IdempotencyConflict { idempotencyKey }
    ... on Reservation {
      reservationId: id channel status units reference createdAt expiresAt endedAt sequence currency
      reseller { name }
      total { amount currency }
      lines {
        productId quantity customerType lineDate: date product { name }
        unitAmount { amount } amount { amount currency } rules { code label amount { amount currency } }
      }
    }
  }
}
"""
EXTEND = """
mutation Extend($id: ID!, $minutes: Int!) {
  extendReservation(input: {id: $id, holdMinutes: $minutes}) {
    __typename
    ... on Refusal { code message }
    ... on ExtensionUsed { max }
    ... on Reservation { expiresAt sequence }
  }
}
"""
ACTIVATE = """
mutation Activate($input: ActivateReservationInput!) {
  activateReservation(input: $input) {
    __typename
    ... on Refusal { code message hint }
    ... on InvalidCustomer { fields { field problem } }
    ... on AlreadyActivated { orderId }
    ... on ReservationExpired { expiredAt }
    ... on ReservationCancelled { cancelledAt }
    ... on Booking { id total { amount } tickets { status customerType } }
  }
}
"""
CANCEL = """
mutation Cancel($id: ID!) {
  cancelReservation(input: {id: $id}) {
    __typename
    ... on Refusal { code message }
    ... on AlreadyActivated { orderId }
    ... on Reservation { status endedAt }
  }
}
"""
ONE = "query One($id: ID!) { reservation(id: $id) { id status units } }"


def asked(*lines, **more):
    return {"lines": list(lines) or [adult()]} | more


def adult(quantity=1, product_id="106", **more):
    return {"productId": product_id, "quantity": quantity, "customerType": "ADULT"} | more


def sale(hold, **more):
    return {
        "id": global_id("Reservation", hold.id),
        "customerDetails": {"name": "Mei Wong", "email": "mei@example.com", "phone": "+852 1234 5678"},
        "paymentReference": "pay-1",
    } | more


def money(amount):
    return {"amount": amount, "currency": "HKD"}


async def test_a_hold_answers_with_its_frozen_quote(graph, world, reseller):
    hold = await graph.data(
        reseller,
        HOLD,
        input=asked(
            adult(2, date="2026-11-21"),
            {"productId": "107", "quantity": 1, "customerType": "CHILD"},
            reference="trip 7",
            holdMinutes=60,
        ),
    )

    assert hold.pop("reservationId").startswith("rsv_")
    assert hold == {
        "__typename": "Reservation",
        "channel": "OTA",
        "status": "ACTIVE",
        "units": 3,
        "reference": "trip 7",
        "createdAt": "2026-11-18T08:00:00.000Z",
        "expiresAt": "2026-11-18T09:00:00.000Z",
        "endedAt": None,
        "sequence": 1,
        "currency": "HKD",
        "reseller": {"name": "Harbour Travel"},
        "total": money("824.00"),
        "lines": [
            {
                "productId": "106",
                "quantity": 2,
                "customerType": "ADULT",
                "lineDate": "2026-11-21",
                "product": {"name": "Harbour Cruise"},
                "unitAmount": {"amount": "318.00"},
                "amount": money("636.00"),
                "rules": [
                    {"code": "BASE", "label": "Base", "amount": money("288.00")},
                    {"code": "WEEKEND", "label": "Weekend", "amount": money("30.00")},
                ],
            },
            {
                "productId": "107",
                "quantity": 1,
                "customerType": "CHILD",
                "lineDate": None,
                "product": {"name": "Harbour Cruise"},
                "unitAmount": {"amount": "188.00"},
                "amount": money("188.00"),
                "rules": [{"code": "CONCESSION", "label": "Concession", "amount": money("188.00")}],
            },
        ],
    }


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        (
            [adult(41, "107")],
            {
                "__typename": "InsufficientInventory",
                "code": "INSUFFICIENT_INVENTORY",
                "message": "Only 40 of the 41 units of 107 are available.",
                "hint": "Ask for fewer units, another date, or come back when holds run out.",
                "productId": "107",
                "date": None,
                "requested": 41,
                "available": 40,
            },
        ),
        (
            [adult(60), adult(41)],
            {
                "__typename": "UnitLimitExceeded",
                "code": "UNIT_LIMIT_EXCEEDED",
                "message": "One reservation holds at most 100 units, not 101.",
                "hint": "Split the demand into several reservations.",
                "requested": 101,
                "max": 100,
            },
        ),
        (
            [adult(0)],
            {
                "__typename": "InvalidInput",
                "code": "INVALID_INPUT",
                "message": "quantity: must be at least 1",
                "hint": None,
                "field": "quantity",
                "problem": "must be at least 1",
            },
        ),
        (
            [adult(1, "999")],
            {
                "__typename": "NotFound",
                "code": "NOT_FOUND",
                "message": "There is no product with the id '999'.",
                "hint": None,
                "noun": "product",
                "id": "999",
            },
        ),
    ],
)
async def test_what_can_not_be_held_is_refused_with_its_facts(graph, acts, world, reseller, lines, refused):
    assert await graph.data(reseller, HOLD, input={"lines": lines}) == refused
    assert await acts.rows(select(models.Reservation)) == []


async def test_closed_sales_a_foreign_currency_and_a_missing_price_are_members(
    graph, acts, world, reseller, owner
):
    async with acts.work() as uow:
        euro = await make_package(uow.session, world.operator, sku="euro", currency="EUR")
        await make_allotment(uow.session, euro)
    mixed = await graph.data(reseller, HOLD, input=asked(adult(), adult(1, "euro")))
    await acts.set_closed(owner, is_closed=True)
    closed = await graph.data(reseller, HOLD, input=asked())
    async with acts.work() as uow:
        await publish_anew(uow.session, world.cruise, customer_types=["ELDERLY"])
    unpriced = await graph.data(reseller, HOLD, input=asked())

    assert (mixed["__typename"], mixed["expected"], mixed["found"]) == ("CurrencyMismatch", "HKD", "EUR")
    assert (closed["__typename"], closed["productId"]) == ("SalesClosed", "106")
    assert (unpriced["__typename"], unpriced["productId"], unpriced["customerType"]) == (
        "NotPriced",
        "106",
        "ADULT",
    )


async def test_a_full_quota_is_a_member(graph, acts, world, reseller):
    async with acts.work() as uow:
        await uow.session.execute(update(models.ResellerProfile).values(open_hold_cap=5))

    refused = await graph.data(reseller, HOLD, input=asked(adult(6)))

    assert (refused["__typename"], refused["requested"], refused["openUnits"], refused["cap"]) == (
        "HoldQuotaExceeded",
        6,
        0,
        5,
    )


async def test_a_repeated_key_answers_as_before_and_another_request_is_refused(graph, world, reseller):
    first = await graph.data(reseller, HOLD, input=asked(idempotencyKey="k-1"))

    again = await graph.data(reseller, HOLD, input=asked(idempotencyKey="k-1"))
    refused = await graph.data(reseller, HOLD, input=asked(adult(2), idempotencyKey="k-1"))

    assert again == first
    assert (refused["__typename"], refused["idempotencyKey"]) == ("IdempotencyConflict", "k-1")


async def test_a_hold_is_extended(graph, acts, world, reseller):
    hold = await acts.hold(reseller, minutes=60)
    acts.later(30 * MINUTE)

    extended = await graph.data(reseller, EXTEND, id=global_id("Reservation", hold.id), minutes=60)

    assert extended == {"__typename": "Reservation", "expiresAt": "2026-11-18T09:30:00.000Z", "sequence": 2}


async def test_a_second_extension_of_a_direct_hold_is_refused(graph, acts, world, owner):
    hold = await acts.hold(owner)
    await acts.extend(owner, hold, 30)

    refused = await graph.data(owner, EXTEND, id=global_id("Reservation", hold.id), minutes=30)

    assert refused == {
        "__typename": "ExtensionUsed",
        "code": "EXTENSION_USED",
        "message": "A hold of this channel can be extended 1 time(s).",
        "max": 1,
    }


async def test_activation_answers_the_booking_with_its_tickets(graph, acts, world, reseller):
    hold = await acts.hold(reseller, line(2))

    booking = await graph.data(reseller, ACTIVATE, input=sale(hold))
    again = await graph.data(reseller, ACTIVATE, input=sale(hold))

    assert booking["id"].startswith("bkg_")
    assert (booking["__typename"], booking["total"]) == ("Booking", {"amount": "576.00"})
    assert booking["tickets"] == [{"status": "ISSUED", "customerType": "ADULT"}] * 2
    assert again == booking


async def test_bad_customer_details_are_named_one_by_one(graph, acts, world, reseller):
    hold = await acts.hold(reseller)

    refused = await graph.data(
        reseller, ACTIVATE, input=sale(hold, customerDetails={"name": " ", "email": "x", "phone": "1"})
    )

    assert refused["__typename"] == "InvalidCustomer"
    assert refused["fields"] == [
        {"field": "name", "problem": "must have 1 to 200 printable characters"},
        {"field": "email", "problem": "is not an e-mail address"},
        {"field": "phone", "problem": "is not a phone number of 6 to 15 digits"},
    ]


async def test_the_three_ends_refuse_activation_each_in_its_own_words(graph, acts, world, reseller):
    sold, cancelled, expired = [await acts.hold(reseller, minutes=60) for _ in range(3)]
    booking = await acts.activate(reseller, sold)
    await acts.cancel(reseller, cancelled)
    acts.later(HOUR)

    answers = [
        await graph.data(reseller, ACTIVATE, input=sale(each, paymentReference="pay-2"))
        for each in (sold, cancelled, expired)
    ]

    assert answers == [
        {
            "__typename": "AlreadyActivated",
            "code": "ALREADY_ACTIVATED",
            "message": "The reservation was activated before.",
            "hint": None,
            "orderId": global_id("Booking", booking.id),
        },
        {
            "__typename": "ReservationCancelled",
            "code": "RESERVATION_CANCELLED",
            "message": "The reservation was cancelled at 2026-11-18T08:00:00Z.",
            "hint": None,
            "cancelledAt": "2026-11-18T08:00:00.000Z",
        },
        {
            "__typename": "ReservationExpired",
            "code": "RESERVATION_EXPIRED",
            "message": "The reservation expired at 2026-11-18T09:00:00Z.",
            "hint": "Hold the units again.",
            "expiredAt": "2026-11-18T09:00:00.000Z",
        },
    ]


async def test_cancelling_answers_the_ended_hold(graph, acts, world, reseller):
    hold, sold = await acts.hold(reseller), await acts.hold(reseller)
    booking = await acts.activate(reseller, sold)

    cancelled = await graph.data(reseller, CANCEL, id=global_id("Reservation", hold.id))
    refused = await graph.data(reseller, CANCEL, id=global_id("Reservation", sold.id))

    assert cancelled == {
        "__typename": "Reservation",
        "status": "CANCELLED",
        "endedAt": "2026-11-18T08:00:00.000Z",
    }
    assert (refused["__typename"], refused["orderId"]) == (
        "AlreadyActivated",
        global_id("Booking", booking.id),
    )


@pytest.mark.parametrize("reservation_id", ["", "garbage", "bkg_" + "0" * 32, "rsv_" + "0" * 32, "x" * 9999])
async def test_an_id_of_no_reservation_is_not_found(graph, world, reseller, reservation_id):
    extended = await graph.data(reseller, EXTEND, id=reservation_id, minutes=1)
    cancelled = await graph.data(reseller, CANCEL, id=reservation_id)

    assert (extended["code"], cancelled["code"]) == ("NOT_FOUND", "NOT_FOUND")
    assert await graph.data(reseller, ONE, id=reservation_id) is None
