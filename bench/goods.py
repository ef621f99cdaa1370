"""What the bench sells: one product for everybody, and many for the load that is spread."""

import asyncio

import httpx2

from server.announcement import Announcement
from server.demo.calls import Caller, Tally
from server.demo.doors import OperatorDoor
from server.samples import OPERATOR

HOT = "BENCH-HOT"
SPREAD = tuple(f"BENCH-{number:02}" for number in range(1, 33))
LAST = "BENCH-LAST"
"""Few units, which everybody wants at once."""
PLENTY = 100_000_000
LAST_UNITS = 5_000
OPERATOR_EMAIL = "owner@victoria.example"

PARTNERS = "{ viewer { partners { id name } } }"
CREATE = (
    "mutation Create($input: CreatePackageInput!) { createPackage(input: $input) {"
    " __typename ... on Refusal { code message } } }"
)
ALLOT = (
    "mutation Allot($input: SetAllotmentInput!) { setAllotment(input: $input) {"
    " __typename ... on Refusal { code message } } }"
)


class NotForSaleError(Exception):
    """The platform would not take what is to be sold; the message is its answer."""


async def put_on_sale(said: Announcement) -> None:
    """Create the products with their allotments, as the operator of the sample world."""
    token = next(user["token"] for user in said["credentials"]["users"] if user["email"] == OPERATOR_EMAIL)
    async with httpx2.AsyncClient(timeout=30) as http:
        operator = OperatorDoor(Caller(http, token, Tally(), asyncio.Semaphore(1)), said)
        partners = (await operator.ask(PARTNERS))["viewer"]["partners"]
        partner_id = next(partner["id"] for partner in partners if partner["name"] == OPERATOR)
        for sku in (HOT, *SPREAD, LAST):
            units = LAST_UNITS if sku == LAST else PLENTY
            made = (await operator.ask(CREATE, input=_package(sku, partner_id)))["createPackage"]
            allotment = {"productId": sku, "channel": "OTA", "units": units}
            allotted = (await operator.ask(ALLOT, input=allotment))["setAllotment"]
            for answer in (made, allotted):
                if "code" in answer:
                    raise NotForSaleError(str(answer))


def _package(sku: str, partner_id: str) -> dict[str, object]:
    """Return a product with a price table and two entitlements, as real ones have."""
    return {
        "partnerId": partner_id,
        "sku": sku,
        "names": [{"locale": "en", "text": f"Bench {sku}"}],
        "currency": "HKD",
        "timeZone": "Asia/Hong_Kong",
        "items": [
            {"kind": "TRANSPORT", "functionCode": "BOARDING", "label": "Boarding", "quantity": 1},
            {"kind": "EXTRA", "functionCode": "GIFT", "label": "Gift", "quantity": 1},
        ],
        "priceRules": [
            {
                "rank": 10,
                "code": "CHILD",
                "label": "Child",
                "effect": "SET",
                "amount": "188.00",
                "customerTypes": ["CHILD"],
                "isFinal": True,
            },
            {"rank": 20, "code": "BASE", "label": "Adult", "effect": "SET", "amount": "288.00"},
            {
                "rank": 30,
                "code": "WEEKEND",
                "label": "Weekend",
                "effect": "ADD",
                "amount": "30.00",
                "weekdays": [6, 7],
            },
        ],
    }
