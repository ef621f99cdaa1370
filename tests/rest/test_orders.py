"""Orders and their tickets over REST."""

import pytest

from tests.rest.test_reservations import MEI, activate, hold

pytestmark = pytest.mark.anyio


async def sell(rest):
    held = await hold(rest)
    return (await activate(rest, held["reservation_id"], special_requests="Window seats")).json()


async def test_an_order_is_answered_without_personal_data_unless_asked_for(rest):
    order = await sell(rest)

    plain = await rest.get(f"/api/ota/orders/{order['order_id']}")
    full = await rest.get(f"/api/ota/orders/{order['order_id']}?include_customer=true")

    expected = {
        "order_id": order["order_id"],
        "confirmation_code": order["confirmation_code"],
        "payment_reference": "pay-1",
        "created_at": "2026-11-18T08:00:00.000Z",
        "total_amount": "576.00",
        "currency": "HKD",
        "tickets": [
            {
                "ticket_code": each["ticket_code"],
                "product_id": "106",
                "customer_type": "ADULT",
                "date": None,
                "status": "ISSUED",
            }
            for each in order["tickets"]
        ],
    }
    assert (plain.status_code, plain.json()) == (200, expected)
    assert full.json() == {
        **expected,
        "customer_name": MEI["name"],
        "customer_email": MEI["email"],
        "customer_phone": MEI["phone"],
        "special_requests": "Window seats",
    }


async def test_a_key_without_the_right_reads_the_order_but_not_the_customer(durable_doors):
    async with durable_doors.client() as rest:
        path = f"/api/ota/orders/{(await sell(rest))['order_id']}"

    async with durable_doors.client("without personal data") as discreet:
        plain = await discreet.get(path)
        full = await discreet.get(f"{path}?include_customer=true")

    assert plain.status_code == 200
    assert (full.status_code, full.json()["code"]) == (403, "FORBIDDEN")


async def test_an_orders_tickets_come_with_their_qr_codes(rest):
    order = await sell(rest)

    answer = await rest.get(f"/api/ota/orders/{order['order_id']}/tickets")

    assert (answer.status_code, answer.json()) == (200, {"tickets": order["tickets"]})


@pytest.mark.parametrize("path", ["/api/ota/orders/{}", "/api/ota/orders/{}/tickets"])
async def test_an_order_one_may_not_see_is_404(rest, doors, path):
    order = await sell(rest)

    async with doors.client("rival") as rival:
        answer = await rival.get(path.format(order["order_id"]))

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert answer.json()["detail"] == f"There is no order with the id '{order['order_id']}'."


async def test_a_ticket_is_redeemed_function_by_function_and_then_no_more(rest):
    code = (await sell(rest))["tickets"][0]["ticket_code"]
    path = f"/api/ota/tickets/{code}/redeem"

    boarding = await rest.post(path, json={"function_code": "BOARDING"})
    rest_of_it = await rest.post(path)
    nothing = await rest.post(path, json={})

    assert boarding.status_code == 200
    assert boarding.json()["status"] == "ISSUED"
    assert [each["remaining"] for each in boarding.json()["entitlements"]] == [0, 10]
    assert rest_of_it.json()["status"] == "REDEEMED"
    assert [each["remaining"] for each in rest_of_it.json()["entitlements"]] == [0, 0]
    assert (nothing.status_code, nothing.json()["code"]) == (409, "NOTHING_TO_REDEEM")
    assert (await rest.get(f"/api/ota/tickets/{code}")).json() == rest_of_it.json()


async def test_the_same_key_redeems_once(rest):
    code = (await sell(rest))["tickets"][0]["ticket_code"]
    sent = {"json": {"function_code": "PLAYGROUND"}, "headers": {"Idempotency-Key": "gate-7-1"}}

    answers = [await rest.post(f"/api/ota/tickets/{code}/redeem", **sent) for _ in range(2)]

    assert [each.json()["entitlements"][1]["remaining"] for each in answers] == [9, 9]


async def test_an_unused_ticket_is_voided_and_a_used_one_is_not(rest):
    unused, used = (each["ticket_code"] for each in (await sell(rest))["tickets"])
    await rest.post(f"/api/ota/tickets/{used}/redeem", json={"function_code": "BOARDING"})

    voided = await rest.post(f"/api/ota/tickets/{unused}/void")
    refused = await rest.post(f"/api/ota/tickets/{used}/void")
    late = await rest.post(f"/api/ota/tickets/{unused}/redeem")

    assert (voided.status_code, voided.json()["status"]) == (200, "VOID")
    assert (refused.status_code, refused.json()["code"]) == (409, "TICKET_REDEEMED")
    assert (late.status_code, late.json()["code"]) == (409, "TICKET_VOID")
    assert late.json()["voided_at"] == "2026-11-18T08:00:00.000Z"


async def test_a_rivals_ticket_is_404_on_every_call_and_stays(rest, doors):
    order = await sell(rest)
    code = order["tickets"][0]["ticket_code"]

    async with doors.client("rival") as rival:
        answers = [
            await rival.get(f"/api/ota/tickets/{code}"),
            await rival.post(f"/api/ota/tickets/{code}/redeem"),
            await rival.post(f"/api/ota/tickets/{code}/void"),
        ]

    assert [each.status_code for each in answers] == [404, 404, 404]
    assert (await rest.get(f"/api/ota/tickets/{code}")).json() == order["tickets"][0]
