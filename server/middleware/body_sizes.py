"""No body is larger than anything here needs; one that is, is refused without being kept."""

import sys

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from server.headers import RequestHeaders
from server.middleware.refusing import Refusing

MAX_BYTES = 1024 * 1024
FILES = "/uploads/"
"""Below it, files are sent: the door has a limit for each."""
MAIL = "/webhooks/inbound-mail"
"""Mails come in with what is attached to them: the door has a limit of its own."""
LARGEST_MAIL = 32 * 1024 * 1024
UNLIMITED = (FILES, MAIL)
LONGEST_LENGTH = 15


class BodyTooLargeError(HTTPException):
    """More bytes came than are read. Routes may answer it in their own form."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(413, f"A body may have {max_bytes} bytes at most.")


def too_large(max_bytes: int) -> Refusing:
    """Return the refusal. The connection stays: closed under a caller that still sends, it would take it along."""
    return Refusing(413, "PAYLOAD_TOO_LARGE", f"A body may have {max_bytes} bytes at most.")


def announced_bytes(headers: RequestHeaders) -> int | None:
    """Return how long the body is going to be; None where that is not said, or where it comes in chunks."""
    announced = headers.first.get(b"content-length", b"")
    if not announced.isdigit() or b"transfer-encoding" in headers.first:
        return None
    return int(announced) if len(announced) <= LONGEST_LENGTH else sys.maxsize


def counted(receive: Receive, max_bytes: int) -> Receive:
    """Return a `receive` that raises BodyTooLargeError as soon as more than `max_bytes` came."""
    received = 0

    async def receive_some() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > max_bytes:
            raise BodyTooLargeError(max_bytes)
        return message

    return receive_some
