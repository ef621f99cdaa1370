"""How a middleware says no: as the door behind it would."""

from dataclasses import dataclass
from http import HTTPStatus

import orjson
from starlette.types import Scope, Send

from server.middleware.request_ids import request_id_of


@dataclass(frozen=True, slots=True)
class Refusing:
    """One error with its status: for GraphQL in its own form, elsewhere as RFC 9457 problem."""

    status: int
    code: str
    message: str

    async def send(self, scope: Scope, send: Send, headers: dict[str, str] | None = None) -> None:
        """Answer a request with it."""
        is_graphql = scope["path"].startswith("/graphql")
        body = orjson.dumps(self._graphql() if is_graphql else self._problem(scope))
        all_headers = {
            "content-type": "application/json; charset=utf-8" if is_graphql else "application/problem+json",
            "content-length": str(len(body)),
            "cache-control": "no-store",
            **(headers or {}),
        }
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in all_headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    def _graphql(self) -> dict[str, object]:
        return {"errors": [{"message": self.message, "extensions": {"code": self.code}}]}

    def _problem(self, scope: Scope) -> dict[str, object]:
        # `about:blank` says that the status tells all there is to know (RFC 9457 §4.2.1).
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.message,
            "instance": scope["path"],
            "code": self.code,
            "request_id": request_id_of(scope),
        }
