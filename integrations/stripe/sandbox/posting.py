"""Posts to one endpoint over one connection that is kept: of the answer, the status is all that matters."""

import asyncio
from urllib.parse import urlsplit

_HEAD_END = b"\r\n\r\n"


class Poster:
    """One connection, opened when it is needed."""

    def __init__(self, timeout: float) -> None:
        """`timeout`: seconds for the whole exchange."""
        self._timeout = timeout
        self._to: tuple[str, int] | None = None
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, url: str, body: bytes, signature: bytes) -> int:
        """Return the status. Raises OSError, EOFError, TimeoutError, ValueError."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._post(url, body, signature)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def _post(self, url: str, body: bytes, signature: bytes) -> int:
        parts = urlsplit(url)
        is_tls = parts.scheme == "https"
        to = (parts.hostname or "", parts.port or (443 if is_tls else 80))
        was_open = await self._open(to, is_tls=is_tls)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        asked = (
            b"POST %b HTTP/1.1\r\nHost: %b\r\nContent-Type: application/json; charset=utf-8\r\n"
            b"User-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\nStripe-Signature: %b\r\n"
            b"Content-Length: %d\r\n\r\n%b"
        ) % (path.encode(), parts.netloc.encode(), signature, len(body), body)
        try:
            return await self._exchange(asked)
        except (ConnectionError, EOFError):
            if not was_open:
                raise
        # A kept connection may have been closed by the other side meanwhile.
        self.close()
        await self._open(to, is_tls=is_tls)
        return await self._exchange(asked)

    async def _open(self, to: tuple[str, int], *, is_tls: bool) -> bool:
        """See that there is a connection; return whether there was one."""
        if self._writer is not None and self._to == to and not self._writer.is_closing():
            return True
        self.close()
        self._reader, self._writer = await asyncio.open_connection(*to, ssl=is_tls or None)
        self._to = to
        return False

    async def _exchange(self, asked: bytes) -> int:
        assert self._writer is not None
        self._writer.write(asked)
        head = (await self._reader.readuntil(_HEAD_END)).lower()
        length = _length(head)
        if length is None or b"connection: close" in head:
            self.close()
        elif length:
            await self._reader.readexactly(length)
        return int(head[9:12])


def _length(head: bytes) -> int | None:
    """Return the length of the body; None where only the end of the connection or of the chunks tells it."""
    if b" 204 " in head[:13]:
        return 0
    for line in head.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return None
