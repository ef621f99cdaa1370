"""Subscriptions as server-sent events at `/graphql/stream`: one stream an operation.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, "distinct connections mode" (2026-11)
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from graphql import NamedTypeNode, NonNullTypeNode, OperationType
from starlette.types import Receive, Scope, Send

from domain.errors import Unauthenticated
from server.graphql.answers import Answer, StatusKind
from server.graphql.engine import ALL_TYPES, Engine
from server.graphql.errors import RejectedError, refusal_answer
from server.graphql.exchanges import (
    MAX_BODY_BYTES,
    Authenticate,
    ClientGoneError,
    Exchange,
    HttpRefusedError,
    status_of,
)
from server.graphql.negotiation import MediaType, accepts_events
from server.graphql.outcomes import encode_answer
from server.graphql.planned import Planned
from server.graphql.stream_subscribers import COMPLETE, Stop, StreamSubscriber, event_of

KEEP_ALIVE_SECONDS = 15.0
STALL_SECONDS = 30.0
"""How long a reader may take for one event."""
RESUME_VARIABLE = "after"
LARGEST_INT = 2**31 - 1
KEEP_ALIVE = b":\n\n"

GET_TYPES = frozenset({OperationType.QUERY, OperationType.SUBSCRIPTION})


class EventStreams:
    """An ASGI application for the one path. One per process."""

    def __init__(
        self,
        engine: Engine,
        authenticate: Authenticate,
        *,
        max_body_bytes: int = MAX_BODY_BYTES,
        keep_alive_seconds: float = KEEP_ALIVE_SECONDS,
        stall_seconds: float = STALL_SECONDS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._authenticate = authenticate
        self._max_body_bytes = max_body_bytes
        self._keep_alive_seconds = keep_alive_seconds
        self._stall_seconds = stall_seconds
        self._clock = clock
        self._readers: set[StreamSubscriber] = set()
        self._is_closing = False

    async def close_all(self) -> None:
        """End every stream without `complete`: its reader comes back, to another replica, and resumes."""
        self._is_closing = True
        for reader in self._readers:
            reader.stop(Stop.CLOSING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, send)
        try:
            planned = await self._plan(exchange)
        except RejectedError as rejected:
            await self._reject(exchange, rejected.answer)
        except HttpRefusedError as refused:
            body = encode_answer(refused.answer, exchange.request_id)
            await exchange.answer(refused.status, body, MediaType.JSON, refused.headers)
        except ClientGoneError:
            return
        else:
            await self._stream(exchange, planned)

    async def _plan(self, exchange: Exchange) -> Planned:
        if not accepts_events(exchange.headers.get("accept")):
            raise HttpRefusedError(406, "NOT_ACCEPTABLE", "Accept text/event-stream.")
        viewer, request = await exchange.begin(self._authenticate, self._max_body_bytes)
        types = GET_TYPES if exchange.method == "GET" else ALL_TYPES
        planned = await self._engine.plan(request, viewer, exchange.request_id, operation_types=types)
        return resumed(planned, exchange.headers.get("last-event-id"))

    async def _reject(self, exchange: Exchange, answer: Answer) -> None:
        """Say what is wrong with a document in the stream, where a browser's EventSource can read it."""
        if answer.status_kind is StatusKind.BAD_DOCUMENT:
            await self._begin(exchange)
            body = event_of(answer, exchange.request_id) + COMPLETE
            await exchange.send({"type": "http.response.body", "body": body})
            return
        status, headers = status_of(answer, exchange.method, MediaType.JSON)
        await exchange.answer(status, encode_answer(answer, exchange.request_id), MediaType.JSON, headers)

    async def _begin(self, exchange: Exchange) -> None:
        headers = {
            "content-type": f"{MediaType.EVENT_STREAM}; charset=utf-8",
            "cache-control": "no-store, no-transform",
            "x-accel-buffering": "no",
        }
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await exchange.send({"type": "http.response.start", "status": 200, "headers": raw})

    async def _stream(self, exchange: Exchange, planned: Planned) -> None:
        await self._begin(exchange)
        try:
            async with aclosing(self._chunks(exchange, planned)) as chunks:
                async for chunk in chunks:
                    await self._write(exchange, chunk, more=True)
            await self._write(exchange, b"", more=False)
        except (ClientGoneError, TimeoutError):
            return

    async def _write(self, exchange: Exchange, chunk: bytes, *, more: bool) -> None:
        """Send a piece of the stream. Raises TimeoutError for a reader that has stalled."""
        async with asyncio.timeout(self._stall_seconds):
            await exchange.send({"type": "http.response.body", "body": chunk, "more_body": more})

    async def _chunks(self, exchange: Exchange, planned: Planned) -> AsyncGenerator[bytes, None]:
        """Yield the stream's pieces. Raises ClientGoneError; ends early when the process does."""
        yield KEEP_ALIVE
        reader = StreamSubscriber(planned)
        with self._counted(reader), self._expiring(reader):
            gone = asyncio.create_task(exchange.wait_until_gone())
            gone.add_done_callback(lambda _: reader.stop(Stop.GONE))
            tasks = {gone, *self._begin_to_tell(planned, reader)}
            try:
                while not reader.is_over:
                    piece = await reader.next(self._keep_alive_seconds)
                    if piece is Stop.GONE:
                        raise ClientGoneError
                    if piece is Stop.CLOSING:
                        return
                    if piece is Stop.EXPIRED:
                        answer = refusal_answer(Unauthenticated("The credential has expired."))
                        yield event_of(answer, exchange.request_id) + COMPLETE
                        return
                    yield KEEP_ALIVE if piece is None else piece
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks | {task for task in (reader.leave(),) if task is not None})

    def _begin_to_tell(self, planned: Planned, reader: StreamSubscriber) -> "set[asyncio.Task[None]]":
        """Have the reader told what it asked for; return the task that does, where it is not the group's."""
        if planned.is_subscription:
            self._engine.subscribe(planned, reader)
            return set()

        async def run() -> None:
            reader.answer(await self._engine.run(planned))

        return {asyncio.create_task(run())}

    @contextmanager
    def _counted(self, reader: StreamSubscriber) -> Iterator[None]:
        """Stop the reader when the process drains."""
        self._readers.add(reader)
        if self._is_closing:
            reader.stop(Stop.CLOSING)
        try:
            yield
        finally:
            self._readers.discard(reader)

    @contextmanager
    def _expiring(self, reader: StreamSubscriber) -> Iterator[None]:
        """Stop the reader when its caller's credential ends."""
        if reader.viewer.expires_at is None:
            yield
            return
        seconds = max((reader.viewer.expires_at - self._clock()).total_seconds(), 0)
        timer = asyncio.get_running_loop().call_later(seconds, reader.stop, Stop.EXPIRED)
        try:
            yield
        finally:
            timer.cancel()


def resumed(planned: Planned, last_event_id: str | None) -> Planned:
    """Continue after the last event a reader saw: as `$after`, if the operation has it and none was sent."""
    if not last_event_id or planned.variables.get(RESUME_VARIABLE) is not None:
        return planned
    for definition in planned.operation.definition.variable_definitions or ():
        if definition.variable.name.value != RESUME_VARIABLE:
            continue
        kind = definition.type.type if isinstance(definition.type, NonNullTypeNode) else definition.type
        after = resume_value(
            last_event_id, is_int=isinstance(kind, NamedTypeNode) and kind.name.value == "Int"
        )
        return replace(planned, variables={**planned.variables, RESUME_VARIABLE: after})
    return planned


def resume_value(last_event_id: str, *, is_int: bool) -> object:
    """Return the id as the variable takes it; for a number that is none, null: from the start."""
    if not is_int:
        return last_event_id
    is_number = last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= 10
    return min(int(last_event_id), LARGEST_INT) if is_number else None
