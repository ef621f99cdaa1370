"""The doors a sale can go through: REST, registered GraphQL operations, and the operator's own GraphQL.

All three take the same calls and give the same answers, which is the point of the demo.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Protocol

from server.announcement import Announcement
from server.demo.calls import Answer, Caller, Json
from server.settings import ROOT

OPERATIONS = ROOT / "operations"


class UnexpectedAnswerError(Exception):
    """The platform said something no rule of the day allows."""


@dataclass(frozen=True, slots=True)
class Held:
    """A hold that was taken, with what it will cost."""

    reservation_id: str
    total: Decimal


@dataclass(frozen=True, slots=True)
class Refused:
    """A hold that was refused; `code` is empty where the door does not say it."""

    code: str


@dataclass(frozen=True, slots=True)
class Units:
    """One line of a hold."""

    sku: str
    customer_type: str
    quantity: int
    day: date


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom an order is for."""

    name: str
    email: str
    phone: str


class Door(Protocol):
    """What a seller does, whatever the protocol. Writes may be repeated: they carry their key."""

    name: str

    async def available(self, sku: str, day: date) -> int: ...

    async def hold(
        self, lines: Sequence[Units], *, minutes: int | None, reference: str, key: str
    ) -> Held | Refused: ...

    async def activate(self, held: Held, guest: Guest, *, payment: str, key: str) -> Decimal:
        """Turn the hold into an order and return what it cost."""
        ...

    async def cancel(self, held: Held) -> None: ...


class RestDoor:
    """The brief's REST contract."""

    name = "REST"

    def __init__(self, caller: Caller, said: Announcement) -> None:
        self._caller = caller
        self._rest = said["rest"]

    async def available(self, sku: str, day: date) -> int:
        params = {"product_id": sku, "date": day.isoformat()}
        answer = await self._caller.call("GET", f"{self._rest}/inventory", params=params)
        return _only(_expect(answer, HTTPStatus.OK)["products"])

    async def hold(
        self, lines: Sequence[Units], *, minutes: int | None, reference: str, key: str
    ) -> Held | Refused:
        body: Json = {
            "lines": [
                {
                    "product_id": line.sku,
                    "quantity": line.quantity,
                    "customer_type": line.customer_type,
                    "date": line.day.isoformat(),
                }
                for line in lines
            ],
            "reference": reference,
        }
        if minutes is not None:
            body["hold_minutes"] = minutes
        answer = await self._caller.call("POST", f"{self._rest}/reserve", json=body, idempotency_key=key)
        if answer.status == HTTPStatus.CONFLICT:
            return Refused(answer.body["code"])
        made = _expect(answer, HTTPStatus.CREATED)
        return Held(made["reservation_id"], Decimal(made["total_amount"]))

    async def activate(self, held: Held, guest: Guest, *, payment: str, key: str) -> Decimal:
        body = {
            "customer_details": {"name": guest.name, "email": guest.email, "phone": guest.phone},
            "payment_reference": payment,
        }
        url = f"{self._rest}/reservations/{held.reservation_id}/activate"
        answer = await self._caller.call("POST", url, json=body, idempotency_key=key)
        return Decimal(_expect(answer, HTTPStatus.CREATED)["total_amount"])

    async def cancel(self, held: Held) -> None:
        answer = await self._caller.call("DELETE", f"{self._rest}/reservations/{held.reservation_id}")
        _expect(answer, HTTPStatus.NO_CONTENT)


class RegisteredDoor:
    """Registered GraphQL operations, called by id: what an API key may run."""

    name = "GraphQL"

    def __init__(self, caller: Caller, said: Announcement) -> None:
        self._caller = caller
        self._graphql = said["graphql"]

    async def available(self, sku: str, day: date) -> int:
        data = await self._run("inventory", product_id=[sku], date=day.isoformat())
        return _only(data["inventory"]["products"])

    async def hold(
        self, lines: Sequence[Units], *, minutes: int | None, reference: str, key: str
    ) -> Held | Refused:
        data = await self._run(
            "reserve", lines=_inputs(lines), hold_minutes=minutes, reference=reference, idempotency_key=key
        )
        made = data["createReservation"]
        if "reservation_id" not in made:
            return Refused(made.get("code", ""))
        return Held(made["reservation_id"], Decimal(made["total"]["total_amount"]))

    async def activate(self, held: Held, guest: Guest, *, payment: str, key: str) -> Decimal:
        data = await self._run(
            "activate_reservation",
            id=held.reservation_id,
            customer_details=_details(guest),
            payment_reference=payment,
            idempotency_key=key,
        )
        made = data["activateReservation"]
        if "order_id" not in made:
            raise UnexpectedAnswerError(f"activating {held.reservation_id}: {made}")
        return Decimal(made["total"]["total_amount"])

    async def cancel(self, held: Held) -> None:
        data = await self._run("cancel_reservation", id=held.reservation_id)
        if data["cancelReservation"].get("status") != "CANCELLED":
            raise UnexpectedAnswerError(f"cancelling {held.reservation_id}: {data['cancelReservation']}")

    async def _run(self, operation: str, **variables: object) -> Json:
        return await self._caller.graph(
            self._graphql, {"id": registered_id(operation), "variables": variables}
        )


