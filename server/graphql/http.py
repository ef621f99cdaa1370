"""GraphQL over HTTP: `/graphql`, POST for everything that has one answer, GET for queries."""

from starlette.types import Receive, Scope, Send

from server.graphql.answers import Answer
from server.graphql.engine import QUERIES, REQUEST_TYPES, Engine
from server.graphql.errors import RejectedError
from server.graphql.exchanges import (
    MAX_BODY_BYTES,
    Authenticate,
    ClientGoneError,
    Exchange,
    HttpRefusedError,
    status_of,
)
from server.graphql.hang_ups import HangUps
from server.graphql.negotiation import MediaType, negotiate
from server.graphql.outcomes import encode_answer


class GraphQLOverHttp:
    """An ASGI application for the one path."""

    def __init__(
        self, engine: Engine, authenticate: Authenticate, *, max_body_bytes: int = MAX_BODY_BYTES
    ) -> None:
        self._engine = engine
        self._authenticate = authenticate
        self._max_body_bytes = max_body_bytes
        self._hang_ups = HangUps()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, send)
        media_type = negotiate(exchange.headers.get("accept"))
        try:
            answer = await self._answer(exchange) if media_type else not_acceptable()
        except HttpRefusedError as refused:
            answer, status, headers = refused.answer, refused.status, refused.headers
        except ClientGoneError:
            return
        else:
            status, headers = status_of(answer, exchange.method, media_type or MediaType.JSON)
        body = encode_answer(answer, exchange.request_id)
        await exchange.answer(status, body, media_type or MediaType.JSON, headers)

    async def _answer(self, exchange: Exchange) -> Answer:
        """Return what there is to say. Raises HttpRefusedError, ClientGoneError."""
        try:
            viewer, request = await exchange.begin(self._authenticate, self._max_body_bytes)
        except RejectedError as rejected:
            return rejected.answer
        types = QUERIES if exchange.method == "GET" else REQUEST_TYPES
        work = self._engine.execute(request, viewer, exchange.request_id, operation_types=types)
        return await self._hang_ups.unless_gone(work, exchange)


def not_acceptable() -> Answer:
    raise HttpRefusedError(
        406, "NOT_ACCEPTABLE", "Accept application/graphql-response+json or application/json."
    )
