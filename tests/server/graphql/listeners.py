"""A subscriber that keeps what it is told."""

import asyncio

from server.graphql.answers import Answer, encode
from server.graphql.engine import ALL_TYPES
from server.graphql.requests import GraphQLRequest
from server.graphql.subscribers import Subscriber, Told
from tests.server.graphql.toys import PERSON


class Listener(Subscriber):
    """What it was told, and its last word: an answer, or None at the end of the source."""

    def __init__(self, planned):
        super().__init__(planned)
        self.told: asyncio.Queue[Told] = asyncio.Queue()
        self.last: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()

    def tell(self, told):
        assert told.body == encode(told.answer.payload())[:-1]
        self.told.put_nowait(told)

    def end(self, answer):
        self.last.set_result(answer)

    async def settled(self):
        pass

    async def next(self):
        """Return the data of the next event."""
        async with asyncio.timeout(5):
            return (await self.told.get()).answer.data

    async def ended(self):
        """Return the last word."""
        async with asyncio.timeout(5):
            return await self.last

    async def stop(self):
        """Leave, and wait for what ends with it."""
        if (ending := self.leave()) is not None:
            await asyncio.wait({ending}, timeout=5)

    @property
    def answers(self):
        """Return all answers it was told until now, the last word among them."""
        told = [self.told.get_nowait().answer for _ in range(self.told.qsize())]
        return told + ([self.last.result()] if self.last.done() and self.last.result() else [])


async def subscribe(engine, text, *, viewer=PERSON, request_id="req_1", **variables):
    """Subscribe."""
    request = GraphQLRequest(query=text, variables=variables)
    planned = await engine.plan(request, viewer, request_id, operation_types=ALL_TYPES)
    listener = Listener(planned)
    engine.subscribe(planned, listener)
    return listener
