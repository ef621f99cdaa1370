"""Reading a GraphQL request off HTTP, and writing an answer; shared by the plain door and the event stream."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol
from urllib.parse import parse_qsl

import orjson
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from domain.errors import Refused
from permissions.viewer import Viewer
from server import answering
from server.graphql.answers import Answer, StatusKind
from server.graphql.errors import RejectedError, failure_answer, presented
from server.graphql.negotiation import MediaType
from server.graphql.refusals import MalformedRequest, WrongDoor
from server.graphql.requests import GraphQLRequest, read_request
from server.headers import RequestHeaders, headers_of
from server.middleware.body_sizes import BodyTooLargeError, announced_bytes
from server.middleware.request_ids import request_id_of

MAX_BODY_BYTES = 256 * 1024
"""The largest document has 100 kB; its variables may have as much again."""

STATUS_OF = {
    StatusKind.EXECUTED: 200,
    StatusKind.BAD_DOCUMENT: 400,
    StatusKind.BAD_REQUEST: 400,
    StatusKind.UNAUTHENTICATED: 401,
    StatusKind.FORBIDDEN: 403,
    StatusKind.METHOD_NOT_ALLOWED: 400,
    StatusKind.RATE_LIMITED: 429,
    StatusKind.UNAVAILABLE: 503,
    StatusKind.FAULT: 500,
}
UNAVAILABLE_RETRY_SECONDS = 5
HEADERS_OF = {
    media_type: (
        (b"content-type", f"{media_type}; charset=utf-8".encode()),
        (b"cache-control", b"no-store"),
        (b"vary", b"Accept"),
    )
    for media_type in MediaType
}
"""What every answer of a type says, beside its length."""
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
PARAMETERS = frozenset({"query", "id", "documentId", "operationName", "variables", "extensions"})
JSON_PARAMETERS = frozenset({"variables", "extensions"})


class Authenticate(Protocol):
    """Tells who sends these headers. Refuses: Unauthenticated, InvalidInput, RateLimited."""

    async def __call__(self, headers: RequestHeaders, /, *, client: str) -> Viewer: ...


class HttpRefusedError(Exception):
    """The request is refused by a rule of HTTP, with the status that says so."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.headers: Mapping[str, str] = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = Answer(errors=[presented(message, code)], status_kind=StatusKind.BAD_REQUEST)


class Exchange:
    """One HTTP request and the way back."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.headers = headers_of(scope)
        self.method: str = scope["method"]
        self.client = client_of(scope)
        self.request_id = request_id_of(scope)

    async def begin(self, authenticate: Authenticate, max_bytes: int) -> tuple[Viewer, GraphQLRequest]:
        """Return who asks, and for what. Raises RejectedError, HttpRefusedError, ClientGoneError."""
        try:
            viewer = await authenticate(self.headers, client=self.client)
            return viewer, read_request(await self.message(max_bytes))
        except (HTTPException, HttpRefusedError, ClientGoneError):
            raise
        except Exception as failure:  # noqa: BLE001 - every failure has its answer
            answer = failure_answer(failure, self.request_id)
            if answer.status_kind is StatusKind.BAD_DOCUMENT:
                # There is no document yet: what was refused is a header.
                answer = replace(answer, status_kind=StatusKind.BAD_REQUEST)
            raise RejectedError(answer) from None

    async def message(self, max_bytes: int) -> object:
        """Return the request's JSON. Refuses: MalformedRequest. Raises HttpRefusedError."""
        if self.method == "GET":
            return query_message(self.scope["query_string"])
        if self.method != "POST":
            raise HttpRefusedError(
                405,
                "METHOD_NOT_ALLOWED",
                "Send GraphQL requests by POST, queries also by GET.",
                allow="GET, POST",
            )
        check_content(self.headers)
        try:
            body = await read_body(self.receive, self.headers, max_bytes)
        except BodyTooLargeError:
            raise too_large(max_bytes) from None
        return parse_json(body)

    async def wait_until_gone(self) -> None:
        """Return when the client has hung up."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def answer(
        self, status: int, body: bytes, media_type: MediaType, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send a whole answer; never kept by anybody on the way."""
        raw = [*HEADERS_OF[media_type], (b"content-length", b"%d" % len(body))]
        if headers:
            raw += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await answering.answer(self.scope, self.send, status, raw, body)


