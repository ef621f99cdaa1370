"""Holding, extending, activating and cancelling over REST, to the letter of the contract."""

import datetime as dt

import pytest

from tests.factories.times import HOUR, MINUTE

pytestmark = pytest.mark.anyio

MEI = {"name": "Mei Wong", "email": "mei@example.com", "phone": "+852 1234 5678"}
ADULTS = {"product_id": "106", "quantity": 2, "customer_type": "ADULT"}
CHILD = {"product_id": "107", "quantity": 1, "customer_type": "CHILD", "date": "2026-11-21"}
UNKNOWN = "rsv_" + "0" * 32


async def hold(rest, *lines, **members):
    answer = await rest.post("/api/ota/reserve", json={"lines": lines or [ADULTS], **members})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def activate(rest, reservation_id, payment_reference="pay-1", **members):
    body = {"customer_details": MEI, "payment_reference": payment_reference, **members}
    return await rest.post(f"/api/ota/reservations/{reservation_id}/activate", json=body)


async def test_a_hold_is_answered_201_with_its_quote(rest):
    answer = await rest.post(
        "/api/ota/reserve", json={"lines": [ADULTS, CHILD], "hold_minutes": 60, "reference": "r-1"}
    )

    assert answer.status_code == 201
    held = answer.json()
    reservation_id = held.pop("reservation_id")
    assert answer.headers["location"] == f"/api/ota/reservations/{reservation_id}"
    assert answer.headers["cache-control"] == "no-store"
    assert held == {
        "status": "ACTIVE",
        "expires_at": "2026-11-18T09:00:00.000Z",
        "created_at": "2026-11-18T08:00:00.000Z",
        "reference": "r-1",
        "lines": [
            {
                "product_id": "106",
                "quantity": 2,
                "customer_type": "ADULT",
                "date": None,
                "unit_amount": "288.00",
                "amount": "576.00",
                "rules": [{"code": "BASE", "label": "Base", "amount": "288.00"}],
            },
            {
                "product_id": "107",
                "quantity": 1,
                "customer_type": "CHILD",
                "date": "2026-11-21",
                "unit_amount": "188.00",
                "amount": "188.00",
                "rules": [{"code": "CONCESSION", "label": "Concession", "amount": "188.00"}],
            },
        ],
        "total_amount": "764.00",
        "currency": "HKD",
    }


async def test_a_hold_lives_a_day_when_nothing_shorter_is_asked_for(rest):
    held = await hold(rest, hold_minutes=None)

    assert held["expires_at"] == "2026-11-19T08:00:00.000Z"


async def test_a_product_id_may_be_a_number_and_is_always_answered_as_text(rest):
    held = await hold(rest, {**ADULTS, "product_id": 106})

    assert held["lines"][0]["product_id"] == "106"


async def test_too_few_units_are_409_with_the_numbers(rest):
    answer = await rest.post(
        "/api/ota/reserve", json={"lines": [{**ADULTS, "product_id": "107", "quantity": 41}]}
    )

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem.pop("request_id").startswith("req_")
    assert problem == {
        "type": "https://api.interline.example/docs/errors#insufficient-inventory",
        "title": "Insufficient inventory",
        "status": 409,
        "detail": "Only 40 of the 41 units of 107 are available.",
        "instance": "/api/ota/reserve",
        "code": "INSUFFICIENT_INVENTORY",
        "hint": "Ask for fewer units, another date, or come back when holds run out.",
        "product_id": "107",
        "date": None,
        "requested": 41,
        "available": 40,
    }


async def test_more_than_100_units_are_422(rest):
    answer = await rest.post("/api/ota/reserve", json={"lines": [{**ADULTS, "quantity": 101}]})

    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["max"]) == ("UNIT_LIMIT_EXCEEDED", 100)


async def test_an_unknown_product_is_404(rest):
    answer = await rest.post("/api/ota/reserve", json={"lines": [{**ADULTS, "product_id": "999"}]})

    assert answer.status_code == 404
    assert (answer.json()["noun"], answer.json()["id"]) == ("product", "999")


async def test_a_key_repeats_the_first_answer_and_refuses_another_request(rest):
    key = {"Idempotency-Key": "order-4711"}
    first = await rest.post("/api/ota/reserve", json={"lines": [ADULTS]}, headers=key)
    again = await rest.post("/api/ota/reserve", json={"lines": [ADULTS]}, headers=key)
    other = await rest.post("/api/ota/reserve", json={"lines": [CHILD]}, headers=key)

    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert other.json()["idempotency_key"] == "order-4711"


async def test_a_hold_is_read_back_as_it_was_answered(rest):
    held = await hold(rest)

    answer = await rest.get(f"/api/ota/reservations/{held['reservation_id']}")

    assert (answer.status_code, answer.json()) == (200, held)


