"""What Stripe refuses, in its own envelope (https://docs.stripe.com/api/errors, 2026-11)."""

from typing import Any

DOCS = "https://stripe.com/docs/error-codes/"


class RefusedError(Exception):
    """A call that is answered with an error.

    `keeps_effects`: what the call did until then stands, as a declined charge does; else it is undone.
    `is_kept`: a repetition with the same idempotency key gets this answer again. Not so where no endpoint had
    begun (https://docs.stripe.com/api/idempotent_requests, 2026-11).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        keeps_effects: bool = False,
        is_kept: bool = True,
        more: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.keeps_effects = keeps_effects
        self.is_kept = is_kept
        self.error: dict[str, Any] = {"message": message, "type": type}
        if code is not None:
            self.error |= {"code": code, "doc_url": DOCS + code.replace("_", "-")}
        if param is not None:
            self.error["param"] = param
        self.error |= more or {}


def missing_parameter(param: str) -> RefusedError:
    return RefusedError(
        f"Missing required param: {param}.", code="parameter_missing", param=param, is_kept=False
    )


def unknown_parameter(param: str) -> RefusedError:
    return RefusedError(
        f"Received unknown parameter: {param}", code="parameter_unknown", param=param, is_kept=False
    )


def invalid_parameter(message: str, param: str, code: str | None = None) -> RefusedError:
    return RefusedError(message, code=code, param=param, is_kept=False)


def no_such(kind: str, id: str, param: str, *, status: int = 404, hint: str = "") -> RefusedError:
    """`status`: 404 where the id is the address, 400 where it is a parameter."""
    return RefusedError(
        f"No such {kind}: '{id}'{hint}", status=status, code="resource_missing", param=param, is_kept=False
    )


def unexpected_state(message: str, payment_intent: dict[str, Any]) -> RefusedError:
    return RefusedError(
        message, code="payment_intent_unexpected_state", more={"payment_intent": payment_intent}
    )


def insufficient_balance(message: str) -> RefusedError:
    return RefusedError(message, code="balance_insufficient")


def unauthorized(message: str) -> RefusedError:
    return RefusedError(message, status=401, is_kept=False)


def forbidden(message: str, code: str | None = None) -> RefusedError:
    return RefusedError(message, status=403, code=code, is_kept=False)


def no_such_address(method: str, path: str) -> RefusedError:
    return RefusedError(
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at "
        "https://support.stripe.com/.",
        status=404,
        is_kept=False,
    )


def key_in_use(message: str, *, status: int) -> RefusedError:
    return RefusedError(message, status=status, type="idempotency_error", is_kept=False)


def broken(message: str) -> RefusedError:
    return RefusedError(message, status=500, type="api_error", is_kept=False)
