"""The buyers, in a process of their own: `python -m bench.buyers` reads one order as JSON, answers with what they saw.

A closed loop of guests: each connection asks for a price, buys at that price with a card, and begins anew. Nobody
waits for the sale to be settled: how many were is counted in the database.
"""

import asyncio
import itertools
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from bench.http1 import Connection, ProtocolError, request
from bench.load import OK, Seen, cpu_seconds, summary

CARD = "pm_card_visa"
PARTIES: Sequence[list[dict[str, Any]]] = (
    [{"customerType": "ADULT", "quantity": 2}],
    [{"customerType": "ADULT", "quantity": 1}],
    [{"customerType": "ADULT", "quantity": 2}, {"customerType": "CHILD", "quantity": 1}],
)
TRIES = 20
"""Of one call whose answer was lost: the same again, by its key."""
REST = 0.25


@dataclass(frozen=True, slots=True)
class BuyersOrder:
    """What the buyers are asked to do."""

    host: str
    port: int
    operation_ids: dict[str, str]
    """What everybody may run, by name: `quote_package`, `checkout_package`."""
    package_id: str
    coupon_code: str
    clicks: list[str]
    connections: int
    seconds: float
    tag: str


@dataclass(slots=True)
class Bought(Seen):
    """What the buyers saw; `acts` are purchases that were answered."""

    by_status: dict[str, int] = field(default_factory=dict)
    """Of the checkouts, as they were answered."""
    repeated: int = 0
    """Calls that were made again, because their answer was lost or was an outage."""


class Buyers:
    """One order under way."""

    def __init__(self, order: BuyersOrder) -> None:
        self._order = order
        self._seen = Bought()
        self._numbers = itertools.count()
        self._host = f"{order.host}:{order.port}"
        self._headers = {"Accept": "application/json"}

    async def run(self) -> Bought:
        order = self._order
        connections = [await Connection(order.host, order.port).open() for _ in range(order.connections)]
        began, cpu = time.perf_counter(), cpu_seconds()
        deadline = began + order.seconds
        await asyncio.gather(*(self._loop(each, deadline) for each in connections))
        self._seen.seconds = time.perf_counter() - began
        self._seen.cpu_seconds = cpu_seconds() - cpu
        for connection in connections:
            connection.close()
        return self._seen

    async def _loop(self, connection: Connection, deadline: float) -> None:
        while time.perf_counter() < deadline:
            await self._buy(connection, next(self._numbers))

    async def _buy(self, connection: Connection, number: int) -> None:
        order = self._order
        quote = await self._step(
            connection,
            "quote",
            {
                "package_id": order.package_id,
                "party": PARTIES[number % len(PARTIES)],
                "coupon_code": order.coupon_code,
                "click_token": order.clicks[number % len(order.clicks)],
            },
        )
        if quote is None:
            return
        bought = await self._step(
            connection,
            "checkout",
            {
                "package_id": order.package_id,
                "idempotency_key": f"{order.tag}-{number}",
                "quote_id": quote["quote_id"],
                "customer": {
                    "name": "Bench Guest",
                    "email": f"guest-{order.tag}-{number}@example.com",
                    "phone": "+39 041 000 000",
                },
                "payment_method": CARD,
            },
        )
        if bought is None:
            return
        status = bought["checkout"]["status"]
        self._seen.by_status[status] = self._seen.by_status.get(status, 0) + 1
        self._seen.acts += 1
        self._seen.units += sum(each["quantity"] for each in PARTIES[number % len(PARTIES)])

    async def _step(self, connection: Connection, name: str, given: dict[str, Any]) -> Any:
        """Make one call until it is answered, and time it; None, and a failure noted, where it is refused."""
        body = orjson.dumps({"id": self._order.operation_ids[f"{name}_package"], "variables": given})
        asked = request("POST", "/graphql", host=self._host, headers=self._headers, body=body)
        failure = ""
        began = time.perf_counter()
        for _ in range(TRIES):
            self._seen.calls += 1
            answer, failure, is_lost = await self._once(connection, asked)
            if not is_lost:
                break
            self._seen.repeated += 1
            await asyncio.sleep(REST)
        if failure:
            self._seen.failures[f"{name}: {failure}"] += 1
            return None
        self._seen.steps.setdefault(name, []).append((time.perf_counter() - began) * 1000)
        return answer

    async def _once(self, connection: Connection, asked: bytes) -> tuple[Any, str, bool]:
        """Return the answer, or why there is none, and whether that says nothing about the request."""
        try:
            reply = await connection.ask(asked)
        except (ProtocolError, OSError) as problem:
            return None, str(problem) or type(problem).__name__, True
        said = orjson.loads(reply.body) if reply.body[:1] == b"{" else {}
        if reply.status != OK or said.get("errors"):
            errors = said.get("errors") or [{"extensions": {"code": ""}}]
            code = errors[0].get("extensions", {}).get("code", "")
            return None, f"{reply.status} {code}", reply.status >= 500 or code in {"UNAVAILABLE", "TIMEOUT"}
        data = next(iter(said["data"].values()))
        return (None, data["message"], False) if "code" in data else (data, "", False)


def main() -> None:
    """Do what standard input says."""
    import uvloop  # noqa: PLC0415 - only the load process needs it

    order = BuyersOrder(**orjson.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(orjson.dumps(summary(uvloop.run(Buyers(order).run()))))


if __name__ == "__main__":
    main()
