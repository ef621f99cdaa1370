"""Reads a request's JSON body; whatever else comes is refused with its reason, in bounded memory."""

import orjson
from starlette.types import Receive

from domain.errors import Refused
from server.graphql.exchanges import read_body
from server.headers import RequestHeaders
from server.middleware.body_sizes import BodyTooLargeError
from server.rest.refusals import BodyTooLarge, MalformedBody, UnsupportedMediaType

MAX_BYTES = 256 * 1024
"""A reservation of 100 lines has 10 kB."""


async def read_object(receive: Receive, headers: RequestHeaders) -> dict[str, object]:
    """Return the members of the body; an absent body has none. Raises ClientGoneError.

    Refuses: UnsupportedMediaType, BodyTooLarge, MalformedBody. orjson is strict: it knows no NaN, no
    nesting beyond 1,024, no number beyond a double, no bytes that are not UTF-8.
    """
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Refused(UnsupportedMediaType("Encoded bodies are not read."))
    try:
        body = await read_body(receive, headers, MAX_BYTES)
    except BodyTooLargeError:
        # Ours, or the middleware's own, larger limit: passed by a single chunk.
        raise Refused(BodyTooLarge(MAX_BYTES)) from None
    if not body and "content-type" not in headers:
        return {}
    _check_type(headers.get("content-type", ""))
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(
            MalformedBody(f"The body is not JSON (line {error.lineno}, column {error.colno}).")
        ) from None
    if not isinstance(parsed, dict):
        raise Refused(MalformedBody("The body is JSON, but not an object."))
    return parsed


def _check_type(content_type: str) -> None:
    if content_type == "application/json":
        return
    media_type, _, rest = content_type.partition(";")
    if media_type.strip().lower() != "application/json":
        raise Refused(UnsupportedMediaType("The body's type must be application/json."))
    for parameter in rest.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in {"utf-8", "utf8"}:
            raise Refused(UnsupportedMediaType("The body's charset must be UTF-8."))
