"""Answers that are whole when they begin: told in one message, and sent in one piece, where the server takes that.

ASGI tells an answer in two messages at least, and every layer on the way hears of both. The extension `WHOLE` lets
`http.response.start` bring the body with it (`server/wire.py`); to any other server both are told.
"""

from typing import Any

from starlette.types import Scope, Send

WHOLE = "interline.whole_answer"


async def answer(
    scope: Scope, send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    """Send a whole answer. Its headers tell the length of its body, unless the status allows none."""
    start: dict[str, Any] = {"type": "http.response.start", "status": status, "headers": headers}
    if WHOLE in scope.get("extensions", ()) and scope["method"] != "HEAD":
        start[WHOLE] = body
        await send(start)
        return
    await send(start)
    await send({"type": "http.response.body", "body": body})
