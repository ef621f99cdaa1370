"""The comparison: Strawberry's own ASGI view as it comes, over the same shape of answer.

It is given every advantage but the engine: no database, no authentication, no middleware; one Redis subscription for
the process; the state of the pool comes with the news. `uvicorn bench.strawberry_default:app`, REDIS_URL in the
environment.
"""

import asyncio
import datetime as dt
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

import strawberry
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from strawberry.asgi import GraphQL

CHANNEL = "interline:news"


class Channel(StrEnum):
    OTA = "OTA"


class AvailabilityStatus(StrEnum):
    AVAILABLE = "AVAILABLE"


strawberry.enum(Channel)
strawberry.enum(AvailabilityStatus)


@strawberry.type
class Package:
    product_id: str


@strawberry.type
class Allotment:
    product: Package
    date: dt.date | None
    channel: Channel
    allocated: int
    held: int
    sold: int
    available: int
    status: AvailabilityStatus
    sequence: int


class News:
    """The one subscription to Redis, and a queue for each listener: Strawberry brings no rule for slow ones."""

    def __init__(self) -> None:
        self.listeners: set[asyncio.Queue[int]] = set()
        self.newest = 0

    async def run(self) -> None:
        redis = Redis.from_url(os.environ["REDIS_URL"])
        async with redis.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            async for message in pubsub.listen():
                if message["type"] != "message":
                    continue
                for word in message["data"].decode().split():
                    self.newest = int(word.partition(":")[2])
                    for queue in self.listeners:
                        queue.put_nowait(self.newest)


NEWS = News()


def pool(product_id: str, sequence: int) -> Allotment:
    return Allotment(
        product=Package(product_id=product_id),
        date=None,
        channel=Channel.OTA,
        allocated=100_000_000,
        held=sequence,
        sold=0,
        available=100_000_000 - sequence,
        status=AvailabilityStatus.AVAILABLE,
        sequence=sequence,
    )


@strawberry.type
class Query:
    ok: bool = True


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def availability_changed(
        self, product_id: str, date: dt.date | None = None, after: int | None = None
    ) -> AsyncIterator[Allotment]:
        del date, after
        queue: asyncio.Queue[int] = asyncio.Queue()
        NEWS.listeners.add(queue)
        try:
            yield pool(product_id, NEWS.newest)
            while True:
                yield pool(product_id, await queue.get())
        finally:
            NEWS.listeners.discard(queue)


@asynccontextmanager
async def running(_: Starlette) -> AsyncIterator[None]:
    task = asyncio.create_task(NEWS.run())
    yield
    task.cancel()


schema = strawberry.Schema(Query, subscription=Subscription)
app = Starlette(routes=[WebSocketRoute("/graphql", GraphQL(schema))], lifespan=running)
