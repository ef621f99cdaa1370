"""A raw HTTP/1.1 client: one kept-alive connection, one call at a time, as little work of its own as possible.

What is measured must be the server. A full client costs more CPU per call than the api does.
"""

import asyncio
from dataclasses import dataclass
from typing import Self


class ProtocolError(Exception):
    """The server said something this client does not understand, or hung up."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and body of an answer."""

    status: int
    body: bytes


def request(method: str, path: str, *, host: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Return the bytes of a request."""
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {host}",
        *(f"{name}: {text}" for name, text in headers.items()),
    ]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Connection:
    """One connection to the server. Opens itself again after it broke."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter | None = None

    async def open(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def ask(self, asked: bytes) -> Reply:
        """Send one request and wait for its answer. Raises ProtocolError, OSError."""
        if self._writer is None:
            await self.open()
        writer = self._writer
        assert writer is not None
        try:
            writer.write(asked)
            head = await self._reader.readuntil(b"\r\n\r\n")
            length, closes = _read_head(head)
            body = await self._reader.readexactly(length) if length else b""
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError) as problem:
            self.close()
            raise ProtocolError(type(problem).__name__) from None
        if closes:
            self.close()
        return Reply(int(head[9:12]), body)


def _read_head(head: bytes) -> tuple[int, bool]:
    """Return the length of the body, and whether the server closes the connection."""
    length, closes = 0, False
    for line in head.split(b"\r\n")[1:]:
        name, _, text = line.partition(b":")
        match name.lower():
            case b"content-length":
                length = int(text)
            case b"transfer-encoding":
                raise ProtocolError("the answer is chunked")
            case b"connection":
                closes = text.strip().lower() == b"close"
    return length, closes
