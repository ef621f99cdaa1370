"""One socket of graphql-transport-ws, from its first message to its close code."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from starlette.datastructures import Headers
from starlette.types import Receive, Send

from domain.errors import InvalidInput, RateLimited, Refused
from permissions.viewer import Viewer
from server.graphql import socket_messages as messages
from server.graphql.answers import Presented, StatusKind
from server.graphql.engine import ALL_TYPES, Engine
from server.graphql.errors import RejectedError, failure_answer, presented
from server.graphql.outbox import Outbox, SlowConsumerError, Write
from server.graphql.outcomes import encode_answer
from server.graphql.refusals import LimitExceeded
from server.graphql.requests import GraphQLRequest
from server.graphql.socket_subscribers import SocketSubscriber
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
    queued_bytes: int = 1024 * 1024
    stall_seconds: float = 10
    """How long a reader may keep its events waiting once the queue is full."""
    closing_seconds: float = 2
    """For the last messages and the close code to leave, and for what ran to clean up."""


class AuthenticatePayload(Protocol):
    """Tells who opens a socket. Refuses: Unauthenticated, InvalidInput, RateLimited."""

    async def __call__(self, payload: dict[str, object], headers: Headers, /, *, client: str) -> Viewer: ...


class Connection:
    """Reads messages one after the other, in the server's own task; each operation begins in a task of its own.

    A subscription needs none from then on, since its group tells it what comes: a socket that only listens
    is this object, what it subscribed to, and the wait for its next message.
    """

    __slots__ = (
        "_authenticate",
        "_client",
        "_clock",
        "_close",
        "_end",
        "_engine",
        "_has_ended",
        "_has_init",
        "_headers",
        "_operations",
        "_outbox",
        "_reading",
        "_receive",
        "_request_id",
        "_rules",
        "_send",
        "_started",
        "_tasks",
        "_timer",
        "_viewer",
    )

    def __init__(
        self,
        engine: Engine,
        authenticate: AuthenticatePayload,
        rules: SocketRules,
        *,
        receive: Receive,
        send: Send,
        write: Write | None,
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
            write,
            max_messages=rules.queued_messages,
            max_bytes=rules.queued_bytes,
            stall_seconds=rules.stall_seconds,
        )
        self._has_init = False
        self._viewer: Viewer | None = None
        self._operations: dict[str, asyncio.Task[None] | SocketSubscriber] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._reading: asyncio.Timeout | None = None
        self._close: Close | None = None
        self._started = 0
        self._end: asyncio.Event | None = None
        self._has_ended = False

    def close(self, code: int, reason: str) -> None:
        """End the socket, from wherever; the first reason counts."""
        if self._close is None:
            self._close = Close(code, reason)
            if self._reading is not None:
                self._reading.reschedule(asyncio.get_running_loop().time())

    async def serve(self) -> None:
        """Talk until either side ends it. All that ran for this socket alone has stopped when this returns."""
        self._close_after(self._rules.init_seconds, 4408, "Connection initialisation timeout")
        try:
            async with asyncio.timeout(None) as self._reading:
                await self._read()
        except TimeoutError:
            # `close` was called.
            pass
        finally:
            self._reading = None
            self._stop_timer()
            ending = self._stop_operations()
            await self._say_good_bye()
            ending |= {task for task in (self._outbox.stop(),) if task is not None}
            if ending:
                await asyncio.wait(ending, timeout=self._rules.closing_seconds)
            self._has_ended = True
            if self._end is not None:
                self._end.set()

    async def ended(self) -> None:
        """Wait until nothing runs for this socket any more."""
        if not self._has_ended:
            self._end = self._end or asyncio.Event()
            await self._end.wait()

    def stall(self) -> None:
        """Close the socket of a reader that does not read."""
        self.close(SLOW_CONSUMER, "Slow consumer")

    def forget(self, subscriber: SocketSubscriber) -> None:
        """Free the id of a subscription that has ended."""
        if self._operations.get(subscriber.identifier) is subscriber:
            del self._operations[subscriber.identifier]

    def _stop_operations(self) -> "set[asyncio.Task[None]]":
        """End all that runs for this socket; return what takes a moment to."""
        for subscriber in [each for each in self._operations.values() if isinstance(each, SocketSubscriber)]:
            self._end_subscriber(subscriber)
        for task in self._tasks:
            task.cancel()
        return set(self._tasks)

    async def _say_good_bye(self) -> None:
        """Send the close code, after what was said before it. A reader that has stalled gets it as it is."""
        if self._close is None:
            return
        with suppress(TimeoutError, OSError, RuntimeError):
            async with asyncio.timeout(self._rules.closing_seconds):
                if self._close.code != SLOW_CONSUMER:
                    await self._outbox.settle()
                self._outbox.stop()
                close = {"code": self._close.code, "reason": self._close.reason}
                await self._send({"type": "websocket.close", **close})

    async def _read(self) -> None:
        try:
            while True:
                message = await self._receive()
                if message["type"] == "websocket.disconnect":
                    return
                await self._take(message.get("text"), message.get("bytes"))
        except Close as close:
            self._close = self._close or close
        except SlowConsumerError:
            self.stall()
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
        self._stop_timer()
        try:
            viewer = await self._authenticate(dict(init.payload), self._headers, client=self._client)
        except Refused as refused:
            raise close_for(refused) from None
        except Exception as failure:
            if not is_outage(failure):
                raise
            raise Close(1013, "Try again later") from None
        if viewer.expires_at is not None:
            seconds = (viewer.expires_at - self._clock()).total_seconds()
            self._close_after(seconds, 4401, "Credential expired")
        self._viewer = viewer
        await self._outbox.put(messages.ACK)

    async def _subscribe(self, identifier: str, request: GraphQLRequest) -> None:
        if self._viewer is None:
            raise Close(4401, "Unauthorized")
        if identifier in self._operations:
            raise Close(4409, f"Subscriber for {identifier} already exists")
        # Those that are still cleaning up count too: else a caller could pile them up.
        followed = sum(isinstance(each, SocketSubscriber) for each in self._operations.values())
        if followed + len(self._tasks) >= self._rules.max_operations:
            message = f"A socket may run {self._rules.max_operations} operations at once."
            await self._fail(identifier, [presented(message, LimitExceeded.code)])
            return
        self._started += 1
        request_id = f"{self._request_id}-{self._started}"
        task = asyncio.create_task(self._run(identifier, request, self._viewer, request_id))
        self._operations[identifier] = task
        self._mind(task)

    def _complete(self, identifier: str) -> None:
        """End an operation as its caller wishes; one that has just ended by itself is no mistake."""
        operation = self._operations.pop(identifier, None)
        if isinstance(operation, SocketSubscriber):
            self._end_subscriber(operation)
        elif operation is not None:
            operation.cancel()

    def _end_subscriber(self, subscriber: SocketSubscriber) -> None:
        for task in (subscriber.leave(), subscriber.stop()):
            if task is not None:
                self._mind(task)

    def _mind(self, task: "asyncio.Task[None]") -> None:
        """Remember what must have ended before the socket has."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, identifier: str, request: GraphQLRequest, viewer: Viewer, request_id: str) -> None:
        try:
            await self._start(identifier, request, viewer, request_id)
        except SlowConsumerError:
            self.stall()
        except Exception as failure:  # noqa: BLE001 - every failure has its answer
            with suppress(SlowConsumerError):
                await self._fail(identifier, failure_answer(failure, request_id).errors)
        finally:
            self._free(identifier)

    async def _start(self, identifier: str, request: GraphQLRequest, viewer: Viewer, request_id: str) -> None:
        if not await self._engine.holds(viewer):
            self.close(4401, "Credential ended")
            return
        try:
            planned = await self._engine.plan(request, viewer, request_id, operation_types=ALL_TYPES)
        except RejectedError as rejected:
            await self._fail(identifier, rejected.answer.errors)
            return
        if planned.is_subscription:
            subscriber = SocketSubscriber(planned, identifier, self._outbox, self)
            self._operations[identifier] = subscriber
            self._engine.subscribe(planned, subscriber)
            # This task ends here: it is not one more operation beside the subscription.
            self._tasks.discard(own_task())
            return
        answer = await self._engine.run(planned)
        if answer.status_kind is not StatusKind.EXECUTED:
            await self._fail(identifier, answer.errors)
            return
        payload = encode_answer(answer, request_id)
        await self._outbox.put(messages.next_head(identifier) + payload + messages.NEXT_END)
        self._free(identifier)
        await self._outbox.put(messages.completed(identifier))

    async def _fail(self, identifier: str, errors: Sequence[Presented]) -> None:
        self._free(identifier)
        await self._outbox.put(messages.failed(identifier, errors))

    def _free(self, identifier: str) -> None:
        """Free the id of the operation that runs here, before its caller hears that it is free."""
        if self._operations.get(identifier) is own_task():
            del self._operations[identifier]

    def _close_after(self, seconds: float, code: int, reason: str) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(max(seconds, 0), self.close, code, reason)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def own_task() -> "asyncio.Task[None]":
    """Return the task that runs here."""
    return cast("asyncio.Task[None]", asyncio.current_task())


def close_for(refused: Refused) -> Close:
    """Return how a socket ends whose opening was refused."""
    match refused.reason:
        case RateLimited():
            return Close(4429, "Too many requests")
        case InvalidInput():
            return Close(4400, refused.reason.message)
        case _:
            return Close(4401, "Unauthorized")
