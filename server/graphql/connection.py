"""One socket of graphql-transport-ws, from its first message to its close code."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from starlette.datastructures import Headers
from starlette.types import Receive, Send

from domain.errors import InvalidInput, RateLimited, Refused
from permissions.viewer import Viewer
from server.graphql import socket_messages as messages
from server.graphql.answers import Presented, StatusKind
from server.graphql.engine import ALL_TYPES, Engine, encode_answer
from server.graphql.errors import RejectedError, failure_answer, presented
from server.graphql.outbox import Outbox, SlowConsumerError
from server.graphql.refusals import LimitExceeded
from server.graphql.requests import GraphQLRequest
from server.outages import is_outage

SLOW_CONSUMER = 4413
LONGEST_REASON = 123
"""Bytes; a close frame has no room for more."""


class Close(Exception):  # noqa: N818 - reads as the act it is: `raise Close(4400, ...)`
    """Ends the socket with a code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason.encode()[:LONGEST_REASON].decode(errors="ignore")


@dataclass(frozen=True, slots=True)
class SocketRules:
    """What one socket may do."""

    init_seconds: float = 3
    max_operations: int = 100
    max_message_bytes: int = 256 * 1024
    queued_messages: int = 64
    queued_characters: int = 1024 * 1024
    stall_seconds: float = 10
    """How long a reader may keep its events waiting once the queue is full."""
    closing_seconds: float = 2
    """For the last messages and the close code to leave, and for what ran to clean up."""


class AuthenticatePayload(Protocol):
    """Tells who opens a socket. Refuses: Unauthenticated, InvalidInput, RateLimited."""

    async def __call__(self, payload: dict[str, object], headers: Headers, /, *, client: str) -> Viewer: ...


