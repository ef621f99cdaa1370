"""Holding, extending, activating and cancelling over REST, to the letter of the contract."""

import pytest

pytestmark = pytest.mark.anyio

MEI = {"name": "Mei Wong", "email": "mei@example.com", "phone": "+852 1234 5678"}
ADULTS = {"product_id": "106", "quantity": 2, "customer_type": "ADULT"}


async def test_a_hold_is_answered_201_with_its_quote(rest):
    answer = await rest.post(
        "/api/ota/reserve", json={"lines": [ADULTS], "hold_minutes": 60, "reference": "r-1"}
    )

    assert answer.status_code == 201
    held = answer.json()
    reservation_id = held.pop("reservation_id")
    assert answer.headers["location"] == f"/api/ota/reservations/{reservation_id}"
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
            }
        ],
        "total_amount": "576.00",
        "currency": "HKD",
    }
