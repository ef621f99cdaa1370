"""The integrator's own system: what it calls, with one key, one call after the other.

Refused with 429, it says nothing until the time is over that it was told (`Caller`); nothing else of it calls meanwhile.
"""

import asyncio
import datetime as dt
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from server.demo.calls import Answer, Caller, Json
from server.demo.doors import UnexpectedAnswerError, registered_id

SHORTEST_HOLD_MINUTES = 1
BETWEEN_CALLS = 1.0


@dataclass(frozen=True, slots=True)
class Offer:
    """A product as the inventory shows it."""

    sku: str
    available: int


class Shop:
    """Sells on the platform's REST contract, and once over GraphQL."""

    def __init__(self, caller: Caller, *, rest: str, graphql: str) -> None:
        self._caller = caller
        self._rest = rest
        self._graphql = graphql

    async def offers(self) -> list[Offer]:
        """Return what can be sold now."""
        answer = await self._expect(HTTPStatus.OK, "GET", "/inventory")
        return [Offer(each["product_id"], each["available"]) for each in answer["products"]]

    async def hold(self, sku: str, *, key: str, minutes: int | None = None) -> Json:
        """Hold one unit."""
        made: Json = await self._expect(
            HTTPStatus.CREATED, "POST", "/reserve", json=_demand(sku, minutes), key=key
        )
        return made

    async def hold_what_is_not_there(self, sku: str) -> None:
        """Ask for a unit of a product that is sold out; take no for an answer."""
        problem = await self._expect(
            HTTPStatus.CONFLICT, "POST", "/reserve", json=_demand(sku, None), key=new_key()
        )
        _check(problem, "INSUFFICIENT_INVENTORY")

    async def extend(self, reservation_id: str) -> None:
        """Let a hold live for two hours more; over GraphQL, by the id of the registered operation."""
        variables = {"id": reservation_id, "hold_minutes": 120, "idempotency_key": new_key()}
        request = {"id": registered_id("extend_reservation"), "variables": variables}
        data = await self._caller.graph(self._graphql, request)
        if "reservation_id" not in data["extendReservation"]:
            raise UnexpectedAnswerError(f"extending {reservation_id}: {data['extendReservation']}")

    async def activate(self, reservation_id: str) -> None:
        """Turn a hold into an order."""
        await self._activate(reservation_id, HTTPStatus.CREATED)

    async def meet_expiry(self, reservation_id: str, expires_at: str) -> None:
        """Try to sell a hold once it has run out; take no for an answer."""
        left = dt.datetime.fromisoformat(expires_at) - dt.datetime.now(dt.UTC)
        await asyncio.sleep(max(left.total_seconds(), 0) + BETWEEN_CALLS)
        _check(await self._activate(reservation_id, HTTPStatus.CONFLICT), "RESERVATION_EXPIRED")

    async def cancel(self, reservation_id: str) -> None:
        """End a hold."""
        await self._expect(HTTPStatus.NO_CONTENT, "DELETE", f"/reservations/{reservation_id}")

    async def hear_at(self, url: str) -> str:
        """Make a webhook endpoint; return its secret."""
        wish = {"url": url, "event_types": ["BOOKING_CONFIRMED", "RESERVATION_EXPIRED"]}
        made = await self._expect(HTTPStatus.CREATED, "POST", "/webhooks", json=wish, key=new_key())
        return str(made["secret"])

    async def certify(self) -> str:
        """Start a run of the certification; return its id."""
        made = await self._expect(HTTPStatus.CREATED, "POST", "/certifications", key=new_key())
        return str(made["certification_id"])

    async def _activate(self, reservation_id: str, status: HTTPStatus) -> Any:
        body = {
            "customer_details": {"name": "Mei Wong", "email": "mei@example.com", "phone": "+852 1234 5678"},
            "payment_reference": f"pay-{reservation_id}",
        }
        return await self._expect(
            status, "POST", f"/reservations/{reservation_id}/activate", json=body, key=new_key()
        )

    async def _expect(
        self, status: HTTPStatus, method: str, path: str, *, json: object = None, key: str | None = None
    ) -> Any:
        if json is None and method == "POST":
            json = {}
        answer: Answer = await self._caller.call(method, self._rest + path, json=json, idempotency_key=key)
        if answer.status != status:
            raise UnexpectedAnswerError(
                f"{method} {path}: {answer.status} instead of {status.value}: {answer.body}"
            )
        return answer.body


def new_key() -> str:
    """Make an idempotency key."""
    return secrets.token_urlsafe(12)


def _demand(sku: str, minutes: int | None) -> Json:
    body: Json = {"lines": [{"product_id": sku, "quantity": 1, "customer_type": "ADULT"}]}
    return body if minutes is None else {**body, "hold_minutes": minutes}


def _check(problem: Json, code: str) -> None:
    if problem["code"] != code:
        raise UnexpectedAnswerError(f"{problem['code']} instead of {code}: {problem}")
