"""What Stripe says no with, in our words; what it says of a card is never repeated."""

from collections.abc import Awaitable
from typing import Any, TypeVar

import stripe

from domain.errors import GatewayError, Refused
from domain.payments import PaymentRefused

VENDOR = "stripe"
UNREACHED = "not reached"
OURS = frozenset({401, 403})
"""What is said of our key is mended on our side: whatever waits for it goes on then."""
PASSING = frozenset({409, 424, 429})
"""Somebody else is at it, or there is too much of everything: later it passes."""
NAMELESS = "invalid_request"
NOT_THEIRS = "account_invalid"
"""The payee ended its connection with us: with status 403, yet final (docs.stripe.com/error-codes, 2026-11)."""

T = TypeVar("T")


async def asked(call: Awaitable[T]) -> T:
    """Return what Stripe answers. Raises Refused(PaymentRefused) or GatewayError."""
    try:
        return await call
    except stripe.StripeError as problem:
        failure = failure_of(problem)
    # Outside the `except`: the SDK's own error holds the whole answer, which must not travel with ours.
    raise failure


def failure_of(problem: stripe.StripeError) -> Refused | GatewayError:
    """Tell a "no" that stays one from a "not now"."""
    status = problem.http_status
    if status is None:
        return GatewayError(VENDOR, UNREACHED, retryable=True)
    said = _said(problem)
    code = str(said.get("code") or "")
    # `APIError` is what the SDK calls every answer it can not make sense of, whatever its status.
    is_passing = isinstance(problem, stripe.APIError) or status in PASSING or status in OURS
    # A key that came with another request is a bug of ours: the same call never passes.
    is_bug = isinstance(problem, stripe.IdempotencyError)
    if is_bug or (is_passing and code != NOT_THEIRS):
        words = (str(status), str(said.get("type") or ""), code, problem.request_id or "")
        return GatewayError(VENDOR, " ".join(filter(None, words)), retryable=not is_bug)
    return Refused(PaymentRefused(code or NAMELESS, said.get("decline_code")))


def payment_of(problem: stripe.CardError) -> dict[str, Any] | None:
    """Return the PaymentIntent whose card was declined; None where the error has none."""
    payment = _said(problem).get("payment_intent")
    return payment if isinstance(payment, dict) else None


def _said(problem: stripe.StripeError) -> dict[str, Any]:
    body = problem.json_body
    said = body.get("error") if isinstance(body, dict) else None
    return said if isinstance(said, dict) else {}