@pytest.mark.parametrize("reservation_id", [UNKNOWN, "rsv_1", "bkg_" + "0" * 32, "%00", "x y"])
async def test_what_is_not_there_is_404(rest, reservation_id):
    answer = await rest.get(f"/api/ota/reservations/{reservation_id}")

    assert (answer.status_code, answer.json()["code"]) in {(404, "NOT_FOUND"), (422, "INVALID_INPUT")}
    assert answer.status_code == (422 if reservation_id == "%00" else 404)


async def test_another_resellers_hold_is_404_and_stays(rest, doors):
    held = await hold(rest)
    path = f"/api/ota/reservations/{held['reservation_id']}"
    for stranger in ("rival", "reseller in test"):
        async with doors.client(stranger) as other:
            assert (await other.get(path)).status_code == 404
            assert (await other.delete(path)).status_code == 404
            assert (await other.post(f"{path}/extend", json={"hold_minutes": 5})).status_code == 404
            assert (await activate(other, held["reservation_id"])).status_code == 404

    assert (await rest.get(path)).json() == held


async def test_an_extension_answers_the_reservation(rest, doors):
    held = await hold(rest, hold_minutes=10)
    doors.acts.later(5 * MINUTE)

    answer = await rest.post(
        f"/api/ota/reservations/{held['reservation_id']}/extend", json={"hold_minutes": 60}
    )

    assert (answer.status_code, answer.json()) == (200, {**held, "expires_at": "2026-11-18T09:05:00.000Z"})


async def test_an_activation_is_201_with_tickets(rest):
    held = await hold(rest)

    answer = await activate(rest, held["reservation_id"], special_requests="Window seats")

    assert answer.status_code == 201
    order = answer.json()
    assert set(order) == {"order_id", "tickets", "total_amount", "currency", "confirmation_code"}
    assert answer.headers["location"] == f"/api/ota/orders/{order['order_id']}"
    assert (order["total_amount"], order["currency"]) == ("576.00", "HKD")
    assert len(order["confirmation_code"]) == 8
    assert len(order["tickets"]) == 2
    for ticket in order["tickets"]:
        assert set(ticket) == {"ticket_code", "qr_code", "entitlements", "status"}
        assert ticket["qr_code"].startswith("iVBORw0KGgo")
        assert ticket["status"] == "ISSUED"
        assert ticket["entitlements"] == [
            {"function_code": "BOARDING", "label": "Ferry boarding", "quantity": 1, "remaining": 1},
            {"function_code": "PLAYGROUND", "label": "Tokens", "quantity": 10, "remaining": 10},
        ]


async def test_the_same_payment_answers_the_same_order_and_another_one_409(rest):
    held = await hold(rest)
    first = await activate(rest, held["reservation_id"])
    again = await activate(rest, held["reservation_id"])
    other = await activate(rest, held["reservation_id"], "pay-2")

    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["code"]) == (409, "ALREADY_ACTIVATED")
    assert other.json()["order_id"] == first.json()["order_id"]


async def test_an_expired_hold_is_409_with_the_time(rest, doors):
    held = await hold(rest, hold_minutes=60)
    doors.acts.later(HOUR + dt.timedelta(seconds=1))

    answer = await activate(rest, held["reservation_id"])

    assert (answer.status_code, answer.json()["code"]) == (409, "RESERVATION_EXPIRED")
    assert answer.json()["expired_at"] == "2026-11-18T09:00:00.000Z"


async def test_bad_customer_details_are_422_with_every_field(rest):
    held = await hold(rest)
    body = {"customer_details": {"name": "", "email": "mei", "phone": "1"}, "payment_reference": "pay-1"}

    answer = await rest.post(f"/api/ota/reservations/{held['reservation_id']}/activate", json=body)

    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_CUSTOMER")
    assert answer.json()["fields"] == [
        {"field": "name", "problem": "must have 1 to 200 printable characters"},
        {"field": "email", "problem": "is not an e-mail address"},
        {"field": "phone", "problem": "is not a phone number of 6 to 15 digits"},
    ]


async def test_a_cancellation_is_204_twice_and_frees_the_units(rest):
    held = await hold(rest)
    path = f"/api/ota/reservations/{held['reservation_id']}"

    answers = [await rest.delete(path), await rest.delete(path)]

    assert [(each.status_code, each.content) for each in answers] == [(204, b""), (204, b"")]
    assert (await rest.get(path)).json()["status"] == "CANCELLED"
    assert (await rest.get("/api/ota/inventory?product_id=106")).json()["products"][0]["held"] == 0


async def test_an_activated_reservation_cannot_be_cancelled(rest):
    held = await hold(rest)
    order = (await activate(rest, held["reservation_id"])).json()

    answer = await rest.delete(f"/api/ota/reservations/{held['reservation_id']}")

    assert (answer.status_code, answer.json()["code"]) == (409, "ALREADY_ACTIVATED")
    assert answer.json()["order_id"] == order["order_id"]
