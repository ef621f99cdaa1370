"""No body is larger than anything here needs; one that is, is refused without being kept."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.middleware.refusing import Refusing

MAX_BYTES = 1024 * 1024


class BodyTooLargeError(HTTPException):
    """More bytes came than are read. Routes may answer it in their own form."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(413, f"A body may have {max_bytes} bytes at most.")


class BodySizes:
    """Refuses by the announced length, and by what comes where none was announced."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and (len(announced) > 15 or int(announced) > self._max_bytes):
            await self._refuse(scope, send)
            return
        received = 0
        has_begun = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise BodyTooLargeError(self._max_bytes)
            return message

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, counted, watched)
        except BodyTooLargeError:
            if has_begun:
                raise
            await self._refuse(scope, send)

    async def _refuse(self, scope: Scope, send: Send) -> None:
        message = f"A body may have {self._max_bytes} bytes at most."
        # The connection stays: closed under a caller that still sends, it would take the answer with it.
        await Refusing(413, "PAYLOAD_TOO_LARGE", message).send(scope, send)
