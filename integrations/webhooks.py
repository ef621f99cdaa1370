"""Calls webhook endpoints: a stranger's server, trusted with nothing."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from ipaddress import ip_address
from socket import IPPROTO_TCP, SOCK_STREAM
from urllib.parse import SplitResult, urlsplit, urlunsplit

import httpx2

from domain.addresses import Address, is_callable
from domain.webhooks import Answer, Message

CALL_SECONDS = 10.0
"""For everything together: name, connection, our bytes, the answer's status."""
LARGEST_ANSWER_BYTES = 1024
"""Read of an answer, so that a short one ends the connection in order; enough to hold a challenge."""
ADDRESSES_TRIED = 2
PORTS = {"https": 443, "http": 80}

NOT_ALLOWED = "address not allowed"
NAME_NOT_FOUND = "name not found"
TIMED_OUT = "timed out"
NOT_REACHED = "not reached"
BROKEN_OFF = "broken off"

Resolve = Callable[[str, int], Awaitable[list[Address]]]


async def resolve_name(host: str, port: int) -> list[Address]:
    """Return the addresses of a host, in the system's order. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=SOCK_STREAM, proto=IPPROTO_TCP)
    return [ip_address(str(address[0]).partition("%")[0]) for *_, address in found]


class HttpWebhookSender:
    """A `WebhookSender`. The name is looked up here and the very address that was checked is called, so
    that it can not lead elsewhere in between; TLS still proves the name.

    No redirects, no proxy of the environment, no connection kept: one made for a name is never used
    for another name at the same address.
    """

    def __init__(
        self,
        *,
        is_development: bool,
        user_agent: str = "Interline-Webhooks/1",
        call_seconds: float = CALL_SECONDS,
        resolve: Resolve = resolve_name,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        """`trusted`: whose certificates count; None for those the system's authorities vouch for."""
        self._is_development = is_development
        self._call_seconds = call_seconds
        self._resolve = resolve
        self._http = httpx2.AsyncClient(
            headers={"user-agent": user_agent, "accept": "*/*", "accept-encoding": "identity"},
            timeout=call_seconds,
            follow_redirects=False,
            trust_env=False,
            verify=trusted or True,
            limits=httpx2.Limits(max_keepalive_connections=0, max_connections=None),
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    async def send(self, message: Message) -> Answer:
        """See `WebhookSender.send`."""
        try:
            async with asyncio.timeout(self._call_seconds):
                return await self._send(message)
        except (TimeoutError, httpx2.TimeoutException):
            return Answer(None, TIMED_OUT)
        except httpx2.ConnectError:
            return Answer(None, NOT_REACHED)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return Answer(None, BROKEN_OFF)

    async def _send(self, message: Message) -> Answer:
        parts = urlsplit(message.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError):
            return Answer(None, NAME_NOT_FOUND)
        if not all(is_callable(each, is_development=self._is_development) for each in addresses):
            return Answer(None, NOT_ALLOWED)
        *rest, last = addresses[:ADDRESSES_TRIED]
        for address in rest:
            try:
                return await self._call(message, parts, address)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return await self._call(message, parts, last)

    async def _call(self, message: Message, parts: SplitResult, address: Address) -> Answer:
        literal = f"[{address}]" if address.version == 6 else str(address)
        netloc = f"{literal}:{parts.port}" if parts.port else literal
        url = urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
        async with self._http.stream(
            "POST",
            url,
            content=message.body,
            headers={**message.headers, "host": parts.netloc},
            extensions={"sni_hostname": parts.hostname},
        ) as response:
            return Answer(response.status_code, body=await _read_a_little(response))


async def _read_a_little(response: httpx2.Response) -> bytes:
    read = b""
    # The status has come: that is the answer, whatever happens to the rest.
    with suppress(httpx2.HTTPError):
        async for piece in response.aiter_raw(LARGEST_ANSWER_BYTES):
            read += piece
            if len(read) >= LARGEST_ANSWER_BYTES:
                break
    return read[:LARGEST_ANSWER_BYTES]
