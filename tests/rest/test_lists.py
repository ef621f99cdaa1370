"""Inventory and lists over REST: pages, filters, counts."""

import pytest

from tests.rest.test_reservations import ADULTS, CHILD, activate, hold

pytestmark = pytest.mark.anyio


async def test_the_inventory_has_exactly_the_members_of_the_contract(rest):
    await hold(rest, {**ADULTS, "quantity": 60})

    answer = await rest.get("/api/ota/inventory", params={"product_id": "106"})

    assert answer.status_code == 200
    assert answer.json() == {
        "products": [
            {
                "product_id": "106",
                "name": "Harbour Cruise",
                "date": None,
                "channel": "OTA",
                "allocated": 100,
                "held": 60,
                "sold": 0,
                "available": 40,
                "status": "LIMITED",
                "currency": "HKD",
            }
        ],
        "next": None,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["106", "107"]),
        ("product_id=107", ["107"]),
        ("product_id=106&product_id=107", ["106", "107"]),
        ("product_id=999", []),
        ("date=2026-12-24", ["106", "107"]),
        ("date=2026-12-24&product_id=106", ["106"]),
    ],
)
async def test_the_inventory_is_filtered_by_products_and_a_day(rest, query, found):
    answer = await rest.get(f"/api/ota/inventory?{query}")

    assert [each["product_id"] for each in answer.json()["products"]] == found


async def test_names_come_in_the_language_asked_for(rest):
    answer = await rest.get("/api/ota/inventory?product_id=106&locale=it")

    assert answer.json()["products"][0]["name"] == "Crociera nel porto"


async def test_an_explanation_shows_the_pool_and_its_next_expiry(rest):
    await hold(rest, hold_minutes=60)

    answer = await rest.get("/api/ota/inventory/106/explanation")

    assert answer.status_code == 200
    assert answer.json() == {
        "product_id": "106",
        "date": None,
        "channel": "OTA",
        "allocated": 100,
        "held": 2,
        "sold": 0,
        "available": 98,
        "status": "AVAILABLE",
        "next_expiry": "2026-11-18T09:00:00.000Z",
        "sequence": 2,
    }


async def test_an_explanation_of_nothing_is_404(rest):
    answer = await rest.get("/api/ota/inventory/999/explanation")

    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no pool with the id '999'.")


async def test_reservations_are_paged_newest_first_with_their_count(rest):
    made = [(await hold(rest))["reservation_id"] for _ in range(3)]

    first = (await rest.get("/api/ota/reservations?limit=2")).json()
    last = (await rest.get("/api/ota/reservations", params={"limit": 2, "after": first["next"]})).json()

    assert [each["reservation_id"] for each in first["reservations"]] == [made[2], made[1]]
    assert [each["reservation_id"] for each in last["reservations"]] == [made[0]]
    assert (first["total_count"], last["total_count"], last["next"]) == (3, 3, None)


async def test_reservations_are_filtered_by_status(rest):
    held, cancelled = await hold(rest), await hold(rest, CHILD)
    await rest.delete(f"/api/ota/reservations/{cancelled['reservation_id']}")

    answer = await rest.get("/api/ota/reservations?status=ACTIVE")

    assert answer.json() == {"reservations": [held], "total_count": 1, "next": None}


async def test_a_reseller_lists_its_own_only(rest, doors):
    held = await hold(rest)
    await activate(rest, held["reservation_id"])

    async with doors.client("rival") as rival:
        reservations = (await rival.get("/api/ota/reservations")).json()
        orders = (await rival.get("/api/ota/orders")).json()

    assert reservations == {"reservations": [], "total_count": 0, "next": None}
    assert orders == {"orders": [], "total_count": 0, "next": None}


async def test_orders_are_paged_with_their_count(rest):
    made = []
    for _ in range(2):
        held = await hold(rest)
        made.append((await activate(rest, held["reservation_id"])).json())

    first = (await rest.get("/api/ota/orders?limit=1")).json()
    last = (await rest.get("/api/ota/orders", params={"limit": 1, "after": first["next"]})).json()

    assert first["orders"] == [
        {
            "order_id": made[1]["order_id"],
            "confirmation_code": made[1]["confirmation_code"],
            "payment_reference": "pay-1",
            "created_at": "2026-11-18T08:00:00.000Z",
            "total_amount": "576.00",
            "currency": "HKD",
        }
    ]
    assert [each["order_id"] for each in last["orders"]] == [made[0]["order_id"]]
    assert (first["total_count"], last["next"]) == (2, None)


@pytest.mark.parametrize(
    ("query", "status", "code", "said"),
    [
        ("limit=0", 422, "INVALID_INPUT", "limit: must be an integer from 1 to 100"),
        ("limit=101", 422, "INVALID_INPUT", "limit: must be an integer from 1 to 100"),
        ("limit=ten", 422, "INVALID_INPUT", "limit: must be an integer from 1 to 100"),
        ("limit=" + "9" * 5000, 422, "INVALID_INPUT", "limit: must be an integer from 1 to 100"),
        ("limit=1&limit=2", 422, "INVALID_INPUT", "limit: must be given once"),
        ("after=nonsense", 422, "INVALID_INPUT", "after: is not a cursor of this list"),
        ("after=%00", 422, "INVALID_INPUT", "after: must not contain the character NUL"),
        (
            "status=GONE",
            422,
            "INVALID_INPUT",
            "status: must be one of ACTIVE, ACTIVATED, CANCELLED, EXPIRED",
        ),
        (
            "state=ACTIVE",
            400,
            "UNKNOWN_PARAMETER",
            "There is no query parameter 'state' here; known are: status, limit, after.",
        ),
    ],
)
async def test_a_wrong_parameter_is_named(rest, query, status, code, said):
    answer = await rest.get(f"/api/ota/reservations?{query}")

    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (status, code, said)


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-02-30", "2026-11-18T08:00:00Z"])
async def test_a_wrong_day_is_422(rest, day):
    answer = await rest.get("/api/ota/inventory", params={"date": day})

    assert (answer.status_code, answer.json()["detail"]) == (422, "date: is not a Date")


@pytest.mark.parametrize(
    "path",
    ["inventory", "reservations", "orders", "webhooks", "webhooks/whe_" + "0" * 32 + "/deliveries"],
)
async def test_the_longest_page_is_within_the_limits_of_cost(rest, path):
    answer = await rest.get(f"/api/ota/{path}?limit=100")

    assert answer.status_code == 200