class Connection:
    """Reads messages one after the other; each operation runs in a task of its own."""

    def __init__(
        self,
        engine: Engine,
        authenticate: AuthenticatePayload,
        rules: SocketRules,
        *,
        receive: Receive,
        send: Send,
        headers: Headers,
        client: str,
        request_id: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._authenticate = authenticate
        self._rules = rules
        self._receive = receive
        self._send = send
        self._headers = headers
        self._client = client
        self._request_id = request_id
        self._clock = clock
        self._outbox = Outbox(
            send,
            max_messages=rules.queued_messages,
            max_characters=rules.queued_characters,
            stall_seconds=rules.stall_seconds,
        )
        self._has_init = False
        self._viewer: Viewer | None = None
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: list[asyncio.TimerHandle] = []
        self._closing: asyncio.Future[Close] = asyncio.get_running_loop().create_future()
        self._started = 0
        self.ended = asyncio.Event()

    def close(self, code: int, reason: str) -> None:
        """End the socket, from wherever; the first reason counts."""
        if not self._closing.done():
            self._closing.set_result(Close(code, reason))

    async def serve(self) -> None:
        """Talk until either side ends it. All that ran for this socket has stopped when this returns."""
        reader = asyncio.create_task(self._read())
        writer = asyncio.create_task(self._outbox.run())
        self._later(self._rules.init_seconds, 4408, "Connection initialisation timeout")
        try:
            ends: list[asyncio.Future[Any]] = [reader, writer, self._closing]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for timer in self._timers:
                timer.cancel()
            for task in (reader, *self._tasks):
                task.cancel()
            await self._say_good_bye(writer)
            await asyncio.wait({reader, writer, *self._tasks}, timeout=self._rules.closing_seconds)
            self.ended.set()

    async def _say_good_bye(self, writer: "asyncio.Task[None]") -> None:
        """Send the close code, after what was said before it. A reader that has stalled gets it as it is."""
        with suppress(TimeoutError, OSError, RuntimeError):
            async with asyncio.timeout(self._rules.closing_seconds):
                if self._closing.done() and not writer.done():
                    close = self._closing.result()
                    if close.code != SLOW_CONSUMER:
                        await self._outbox.settle()
                    writer.cancel()
                    await self._send({"type": "websocket.close", "code": close.code, "reason": close.reason})
        writer.cancel()

    async def _read(self) -> None:
        try:
            while True:
                message = await self._receive()
                if message["type"] == "websocket.disconnect":
                    return
                await self._take(message.get("text"), message.get("bytes"))
        except Close as close:
            self.close(close.code, close.reason)
        except SlowConsumerError:
            self.close(SLOW_CONSUMER, "Slow consumer")
        except Exception as failure:  # noqa: BLE001 - every failure has its close code
            failure_answer(failure, self._request_id)
            self.close(4500, "Internal server error")

    async def _take(self, text: str | None, binary: bytes | None) -> None:
        size = len(binary or b"") if text is None else len(text.encode())
        if size > self._rules.max_message_bytes:
            raise Close(1009, "Message too big")
        try:
            message = messages.read_message(text)
        except messages.IllFormedError as problem:
            raise Close(4400, str(problem)) from None
        match message:
            case messages.Init():
                await self._init(message)
            case messages.Ping():
                await self._outbox.put(messages.pong(message))
            case messages.Subscribe():
                await self._subscribe(message.id, message.request)
            case messages.Complete():
                self._complete(message.id)

    async def _init(self, init: messages.Init) -> None:
        if self._has_init:
            raise Close(4429, "Too many initialisation requests")
        self._has_init = True
        self._timers.pop().cancel()
        try:
            viewer = await self._authenticate(dict(init.payload), self._headers, client=self._client)
        except Refused as refused:
            raise close_for(refused) from None
        except Exception as failure:
            if not is_outage(failure):
                raise
            raise Close(1013, "Try again later") from None
        if viewer.expires_at is not None:
            self._later((viewer.expires_at - self._clock()).total_seconds(), 4401, "Credential expired")
        self._viewer = viewer
        await self._outbox.put(messages.ACK)

    async def _subscribe(self, identifier: str, request: GraphQLRequest) -> None:
        if self._viewer is None:
            raise Close(4401, "Unauthorized")
        if identifier in self._operations:
            raise Close(4409, f"Subscriber for {identifier} already exists")
        # Those that are still cleaning up count too: else a caller could pile them up.
        if len(self._tasks) >= self._rules.max_operations:
            message = f"A socket may run {self._rules.max_operations} operations at once."
            await self._fail(identifier, [presented(message, LimitExceeded.code)])
            return
        self._started += 1
        request_id = f"{self._request_id}-{self._started}"
        task = asyncio.create_task(self._run(identifier, request, self._viewer, request_id))
        self._operations[identifier] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _complete(self, identifier: str) -> None:
        """End an operation as its caller wishes; one that has just ended by itself is no mistake."""
        task = self._operations.pop(identifier, None)
        if task is not None:
            task.cancel()

    async def _run(self, identifier: str, request: GraphQLRequest, viewer: Viewer, request_id: str) -> None:
        try:
            await self._tell(identifier, request, viewer, request_id)
        except SlowConsumerError:
            self.close(SLOW_CONSUMER, "Slow consumer")
        except Exception as failure:  # noqa: BLE001 - every failure has its answer
            with suppress(SlowConsumerError):
                await self._fail(identifier, failure_answer(failure, request_id).errors)
        finally:
            self._forget(identifier)

    async def _tell(self, identifier: str, request: GraphQLRequest, viewer: Viewer, request_id: str) -> None:
        try:
            planned = await self._engine.plan(request, viewer, request_id, operation_types=ALL_TYPES)
        except RejectedError as rejected:
            await self._fail(identifier, rejected.answer.errors)
            return
        async with aclosing(self._engine.answers(planned)) as answers:
            async for answer in answers:
                if answer.status_kind is not StatusKind.EXECUTED:
                    await self._fail(identifier, answer.errors)
                    return
                await self._outbox.put(messages.following(identifier, encode_answer(answer, request_id)))
        self._forget(identifier)
        await self._outbox.put(messages.completed(identifier))

    async def _fail(self, identifier: str, errors: Sequence[Presented]) -> None:
        self._forget(identifier)
        await self._outbox.put(messages.failed(identifier, errors))

    def _forget(self, identifier: str) -> None:
        """Free the id, before its caller hears that it is free."""
        if self._operations.get(identifier) is asyncio.current_task():
            del self._operations[identifier]

    def _later(self, seconds: float, code: int, reason: str) -> None:
        loop = asyncio.get_running_loop()
        self._timers.append(loop.call_later(max(seconds, 0), self.close, code, reason))


def close_for(refused: Refused) -> Close:
    """Return how a socket ends whose opening was refused."""
    match refused.reason:
        case RateLimited():
            return Close(4429, "Too many requests")
        case InvalidInput():
            return Close(4400, refused.reason.message)
        case _:
            return Close(4401, "Unauthorized")
