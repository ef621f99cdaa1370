"""Subscriptions as server-sent events at `/graphql/stream`: one stream an operation.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, "distinct connections mode" (2026-11)
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

from graphql import NamedTypeNode, NonNullTypeNode, OperationType
from starlette.types import Receive, Scope, Send

from domain.errors import Unauthenticated
from server.graphql.answers import Answer, StatusKind
from server.graphql.engine import ALL_TYPES, Engine, Planned, encode_answer
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

KEEP_ALIVE_SECONDS = 15.0
STALL_SECONDS = 30.0
"""How long a reader may take for one event."""
RESUME_VARIABLE = "after"
LARGEST_INT = 2**31 - 1
KEEP_ALIVE = b":\n\n"
COMPLETE = b"event: complete\ndata:\n\n"

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
        self._closing = asyncio.Event()

    async def close_all(self) -> None:
        """End every stream without `complete`: its reader comes back, to another replica, and resumes."""
        self._closing.set()

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
        gone = asyncio.create_task(exchange.wait_until_gone())
        closing = asyncio.create_task(self._closing.wait())
        expiry = asyncio.create_task(self._expiry(planned))
        answers = self._engine.answers(planned)
        following: asyncio.Task[Answer | None] | None = None
        try:
            while True:
                following = following or asyncio.create_task(next_of(answers))
                done, _ = await asyncio.wait(
                    {following, gone, closing, expiry},
                    timeout=self._keep_alive_seconds,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if gone in done:
                    raise ClientGoneError
                if closing in done:
                    return
                if expiry in done:
                    answer = refusal_answer(Unauthenticated("The credential has expired."))
                    yield event_of(answer, exchange.request_id) + COMPLETE
                    return
                if following not in done:
                    yield KEEP_ALIVE
                    continue
                answer_or_end = following.result()
                following = None
                if answer_or_end is None:
                    yield COMPLETE
                    return
                yield event_of(answer_or_end, exchange.request_id)
        finally:
            tasks = {task for task in (following, gone, closing, expiry) if task is not None}
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await answers.aclose()

    async def _expiry(self, planned: Planned) -> None:
        """Return when the caller's credential ends."""
        expires_at = planned.viewer.expires_at
        if expires_at is None:
            await asyncio.Event().wait()
        else:
            await asyncio.sleep(max((expires_at - self._clock()).total_seconds(), 0))


async def next_of(answers: AsyncGenerator[Answer, None]) -> Answer | None:
    """Return the next answer, None after the last."""
    return await anext(answers, None)


def event_of(answer: Answer, request_id: str) -> bytes:
    """Write an answer as an event, with its sequence number as the id to resume after."""
    identifier = b"" if answer.sequence is None else b"id: %d\n" % answer.sequence
    return b"event: next\n" + identifier + b"data: " + encode_answer(answer, request_id) + b"\n\n"


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
