"""The integrator's webhook receiver: a small HTTP server that takes what is signed for it, and nothing else.

Written after standardwebhooks.com alone, so that it can be wrong where the platform is.
"""

import asyncio
import hashlib
import hmac
import json
import time
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus

TOLERANCE_SECONDS = 300
LARGEST_BODY = 1 << 20
SECRET_WITHIN = 10.0
"""Seconds a call waits for the secret: the first one comes before whoever makes the endpoint has read the answer."""


class Receiver:
    """Counts what it took, by type, and what it refused."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock` tells the seconds since 1970."""
        self._clock = clock
        self.took: Counter[str] = Counter()
        self.refused = 0
        self.url = ""
        self._secret: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def learn(self, secret: str) -> None:
        """Take the secret that was shown when the endpoint was made."""
        self._secret.set_result(b64decode(secret.removeprefix("whsec_")))

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Receiver"]:
        """Listen on a free port of this machine."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"
            yield self

    async def answer(self, headers: Mapping[str, str], body: bytes) -> tuple[HTTPStatus, bytes]:
        """Decide about one call; headers by their lower-case names."""
        async with asyncio.timeout(SECRET_WITHIN):
            secret = await asyncio.shield(self._secret)
        if not is_genuine(headers, body, secret=secret, now=self._clock()):
            self.refused += 1
            return HTTPStatus.UNAUTHORIZED, b""
        event = json.loads(body)
        self.took[event["type"]] += 1
        if event["type"] == "webhook.challenge":
            return HTTPStatus.OK, json.dumps({"challenge": event["data"]["challenge"]}).encode()
        return HTTPStatus.NO_CONTENT, b""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            lines = (line.partition(":") for line in head.split("\r\n")[1:] if line)
            headers = {name.strip().lower(): text.strip() for name, _, text in lines}
            length = int(headers.get("content-length", "0"))
            if length > LARGEST_BODY:
                status, told = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b""
            else:
                status, told = await self.answer(headers, await reader.readexactly(length))
            fields = f"content-length: {len(told)}\r\ncontent-type: application/json\r\nconnection: close"
            writer.write(f"HTTP/1.1 {status.value} {status.phrase}\r\n{fields}\r\n\r\n".encode() + told)
            await writer.drain()
        except (OSError, ValueError, KeyError, TimeoutError, asyncio.IncompleteReadError):
            # Whoever speaks no HTTP, or says what is no event, is not answered.
            self.refused += 1
        finally:
            writer.close()


def is_genuine(headers: Mapping[str, str], body: bytes, *, secret: bytes, now: float) -> bool:
    """Tell whether a call is signed with the secret, and of now."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = "v1," + b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    sent = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(each.encode(), expected.encode()) for each in sent)