class ClientGoneError(Exception):
    """The client hung up; there is nobody to answer."""


async def read_body(receive: Receive, headers: RequestHeaders, max_bytes: int) -> bytes:
    """Return the body of a request; of one that is too large no more is read when that is known.

    Raises BodyTooLargeError, ClientGoneError.
    """
    announced = announced_bytes(headers)
    if announced is not None and announced > max_bytes:
        raise BodyTooLargeError(max_bytes)
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > max_bytes:
            raise BodyTooLargeError(max_bytes)
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def client_of(scope: Scope) -> str:
    """Return the caller's address; uvicorn puts there what a trusted proxy says."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


def status_of(answer: Answer, method: str, media_type: MediaType) -> tuple[int, Mapping[str, str]]:
    """Return the status and the headers that belong to an answer."""
    kind = answer.status_kind
    if kind is StatusKind.EXECUTED:
        return STATUS_OF[kind], NO_HEADERS
    status = STATUS_OF[kind]
    headers: dict[str, str] = {}
    if kind is StatusKind.BAD_DOCUMENT and media_type is MediaType.JSON:
        status = 200
    elif kind is StatusKind.METHOD_NOT_ALLOWED and method == "GET" and is_mutation(answer):
        status, headers["allow"] = 405, "POST"
    elif kind is StatusKind.UNAUTHENTICATED:
        headers["www-authenticate"] = "Bearer"
    elif kind is StatusKind.UNAVAILABLE:
        headers["retry-after"] = str(UNAVAILABLE_RETRY_SECONDS)
    if answer.retry_after_seconds is not None:
        headers["retry-after"] = str(answer.retry_after_seconds)
    return status, headers


def is_mutation(answer: Answer) -> bool:
    """Tell whether what came through the wrong door was a mutation."""
    extensions = answer.errors[0]["extensions"]
    assert isinstance(extensions, dict)
    return (extensions["code"], extensions.get("operationType")) == (WrongDoor.code, "mutation")


def check_content(headers: RequestHeaders) -> None:
    """Raise HttpRefusedError for anything but plain JSON in UTF-8.

    That is also what keeps forms of other sites out: a form sends no JSON, and a script of another site
    that does must ask first (CORS).
    """
    if headers.first.get(b"content-type") == b"application/json" and b"content-encoding" not in headers.first:
        return
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise unsupported(
            "Encoded bodies are not read: send no Content-Encoding.", accept_encoding="identity"
        )
    media_type, *parameters = (part.strip() for part in headers.get("content-type", "").split(";"))
    if media_type.lower() != MediaType.JSON:
        raise unsupported("Send `Content-Type: application/json`.", accept_post="application/json")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in {"utf-8", "utf8"}:
            raise unsupported("JSON is sent in UTF-8.")


def unsupported(message: str, **headers: str) -> HttpRefusedError:
    return HttpRefusedError(415, "UNSUPPORTED_MEDIA_TYPE", message, **headers)


def too_large(max_bytes: int) -> HttpRefusedError:
    message = f"A request may have {max_bytes} bytes at most."
    # The connection stays: closed under a caller that still sends, it would take the answer with it. The server
    # throws away what comes.
    return HttpRefusedError(413, "PAYLOAD_TOO_LARGE", message)


def parse_json(body: bytes | str) -> object:
    """Parse JSON. Refuses: MalformedRequest.

    orjson is strict: no NaN, no nesting beyond 1,024, no number beyond a double, nothing but UTF-8.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Refused(MalformedRequest(f"This is not JSON ({where}).")) from None


def query_message(query_string: bytes) -> dict[str, object]:
    """Return the message a query string spells; parameters we do not know are passed over.

    Refuses: MalformedRequest.
    """
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100
        )
    except ValueError:
        raise Refused(MalformedRequest("The query string is not UTF-8, percent-encoded.")) from None
    message: dict[str, object] = {}
    for name, value in pairs:
        if name not in PARAMETERS:
            continue
        if name in message:
            raise Refused(MalformedRequest(f"`{name}` was sent twice."))
        if value:
            message[name] = parse_json(value) if name in JSON_PARAMETERS else value
    return message
