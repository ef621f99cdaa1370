"""How the SDK's calls travel: a few kept connections, parsed by httptools; a third of the time httpx takes."""

import asyncio
import ssl
from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import httptools
import stripe

CONNECTIONS = 64
"""Calls at the same time to one host; more wait."""
IDLE_SECONDS = 30.0
"""Servers close what rests for long: it is not worth the try after that."""
LARGEST_ANSWER = 8 * 1024 * 1024
PORTS = {"https": 443, "http": 80}


class Headers(Mapping[str, str]):
    """The headers of an answer, by any spelling of their names."""

    def __init__(self, lower: dict[str, str]) -> None:
        self._lower = lower

    def __getitem__(self, name: str) -> str:
        return self._lower[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._lower

    def __iter__(self) -> Iterator[str]:
        return iter(self._lower)

    def __len__(self) -> int:
        return len(self._lower)


class BrokenOffError(Exception):
    """A connection ended within a call. `is_untouched`: before any byte of an answer."""

    def __init__(self, *, is_untouched: bool) -> None:
        super().__init__("connection broken off")
        self.is_untouched = is_untouched


@dataclass(frozen=True, slots=True)
class Origin:
    """Where calls of one kind go."""

    host: str
    port: int
    is_tls: bool


Answer = tuple[bytes, int, Headers]


class Connection(asyncio.Protocol):
    """One connection: a call at a time."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.is_open = True
        self.idle_since = 0.0
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._touched = False

    async def call(self, request: bytes) -> Answer:
        """Send one request and return its answer. Raises BrokenOffError."""
        if self._transport is None or not self.is_open:
            raise BrokenOffError(is_untouched=True)
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._bytes = 0
        self._touched = False
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._answer
        finally:
            if not self._answer.done() or self._answer.cancelled() or self._answer.exception():
                # What else comes belongs to a call nobody waits for: this connection is of no more use.
                self.close()
            self._answer = None

    def close(self) -> None:
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, piece: bytes) -> None:
        if self._answer is None or self._answer.done():
            # Nobody asked for anything.
            self.close()
            return
        self._touched = True
        try:
            self._parser.feed_data(piece)
        except httptools.HttpParserError:
            self._fail()

    def connection_lost(self, _: Exception | None) -> None:
        self.is_open = False
        self._fail()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, piece: bytes) -> None:
        self._bytes += len(piece)
        if self._bytes > LARGEST_ANSWER:
            self._fail()
            return
        self._body.append(piece)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:
            # Only on the way (RFC 9110 §15.2).
            self._headers = {}
        elif self._answer is None or self._answer.done():
            self.close()
        else:
            if not self._parser.should_keep_alive():
                self.is_open = False
            self._answer.set_result((b"".join(self._body), status, Headers(self._headers)))
            self._headers = {}

    def _fail(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(BrokenOffError(is_untouched=not self._touched))


class KeptConnections(stripe.HTTPClient):
    """An `HTTPClient` of the SDK for one event loop; its answers are bytes, never streams.

    Every call has an idempotency key or only reads, so one that a kept connection lost before any answer is made
    again at once; everything else is the SDK's to retry.
    """

    name = "asyncio"

    def __init__(
        self,
        *,
        connect_seconds: float,
        call_seconds: float,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        """`trusted`: whose certificates count; None for those the SDK brings along."""
        super().__init__()
        self._connect_seconds = connect_seconds
        self._call_seconds = call_seconds
        self._trusted = trusted
        self._idle: dict[Origin, list[Connection]] = {}
        self._busy: set[Connection] = set()
        self._rooms: dict[Origin, asyncio.Semaphore] = {}

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | bytes | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Make one call. Raises stripe.APIConnectionError."""
        origin, request = written(method, url, headers, post_data)
        room = self._rooms.setdefault(origin, asyncio.Semaphore(CONNECTIONS))
        try:
            async with asyncio.timeout(self._call_seconds), room:
                return await self._call(origin, request)
        except (TimeoutError, OSError, BrokenOffError) as problem:
            # The words of a network's error may hold addresses: the kind alone is told.
            said = f"Stripe was not reached: {type(problem).__name__}"
            raise stripe.APIConnectionError(said, should_retry=True) from problem  # type: ignore[no-untyped-call]

    async def close_async(self) -> None:
        """Close every connection."""
        for connection in [*self._busy, *(each for kept in self._idle.values() for each in kept)]:
            connection.close()
        self._idle.clear()

    def sleep_async(self, secs: float) -> Awaitable[None]:
        """Wait between two tries of the SDK's."""
        return asyncio.sleep(secs)

    async def _call(self, origin: Origin, request: bytes) -> Answer:
        while (kept := self._kept(origin)) is not None:
            try:
                return await self._call_on(kept, request)
            except BrokenOffError as broken:
                if not broken.is_untouched:
                    raise
        return await self._call_on(await self._connect(origin), request)

    async def _call_on(self, connection: Connection, request: bytes) -> Answer:
        self._busy.add(connection)
        try:
            return await connection.call(request)
        finally:
            self._busy.discard(connection)
            if connection.is_open:
                connection.idle_since = asyncio.get_running_loop().time()
                self._idle.setdefault(connection.origin, []).append(connection)

    def _kept(self, origin: Origin) -> Connection | None:
        """Take the connection used last, if it is still good."""
        kept = self._idle.get(origin, [])
        oldest = asyncio.get_running_loop().time() - IDLE_SECONDS
        while kept:
            connection = kept.pop()
            if connection.is_open and connection.idle_since > oldest:
                return connection
            connection.close()
        return None

    async def _connect(self, origin: Origin) -> Connection:
        trusted: ssl.SSLContext | None = None
        if origin.is_tls:
            if self._trusted is None:
                self._trusted = ssl.create_default_context(cafile=stripe.ca_bundle_path)
            trusted = self._trusted
        async with asyncio.timeout(self._connect_seconds):
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: Connection(origin), origin.host, origin.port, ssl=trusted
            )
        return connection


def written(
    method: str, url: str, headers: Mapping[str, str], post_data: str | bytes | None
) -> tuple[Origin, bytes]:
    """Return where a call goes and its bytes (RFC 9112). Raises ValueError for a header of several lines."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    origin = Origin(parts.hostname or "", parts.port or PORTS[parts.scheme], is_tls=is_tls)
    body = post_data.encode() if isinstance(post_data, str) else post_data or b""
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    lines = [f"{method.upper()} {target} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body or method == "post":
        lines.append(f"Content-Length: {len(body)}")
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header of one line has several")
    return origin, "\r\n".join([*lines, "", ""]).encode("latin-1") + body
