"""Orders and tickets through the graph."""

from base64 import b64decode

import pytest

from domain.ids import global_id
from domain.tickets import verified_code
from tests.factories.viewers import in_test, member_of, staff
from tests.fixtures.acts import line
from tests.fixtures.graphql import KEYS

ORDERS = """
{
  orders {
    totalCount
    nodes {
      id channel reseller { name } confirmationCode customerName customerEmail customerPhone paymentReference
      specialRequests total { amount currency } currency createdAt
      tickets {
        id ticketCode product { productId } customerType date status createdAt endedAt
        entitlements { functionCode label quantity remaining }
      }
    }
  }
}
"""
ORDER = "query Order($id: ID!) { order(id: $id) { id } }"
TICKET = "query Ticket($code: String!) { ticket(code: $code) { id status qrPayload qrCode } }"
REDEEM = """
mutation Redeem($code: String!, $function: String, $key: String) {
  redeemTicket(input: {ticketCode: $code, functionCode: $function, idempotencyKey: $key}) {
    __typename
    ... on Refusal { code message }
    ... on NothingToRedeem { ticketCode functionCode }
    ... on TicketVoid { voidedAt }
    ... on Ticket { status endedAt entitlements { functionCode remaining } }
  }
}
"""
VOID = """
mutation Void($code: String!) {
  voidTicket(input: {ticketCode: $code}) {
    __typename
    ... on Refusal { code message }
    ... on TicketRedeemed { ticketCode }
    ... on Ticket { status endedAt }
  }
}
"""


@pytest.fixture
async def booking(acts, world, reseller):
    return await acts.activate(reseller, await acts.hold(reseller, line(1)), special_requests="Window")


@pytest.fixture
async def code(graph, booking, reseller):
    orders = await graph.data(reseller, "{ orders { nodes { tickets { ticketCode } } } }")
    return orders["nodes"][0]["tickets"][0]["ticketCode"]


async def test_an_order_is_told_with_customer_and_tickets(graph, world, booking, reseller, code):
    orders = await graph.data(reseller, ORDERS)

    ticket = orders["nodes"][0]["tickets"][0]
    assert ticket.pop("id").startswith("tkt_")
    assert orders == {
        "totalCount": 1,
        "nodes": [
            {
                "id": global_id("Booking", booking.id),
                "channel": "OTA",
                "reseller": {"name": "Harbour Travel"},
                "confirmationCode": booking.confirmation_code,
                "customerName": "Mei Wong",
                "customerEmail": "mei@example.com",
                "customerPhone": "+852 1234 5678",
                "paymentReference": "pay-1",
                "specialRequests": "Window",
                "total": {"amount": "288.00", "currency": "HKD"},
                "currency": "HKD",
                "createdAt": "2026-11-18T08:00:00.000Z",
                "tickets": [
                    {
                        "ticketCode": code,
                        "product": {"productId": "106"},
                        "customerType": "ADULT",
                        "date": None,
                        "status": "ISSUED",
                        "createdAt": "2026-11-18T08:00:00.000Z",
                        "endedAt": None,
                        "entitlements": [
                            {
                                "functionCode": "BOARDING",
                                "label": "Ferry boarding",
                                "quantity": 1,
                                "remaining": 1,
                            },
                            {
                                "functionCode": "PLAYGROUND",
                                "label": "Tokens",
                                "quantity": 10,
                                "remaining": 10,
                            },
                        ],
                    }
                ],
            }
        ],
    }


async def test_a_ticket_s_qr_code_is_signed_and_a_picture(graph, reseller, code):
    ticket = await graph.data(reseller, TICKET, code=code)

    assert verified_code(KEYS.qr, ticket["qrPayload"], environment="LIVE") == code
    assert b64decode(ticket["qrCode"]).startswith(b"\x89PNG\r\n\x1a\n")


async def test_an_order_and_its_tickets_are_read_by_their_seller_only(graph, booking, reseller, rival, code):
    order = global_id("Booking", booking.id)

    assert await graph.data(reseller, ORDER, id=order) == {"id": order}
    for other in (rival, in_test(reseller)):
        assert await graph.data(other, ORDER, id=order) is None
        assert await graph.data(other, TICKET, code=code) is None
        assert (await graph.data(other, ORDERS))["nodes"] == []


