"""Brings events to their endpoints: signed, in order where it matters, again and again until they are taken."""

import asyncio
import hmac
import logging
from collections import deque
from zlib import crc32

import orjson

from integrations.stripe.sandbox import times
from integrations.stripe.sandbox.hooks import Endpoint
from integrations.stripe.sandbox.posting import Poster
from integrations.stripe.sandbox.resources import events
from integrations.stripe.sandbox.things import Delivery, Thing
from integrations.stripe.sandbox.worlds import Desk, World

logger = logging.getLogger(__name__)

FORGET_EVERY = 0.05
"""Seconds in which what was taken is forgotten together. After a kill, it is told once more."""


class Couriers:
    """Some lanes for each endpoint. Events about one payment are in one lane, so they come as they were made."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lanes: dict[tuple[str, int], _Lane] = {}
        self._taken: list[int] = []
        self._is_forgetting = False
        self._is_closed = False

    def begin(self) -> None:
        """Go on with what was under way when the last process ended."""
        now = times.now()
        for delivery in self._desk.store.deliveries():
            self._later(delivery, max(delivery.at - now, 0.0))

    def take(self, deliveries: list[tuple[Delivery, Thing]]) -> None:
        """Bring these, in this order."""
        faults = self._desk.options.faults
        for delivery, event in deliveries:
            if self._desk.options.retry_after and faults.happens(faults.webhook_dropped):
                self._again(delivery)
                continue
            held = faults.hold_back()
            if held > 0:
                self._later(delivery, held)
            else:
                self._put(delivery, event)
            if faults.happens(faults.webhook_twice):
                self._put(delivery, event)

    async def close(self) -> None:
        """Stop; what is under way is gone on with by the next process."""
        self._is_closed = True
        await asyncio.gather(*(lane.close() for lane in self._lanes.values()))
        self._forget()

    def _put(self, delivery: Delivery, event: Thing) -> None:
        group = event.fields["about"][3].get("payment_intent") if "about" in event.fields else None
        about = group or (
            event.fields["about"][0] if "about" in event.fields else event.fields["related"]["id"]
        )
        number = crc32(about.encode()) % self._desk.options.lanes
        lane = self._lanes.get((delivery.endpoint, number))
        if lane is None:
            lane = self._lanes[delivery.endpoint, number] = _Lane(self, self._desk)
        lane.put(delivery, event)

    def _later(self, delivery: Delivery, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self._put_again, delivery)

    def _put_again(self, delivery: Delivery) -> None:
        event = self._desk.store.get(delivery.event)
        if self._is_closed:
            return
        if event is None:
            self.taken(delivery)
        else:
            self._put(delivery, event)

    def taken(self, delivery: Delivery) -> None:
        """Note that an endpoint has taken an event."""
        self._taken.append(delivery.seq)
        if not self._is_forgetting:
            self._is_forgetting = True
            asyncio.get_running_loop().call_later(FORGET_EVERY, self._forget)

    def refused(self, delivery: Delivery, why: str) -> None:
        """Try again later, or give up."""
        waits = self._desk.options.retry_after
        logger.info("%s to %s, try %d: %s", delivery.event, delivery.endpoint, delivery.tries + 1, why)
        if delivery.tries >= len(waits):
            self.taken(delivery)
        else:
            self._again(delivery)

    def _again(self, delivery: Delivery) -> None:
        wait = self._desk.options.retry_after[delivery.tries]
        with self._desk.store.transaction():
            planned = self._desk.store.try_again(delivery, times.now() + wait)
        self._later(planned, wait)

    def _forget(self) -> None:
        self._is_forgetting = False
        if self._taken:
            with self._desk.store.transaction():
                self._desk.store.delivered(self._taken)
            self._taken.clear()


class _Lane:
    """One after another."""

    def __init__(self, couriers: Couriers, desk: Desk) -> None:
        self._couriers = couriers
        self._desk = desk
        self._queue: deque[tuple[Delivery, Thing]] = deque()
        self._poster = Poster(desk.options.webhook_timeout)
        self._task: asyncio.Task[None] | None = None

    def put(self, delivery: Delivery, event: Thing) -> None:
        self._queue.append((delivery, event))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._poster.close()

    async def _run(self) -> None:
        while self._queue:
            delivery, event = self._queue.popleft()
            endpoint = self._desk.hooks.get(delivery.endpoint)
            if endpoint is None:
                self._couriers.taken(delivery)
                continue
            try:
                status = await self._poster.post(endpoint.url, *self._written(endpoint, event))
            except (OSError, ValueError, TimeoutError, EOFError) as problem:
                self._couriers.refused(delivery, repr(problem))
                continue
            if 200 <= status < 300:
                self._couriers.taken(delivery)
            else:
                self._couriers.refused(delivery, f"status {status}")

    def _written(self, endpoint: Endpoint, event: Thing) -> tuple[bytes, bytes]:
        """Return the body and the signature."""
        world = World(self._desk, live=event.live, account=event.account)
        form = events.thin(event) if endpoint.is_thin else events.snapshot(world, event)
        body = orjson.dumps(form)
        now = int(world.now)
        signed = b"%d.%b" % (now, body)
        signatures = ",".join(
            f"v1={hmac.digest(secret.encode(), signed, 'sha256').hex()}"
            for secret in endpoint.signing_secrets(world.now)
        )
        return body, f"t={now},{signatures}".encode()
