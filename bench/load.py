"""The load, in a process of its own: `python -m bench.load` reads one order as JSON, and answers with what it saw.

A closed loop: every connection makes its next call when the last one is answered.
"""

import asyncio
import itertools
import resource
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from bench.cells import Act, Door
from bench.http1 import Connection, ProtocolError, Reply, request

CREATED, OK = 201, 200
PERCENTILES = (50, 95, 99)


@dataclass(frozen=True, slots=True)
class Order:
    """What the load process is asked to do."""

    host: str
    port: int
    api_key: str
    act: Act
    door: Door
    skus: list[str]
    connections: int
    seconds: float
    units: int = 1
    operation_ids: dict[str, str] = field(default_factory=dict)
    """Registered operations by name; for GraphQL."""
    until_refused: bool = False
    """End when a hold is refused, at the latest after `seconds`."""
    tag: str = "bench"


@dataclass(slots=True)
class Seen:
    """What the load process saw. Times in milliseconds; a step is one call of an act."""

    seconds: float = 0.0
    acts: int = 0
    """Completed, every step of it."""
    calls: int = 0
    units: int = 0
    """On holds that were answered."""
    failures: Counter[str] = field(default_factory=Counter)
    steps: dict[str, list[float]] = field(default_factory=dict)
    cpu_seconds: float = 0.0


class Load:
    """One order under way."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._seen = Seen()
        self._numbers = itertools.count()
        self._is_over = False
        self._host = f"{order.host}:{order.port}"
        self._headers = {"Authorization": f"Bearer {order.api_key}", "Accept": "application/json"}

    async def run(self) -> Seen:
        connections = [
            await Connection(self._order.host, self._order.port).open()
            for _ in range(self._order.connections)
        ]
        began, cpu = time.perf_counter(), cpu_seconds()
        deadline = began + self._order.seconds
        await asyncio.gather(*(self._loop(each, deadline) for each in connections))
        self._seen.seconds = time.perf_counter() - began
        self._seen.cpu_seconds = cpu_seconds() - cpu
        for connection in connections:
            connection.close()
        return self._seen

    async def _loop(self, connection: Connection, deadline: float) -> None:
        while not self._is_over and time.perf_counter() < deadline:
            try:
                await self._once(connection)
            except (ProtocolError, OSError) as problem:
                self._seen.failures[str(problem) or type(problem).__name__] += 1

    async def _once(self, connection: Connection) -> None:
        number = next(self._numbers)
        sku = self._order.skus[number % len(self._order.skus)]
        if self._order.act is Act.AVAILABILITY:
            done = await self._step("availability", connection, self._availability(sku), OK)
            self._seen.acts += done is not None
            return
        held = await self._step("hold", connection, self._hold(sku, number), self._created)
        if held is None:
            return
        self._seen.units += self._order.units
        if self._order.act is Act.CHECKOUT:
            activation = self._activate(held, number)
            if await self._step("activate", connection, activation, self._created) is None:
                return
        self._seen.acts += 1

    async def _step(self, name: str, connection: Connection, asked: bytes, status: int) -> Any:
        """Make one call, time it, and return its answer; None, and a failure noted, where it is not what was asked."""
        began = time.perf_counter()
        reply = await connection.ask(asked)
        took = time.perf_counter() - began
        self._seen.calls += 1
        answer, failure = self._read(reply, status)
        if failure:
            self._seen.failures[failure] += 1
            self._is_over |= self._order.until_refused
            return None
        self._seen.steps.setdefault(name, []).append(took * 1000)
        return answer

    def _read(self, reply: Reply, status: int) -> tuple[Any, str]:
        if reply.status != status:
            return None, f"{reply.status} {_code(reply.body)}".strip()
        answer = orjson.loads(reply.body)
        if self._order.door is Door.REST:
            return answer, ""
        if answer.get("errors"):
            return None, str(answer["errors"][0]["extensions"]["code"])
        data = next(iter(answer["data"].values()))
        expected = {"products", "reservation_id", "order_id"}
        return (data, "") if expected & data.keys() else (None, str(data.get("code", "refused")))

    @property
    def _created(self) -> int:
        return CREATED if self._order.door is Door.REST else OK

    def _availability(self, sku: str) -> bytes:
        if self._order.door is Door.GRAPHQL:
            return self._graphql("inventory", {"product_id": [sku]})
        return self._rest("GET", f"/api/ota/inventory?product_id={sku}")

    def _hold(self, sku: str, number: int) -> bytes:
        key = f"{self._order.tag}-{number}-hold"
        line = {"quantity": self._order.units}
        if self._order.door is Door.GRAPHQL:
            lines = [{**line, "productId": sku, "customerType": "ADULT"}]
            return self._graphql("reserve", {"lines": lines, "idempotency_key": key})
        lines = [{**line, "product_id": sku, "customer_type": "ADULT"}]
        return self._rest("POST", "/api/ota/reserve", {"lines": lines}, key=key)

    def _activate(self, held: dict[str, Any], number: int) -> bytes:
        key = f"{self._order.tag}-{number}-activate"
        asked = {
            "customer_details": {
                "name": "Bench Guest",
                "email": "bench@example.com",
                "phone": "+351 210 000 000",
            },
            "payment_reference": f"pay-{self._order.tag}-{number}",
        }
        if self._order.door is Door.GRAPHQL:
            return self._graphql(
                "activate_reservation", {**asked, "id": held["reservation_id"], "idempotency_key": key}
            )
        return self._rest("POST", f"/api/ota/reservations/{held['reservation_id']}/activate", asked, key=key)

    def _rest(self, method: str, path: str, body: object = None, *, key: str | None = None) -> bytes:
        headers = self._headers if key is None else {**self._headers, "Idempotency-Key": key}
        return request(
            method, path, host=self._host, headers=headers, body=orjson.dumps(body) if body else b""
        )

    def _graphql(self, operation: str, variables: dict[str, Any]) -> bytes:
        body = orjson.dumps({"id": self._order.operation_ids[operation], "variables": variables})
        return request("POST", "/graphql", host=self._host, headers=self._headers, body=body)


def percentiles(times: list[float]) -> dict[str, float]:
    """Return p50, p95 and p99 by nearest rank: times that really happened; 0 where none did."""
    ranked = sorted(times)
    if not ranked:
        return {f"p{each}": 0.0 for each in PERCENTILES}
    return {f"p{each}": ranked[max(0, -(-each * len(ranked) // 100) - 1)] for each in PERCENTILES}


def summary(seen: Seen) -> dict[str, Any]:
    """Return what was seen, with percentiles in the place of the single times."""
    steps = {name: {"calls": len(times), **percentiles(times)} for name, times in seen.steps.items()}
    return {**asdict(seen), "failures": dict(seen.failures), "steps": steps}


def _code(body: bytes) -> str:
    try:
        problem = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    return str(problem.get("code", "")) if isinstance(problem, dict) else ""


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _order(text: bytes) -> Order:
    asked = orjson.loads(text)
    return Order(**{**asked, "act": Act(asked["act"]), "door": Door(asked["door"])})


def main() -> None:
    """Do what standard input says."""
    import uvloop  # noqa: PLC0415 - only the load process needs it

    seen = uvloop.run(Load(_order(sys.stdin.buffer.read())).run())
    sys.stdout.buffer.write(orjson.dumps(summary(seen)))


if __name__ == "__main__":
    main()
