"""How HTTP says no: RFC 9457 problems, and the one table of their statuses.

Every code is a refusal's, or one of those the doors add. Each has a paragraph in `docs/errors.md`,
and the problem's `type` leads there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import orjson
from starlette.responses import Response

from domain.errors import Refusal

MEDIA_TYPE = "application/problem+json"

INTERNAL = "INTERNAL"
UNAVAILABLE = "UNAVAILABLE"
TIMEOUT = "TIMEOUT"

STATUS_OF: dict[str, int] = {
    "BAD_REQUEST": 400,
    "BAD_USER_INPUT": 400,
    "BATCH_NOT_SUPPORTED": 400,
    "GRAPHQL_PARSE_FAILED": 400,
    "GRAPHQL_VALIDATION_FAILED": 400,
    "LIMIT_EXCEEDED": 400,
    "OPERATION_RESOLUTION_FAILED": 400,
    "PERSISTED_QUERY_MISMATCH": 400,
    "PERSISTED_QUERY_NOT_FOUND": 400,
    "UNKNOWN_PARAMETER": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "INTROSPECTION_FORBIDDEN": 403,
    "OPERATION_NOT_REGISTERED": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "OPERATION_TYPE_NOT_ALLOWED": 405,
    "ALREADY_ACTIVATED": 409,
    "ALLOTMENT_IN_USE": 409,
    "EXTENSION_USED": 409,
    "HOLD_QUOTA_EXCEEDED": 409,
    "IDEMPOTENCY_CONFLICT": 409,
    "INSUFFICIENT_INVENTORY": 409,
    "NOTHING_TO_REDEEM": 409,
    "POOL_TOO_SMALL": 409,
    "RESERVATION_CANCELLED": 409,
    "RESERVATION_EXPIRED": 409,
    "SALES_CLOSED": 409,
    "SKU_TAKEN": 409,
    "TICKET_REDEEMED": 409,
    "TICKET_VOID": 409,
    "BODY_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "CURRENCY_MISMATCH": 422,
    "INVALID_CUSTOMER": 422,
    "INVALID_INPUT": 422,
    "NOT_PRICED": 422,
    "UNIT_LIMIT_EXCEEDED": 422,
    "RATE_LIMITED": 429,
    INTERNAL: 500,
    UNAVAILABLE: 503,
    TIMEOUT: 504,
}
"""400: not understood. 409: the world stands against it now. 422: understood, and can not be right."""

DOCS_PATH = "/docs/errors"

RESERVED_MEMBERS = frozenset({"type", "title", "status", "detail", "instance", "code", "hint", "request_id"})
"""What a problem says of itself: no fact of a refusal may have one of these names."""

NO_FACTS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Problem:
    """A "no" as HTTP says it: a code of the table, one sentence, and the facts by name."""

    code: str
    detail: str
    hint: str | None = None
    facts: Mapping[str, object] = field(default_factory=lambda: NO_FACTS)

    @property
    def status(self) -> int:
        return STATUS_OF[self.code]


FAULT = Problem(
    INTERNAL, "Something went wrong on our side.", "Try again; if it stays, send us the request id."
)
"""What a caller learns of a bug: nothing but the request id."""

OUTAGE = Problem(UNAVAILABLE, "Something we depend on does not answer; try again in a moment.")


def problem_of(reason: Refusal) -> Problem:
    """Return a refusal as a problem; a fact which only repeats the sentence is left out."""
    facts = {name: fact for name, fact in reason.facts().items() if fact != reason.message}
    return Problem(reason.code, reason.message, reason.hint, facts)


def title_of(code: str) -> str:
    """Return the code in words: "Insufficient inventory"."""
    return code.replace("_", " ").capitalize()


def anchor_of(code: str) -> str:
    """Return the code's place in the documentation: "insufficient-inventory"."""
    return code.replace("_", "-").lower()


def problem_response(
    problem: Problem,
    *,
    public_url: str,
    instance: str,
    request_id: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer: problem+json, with `Retry-After` and `WWW-Authenticate` where they belong."""
    seconds = problem.facts.get("retry_after_seconds")
    body = {
        "type": f"{public_url}{DOCS_PATH}#{anchor_of(problem.code)}",
        "title": title_of(problem.code),
        "status": problem.status,
        "detail": problem.detail,
        "instance": instance,
        "code": problem.code,
        "hint": problem.hint,
        "request_id": request_id,
        **{name: fact for name, fact in problem.facts.items() if name != "retry_after_seconds"},
    }
    sent = {"Cache-Control": "no-store", **(headers or {})}
    if seconds is not None:
        body["retry_after"] = seconds
        sent["Retry-After"] = str(seconds)
    if problem.code == "UNAUTHENTICATED":
        sent["WWW-Authenticate"] = 'Bearer realm="interline"'
    written = orjson.dumps(
        {name: value for name, value in body.items() if name != "hint" or value}, default=str
    )
    return Response(written, problem.status, sent, MEDIA_TYPE)