class OperatorDoor:
    """The operator's own people, with GraphQL texts of their own; they sell on channel DIRECT."""

    name = "GraphQL (operator)"

    def __init__(self, caller: Caller, said: Announcement) -> None:
        self._caller = caller
        self._graphql = said["graphql"]

    async def available(self, sku: str, day: date) -> int:
        data = await self.ask(
            "query Availability($sku: String!, $day: Date) {"
            " inventory(productIds: [$sku], date: $day, channel: DIRECT)"
            " { nodes { allocated held sold available } } }",
            sku=sku,
            day=day.isoformat(),
        )
        return _only(data["inventory"]["nodes"])

    async def hold(
        self, lines: Sequence[Units], *, minutes: int | None, reference: str, key: str
    ) -> Held | Refused:
        data = await self.ask(
            "mutation Hold($input: CreateReservationInput!) { createReservation(input: $input) {"
            " ... on Refusal { code } ... on Reservation { id total { amount } } } }",
            input={
                "lines": _inputs(lines),
                "holdMinutes": minutes,
                "reference": reference,
                "idempotencyKey": key,
            },
        )
        made = data["createReservation"]
        return Refused(made["code"]) if "code" in made else Held(made["id"], Decimal(made["total"]["amount"]))

    async def activate(self, held: Held, guest: Guest, *, payment: str, key: str) -> Decimal:
        data = await self.ask(
            "mutation Activate($input: ActivateReservationInput!) { activateReservation(input: $input) {"
            " ... on Refusal { code } ... on Booking { id total { amount } tickets { ticketCode } } } }",
            input={
                "id": held.reservation_id,
                "customerDetails": _details(guest),
                "paymentReference": payment,
                "idempotencyKey": key,
            },
        )
        made = data["activateReservation"]
        if "id" not in made:
            raise UnexpectedAnswerError(f"activating {held.reservation_id}: {made}")
        return Decimal(made["total"]["amount"])

    async def cancel(self, held: Held) -> None:
        data = await self.ask(
            "mutation Cancel($id: ID!) { cancelReservation(input: {id: $id}) {"
            " ... on Refusal { code } ... on Reservation { status } } }",
            id=held.reservation_id,
        )
        if data["cancelReservation"].get("status") != "CANCELLED":
            raise UnexpectedAnswerError(f"cancelling {held.reservation_id}: {data['cancelReservation']}")

    async def ask(self, text: str, **variables: object) -> Json:
        """Run a text of ours."""
        return await self._caller.graph(self._graphql, {"query": text, "variables": variables})


def registered_id(operation: str, *, audience: str = "ota") -> str:
    """Return the id of a registered operation: the digest of its text, as a client ships it."""
    return sha256((OPERATIONS / audience / f"{operation}.graphql").read_bytes()).hexdigest()


def _expect(answer: Answer, status: HTTPStatus) -> Any:
    if answer.status != status:
        raise UnexpectedAnswerError(f"{answer.status} instead of {status}: {answer.body}")
    return answer.body


def _only(pools: Sequence[Json]) -> int:
    """Return what is available in the one pool there is, after checking that its numbers hold together."""
    if len(pools) != 1:
        raise UnexpectedAnswerError(f"{len(pools)} pools instead of one: {pools}")
    pool = pools[0]
    if pool["available"] != pool["allocated"] - pool["held"] - pool["sold"] or pool["available"] < 0:
        raise UnexpectedAnswerError(f"the pool's numbers do not hold together: {pool}")
    return int(pool["available"])


def _inputs(lines: Sequence[Units]) -> list[Json]:
    return [
        {
            "productId": line.sku,
            "quantity": line.quantity,
            "customerType": line.customer_type,
            "date": line.day.isoformat(),
        }
        for line in lines
    ]


def _details(guest: Guest) -> Json:
    return {"name": guest.name, "email": guest.email, "phone": guest.phone}