@pytest.mark.parametrize("order_id", ["", "garbage", "rsv_" + "0" * 32, "bkg_" + "0" * 32])
async def test_an_id_of_no_order_is_null(graph, world, reseller, order_id):
    assert await graph.data(reseller, ORDER, id=order_id) is None


async def test_a_customer_is_told_to_who_may_know(graph, acts, world, booking):
    order = global_id("Booking", booking.id)
    name = "query Name($id: ID!) { order(id: $id) { customerName } }"

    from_owner = await graph.data(member_of(world.reseller), name, id=order)
    from_staff = await graph.data(staff(), name, id=order)

    assert from_owner == from_staff == {"customerName": "Mei Wong"}


async def test_a_direct_sale_is_told_whole_to_its_maker(graph, acts, world, owner):
    await acts.activate(owner, await acts.hold(owner))

    orders = await graph.data(owner, ORDERS)

    assert [(each["channel"], each["reseller"], each["customerName"]) for each in orders["nodes"]] == [
        ("DIRECT", None, "Mei Wong")
    ]


async def test_a_ticket_is_used_up_and_then_refused(graph, reseller, code):
    once = await graph.data(reseller, REDEEM, code=code, function="PLAYGROUND")
    rest = await graph.data(reseller, REDEEM, code=code)
    refused = await graph.data(reseller, REDEEM, code=code, function="BOARDING")

    assert once == {
        "__typename": "Ticket",
        "status": "ISSUED",
        "endedAt": None,
        "entitlements": [
            {"functionCode": "BOARDING", "remaining": 1},
            {"functionCode": "PLAYGROUND", "remaining": 9},
        ],
    }
    assert rest == {
        "__typename": "Ticket",
        "status": "REDEEMED",
        "endedAt": "2026-11-18T08:00:00.000Z",
        "entitlements": [
            {"functionCode": "BOARDING", "remaining": 0},
            {"functionCode": "PLAYGROUND", "remaining": 0},
        ],
    }
    assert refused == {
        "__typename": "NothingToRedeem",
        "code": "NOTHING_TO_REDEEM",
        "message": f"Ticket {code} has no BOARDING left to redeem.",
        "ticketCode": code,
        "functionCode": "BOARDING",
    }


async def test_a_repeated_scan_counts_once(graph, reseller, code):
    first = await graph.data(reseller, REDEEM, code=code, function="PLAYGROUND", key="scan-1")

    again = await graph.data(reseller, REDEEM, code=code, function="PLAYGROUND", key="scan-1")
    refused = await graph.data(reseller, REDEEM, code=code, function="BOARDING", key="scan-1")

    assert again == first
    assert (refused["__typename"], refused["code"]) == ("IdempotencyConflict", "IDEMPOTENCY_CONFLICT")


async def test_a_voided_ticket_can_not_be_used(graph, reseller, code):
    voided = await graph.data(reseller, VOID, code=code)
    refused = await graph.data(reseller, REDEEM, code=code)

    assert voided == {"__typename": "Ticket", "status": "VOID", "endedAt": "2026-11-18T08:00:00.000Z"}
    assert (refused["__typename"], refused["voidedAt"]) == ("TicketVoid", "2026-11-18T08:00:00.000Z")


async def test_a_used_ticket_can_not_be_voided(graph, reseller, code):
    await graph.data(reseller, REDEEM, code=code, function="PLAYGROUND")

    refused = await graph.data(reseller, VOID, code=code)

    assert refused == {
        "__typename": "TicketRedeemed",
        "code": "TICKET_REDEEMED",
        "message": f"Ticket {code} was used already and can not be voided.",
        "ticketCode": code,
    }


@pytest.mark.parametrize("unknown", ["", "ABCDEFGH23456789", "é", "x" * 9999])
async def test_a_code_of_no_ticket_is_not_found(graph, world, reseller, unknown):
    redeemed = await graph.data(reseller, REDEEM, code=unknown)
    voided = await graph.data(reseller, VOID, code=unknown)

    assert (redeemed["code"], voided["code"]) == ("NOT_FOUND", "NOT_FOUND")
    assert await graph.data(reseller, TICKET, code=unknown) is None
