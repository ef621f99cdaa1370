"""A script that runs in Redis for every call: on one connection, by any number of callers at once.

A round trip through a pool of connections costs more processor time than most calls have left. Here commands
are written as they come, those of one turn of the event loop in one piece, and answers are handed out in the
order of the questions, as Redis gives them (https://redis.io/docs/latest/develop/using-commands/pipelining, 2026-11).
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Sequence
from typing import Any

import hiredis
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as NotConnectedError
from redis.exceptions import RedisError, ResponseError

UNKNOWN = "NOSCRIPT"
"""How Redis says that it has not seen a script yet, or not since it was started."""
LOST = "The connection to Redis was lost."


class Script:
    """One script and its connection, which is opened when it is needed and again when it was lost."""

    def __init__(self, redis: Redis, text: str) -> None:
        self._pool = redis.connection_pool
        self._text = text
        # That is what Redis calls a script by; nothing is kept secret with it.
        self._name = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        self._line: _Line | None = None
        self._opening = asyncio.Lock()

    async def run(self, keys: Sequence[str], arguments: Sequence[str | int]) -> Any:
        """Return what the script returns. Raises RedisError, OSError."""
        line = self._line
        if line is None or line.is_lost:
            line = await self._open()
        rest = len(keys), *keys, *arguments
        try:
            return await line.ask(("EVALSHA", self._name, *rest))
        except ResponseError as error:
            if not str(error).startswith(UNKNOWN):
                raise
        return await line.ask(("EVAL", self._text, *rest))

    def close(self) -> None:
        """Close the connection, and fail everybody who still waits for an answer; the next call opens another."""
        if self._line is not None:
            self._line.close()

    async def _open(self) -> "_Line":
        async with self._opening:
            if self._line is None or self._line.is_lost:
                connection = self._pool.make_connection()  # type: ignore[no-untyped-call]
                # Whatever the url asks for is done by the client: TLS, a password, the number of the database.
                await connection.connect()
                self._line = _Line(connection)
            return self._line


class _Line(asyncio.Protocol):
    """A connection that is open, and the questions on it that have no answer yet."""

    def __init__(self, connection: AbstractConnection) -> None:
        """Take over a connection that its client has opened."""
        self._connection = connection
        writer = connection._writer  # noqa: SLF001 - there is no other way to what it opened
        assert writer is not None
        self._transport = writer.transport
        self._transport.set_protocol(self)
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(replyError=ResponseError)
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._unsent: list[bytes] = []
        self.is_lost = False

    def ask(self, command: tuple[str | int, ...]) -> "asyncio.Future[Any]":
        """Send a command; whoever stops waiting for the answer leaves the others theirs."""
        if self.is_lost:
            raise NotConnectedError(LOST)
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent.append(hiredis.pack_command(command))  # type: ignore[arg-type] # it takes any number of words
        answer = self._loop.create_future()
        self._waiting.append(answer)
        return answer

    def close(self) -> None:
        """Close the connection; whoever waits for an answer is told that there is none."""
        self.is_lost = True
        # `disconnect` would wait for the protocol that was there before.
        self._connection._close()  # type: ignore[no-untyped-call] # noqa: SLF001
        while self._waiting:
            self._hand_out(NotConnectedError(LOST))

    def connection_lost(self, _: Exception | None) -> None:
        self.close()

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        try:
            while (answer := self._reader.gets()) is not False:
                self._hand_out(answer)
        except hiredis.ProtocolError:
            self.close()

    def _send(self) -> None:
        commands = b"".join(self._unsent)
        self._unsent.clear()
        if not self.is_lost:
            self._transport.write(commands)

    def _hand_out(self, answer: Any) -> None:
        waiting = self._waiting.popleft()
        if waiting.done():
            return
        if isinstance(answer, RedisError):
            waiting.set_exception(answer)
        else:
            waiting.set_result(answer)
