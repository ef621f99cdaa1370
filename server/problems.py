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
    "BAD_SIGNATURE": 400,
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
    "PAYMENT_REFUSED": 402,
    "CROSS_SITE": 403,
    "FORBIDDEN": 403,
    "LINK_ENDED": 403,
    "INTROSPECTION_FORBIDDEN": 403,
    "OPERATION_NOT_REGISTERED": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "OPERATION_TYPE_NOT_ALLOWED": 405,
    "NOT_ACCEPTABLE": 406,
    "ALREADY_ACTIVATED": 409,
    "ALREADY_AFFILIATE": 409,
    "CODE_TAKEN": 409,
    "CHECKOUT_ENDED": 409,
    "CONVERSION_NOT_HELD": 409,
    "LINK_CODE_TAKEN": 409,
    "ALREADY_MEMBER": 409,
    "ALREADY_RESPONDED": 409,
    "ALREADY_SENT": 409,
    "ALREADY_SPONSORED": 409,
    "CONTRACTOR_LIMIT": 409,
    "INTRODUCTION_OPEN": 409,
    "INVALID_INTRODUCTION_TRANSITION": 409,
    "PARTNER_AT_CAPACITY": 409,
    "PARTNER_HAS_NO_INBOX": 409,
    "PARTNER_NOT_ACCEPTING": 409,
    "SUBDOMAIN_TAKEN": 409,
    "SPONSORSHIP_LIMIT": 409,
    "INVITATION_NOT_OPEN": 409,
    "NOT_MANUAL": 409,
    "NOT_FAILED": 409,
    "NOT_LIVE": 409,
    "NOT_READY_TO_GO_LIVE": 409,
    "OWNER_NEEDED": 409,
    "SLUG_TAKEN": 409,
    "TIME_TAKEN": 409,
    "SLOT_NOT_OPEN": 409,
    "NOT_YOUR_TURN": 409,
    "STALE_VERSION": 409,
    "TEAM_FULL": 409,
    "ALLOTMENT_IN_USE": 409,
    "CERTIFICATION_ENDED": 409,
    "CERTIFICATION_UNDER_WAY": 409,
    "ENVIRONMENT_NOT_READY": 409,
    "EXTENSION_USED": 409,
    "EXTERNAL_CODE_TAKEN": 409,
    "HOLD_EXPIRED": 409,
    "HOLD_QUOTA_EXCEEDED": 409,
    "CONSENT_MISSING": 409,
    "DOCUMENTS_UNDER_REVIEW": 409,
    "IDEMPOTENCY_CONFLICT": 409,
    "IMPORT_NOT_READY": 409,
    "INSUFFICIENT_INVENTORY": 409,
    "INVALID_TRANSITION": 409,
    "MISSING_DOCUMENTS": 409,
    "NOTHING_TO_PUBLISH": 409,
    "NOTHING_TO_CANCEL": 409,
    "NOTHING_TO_REDEEM": 409,
    "PACKAGE_UNAVAILABLE": 409,
    "PARTNER_NOT_PAYABLE": 409,
    "PARTNER_NOT_VERIFIED": 409,
    "PARTNER_PAUSED": 409,
    "PAYMENT_UNDER_WAY": 409,
    "PRICE_CHANGED": 409,
    "QUOTE_EXPIRED": 409,
    "POOL_TOO_SMALL": 409,
    "REFUND_TOO_LARGE": 409,
    "RESERVATION_CANCELLED": 409,
    "RESERVATION_EXPIRED": 409,
    "SALES_CLOSED": 409,
    "SKU_TAKEN": 409,
    "TOO_MANY_IMPORTS": 409,
    "TICKET_REDEEMED": 409,
    "TICKET_VOID": 409,
    "UPLOAD_NOT_READY": 409,
    "WEBHOOK_ENDPOINT_DISABLED": 409,
    "WEBHOOK_ENDPOINT_LIMIT": 409,
    "PAYLOAD_TOO_LARGE": 413,
    "UPLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_FILE_TYPE": 415,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "MAPPING_INCOMPLETE": 422,
    "SPREADSHEET_UNREADABLE": 422,
    "COUPON_REJECTED": 422,
    "CURRENCY_MISMATCH": 422,
    "ITEM_NOT_OWNED": 422,
    "DOCUMENT_TOO_LARGE": 422,
    "INVALID_CUSTOMER": 422,
    "INVALID_INPUT": 422,
    "INVALID_PROPERTY": 422,
    "NOT_PRICED": 422,
    "SUBDOMAIN_RESERVED": 422,
    "UNIT_LIMIT_EXCEEDED": 422,
    "RATE_LIMITED": 429,
    INTERNAL: 500,
    "PROVIDER_ERROR": 502,
    UNAVAILABLE: 503,
    TIMEOUT: 504,
}
"""400: not understood. 409: the world stands against it now. 422: understood, and can not be right."""

UNAVAILABLE_RETRY_SECONDS = 5

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


def problem_body(problem: Problem, *, public_url: str, instance: str, request_id: str) -> dict[str, object]:
    """Return the members of a problem; `retry_after_seconds` is called as its header."""
    facts = dict(problem.facts)
    if "retry_after_seconds" in facts:
        facts["retry_after"] = facts.pop("retry_after_seconds")
    hint = {"hint": problem.hint} if problem.hint else {}
    return {
        "type": f"{public_url}{DOCS_PATH}#{anchor_of(problem.code)}",
        "title": title_of(problem.code),
        "status": problem.status,
        "detail": problem.detail,
        "instance": instance,
        "code": problem.code,
        **hint,
        "request_id": request_id,
        **facts,
    }


def problem_response(
    problem: Problem,
    *,
    public_url: str,
    instance: str,
    request_id: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer: problem+json, with the headers that belong to its status."""
    body = problem_body(problem, public_url=public_url, instance=instance, request_id=request_id)
    sent = {"Cache-Control": "no-store", **_headers_of(problem), **(headers or {})}
    return Response(orjson.dumps(body, default=str), problem.status, sent, MEDIA_TYPE)


def _headers_of(problem: Problem) -> dict[str, str]:
    match problem.status:
        case 401:
            return {"WWW-Authenticate": 'Bearer realm="interline"'}
        case 413:
            # What is still on its way is not waited for.
            return {"Connection": "close"}
        case 429:
            return {"Retry-After": str(problem.facts.get("retry_after_seconds", UNAVAILABLE_RETRY_SECONDS))}
        case 503:
            return {"Retry-After": str(UNAVAILABLE_RETRY_SECONDS)}
        case _:
            return {}
