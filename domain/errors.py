"""What can be refused, and the one exception that carries a refusal.

Refusal                     a value: code, message, hint and its facts; part of the API, codes never change
├── NotFound                nothing there, or nothing the caller may see
├── Unauthenticated         no credential, or one that does not hold
├── Forbidden               a valid credential without the right
├── InvalidInput            a value outside its documented range; names the field
├── IdempotencyConflict     the same key came with another request
├── RateLimited             too many calls; says when to come back
└── one per domain fact     InsufficientInventory, ReservationExpired, ... beside their domain

Refused(Exception)          raised by domain, permissions and services; .reason is the Refusal
GatewayError(Exception)     raised by integrations: the world failed, not the caller
everything else             a fault (a bug): logged, masked as INTERNAL
"""

from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Refusal:
    """A typed "no" with its facts. Subclasses add facts as fields and make their own sentence."""

    code: ClassVar[str]
    hint: ClassVar[str | None] = None
    """What an integrator can do about it, in one sentence."""

    @property
    def message(self) -> str:
        raise NotImplementedError

    def facts(self) -> dict[str, object]:
        """Return the refusal's own fields by name, for problem bodies and error extensions."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class Refused(Exception):  # noqa: N818 - reads as the fact it states: `raise Refused(SoldOut(...))`
    """Carries a refusal out of the call that made it; rolls back the unit of work it crosses."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(f"{reason.code}: {reason.message}")
        self.reason = reason


class GatewayError(Exception):
    """A vendor or network failed. `retryable` tells whether the same call may succeed later."""

    def __init__(self, vendor: str, reference: str, *, retryable: bool) -> None:
        super().__init__(f"{vendor}: {reference}")
        self.vendor = vendor
        self.reference = reference
        self.retryable = retryable


@dataclass(frozen=True, slots=True)
class NotFound(Refusal):
    """Nothing has this id, or nothing the caller may see: the two are never told apart."""

    code: ClassVar[str] = "NOT_FOUND"
    noun: str
    id: str

    @property
    def message(self) -> str:
        return f"There is no {self.noun} with the id {self.id!r}."


@dataclass(frozen=True, slots=True)
class Unauthenticated(Refusal):
    """The call has no credential, or one that is malformed, unknown, expired or revoked."""

    code: ClassVar[str] = "UNAUTHENTICATED"
    hint: ClassVar[str | None] = "Send an API key or a token as `Authorization: Bearer ...`."
    why: str = "This call needs a credential."

    @property
    def message(self) -> str:
        return self.why


@dataclass(frozen=True, slots=True)
class Forbidden(Refusal):
    """The credential is good, but it does not carry the right this call needs."""

    code: ClassVar[str] = "FORBIDDEN"
    why: str

    @property
    def message(self) -> str:
        return self.why


@dataclass(frozen=True, slots=True)
class InvalidInput(Refusal):
    """A value is outside its documented range."""

    code: ClassVar[str] = "INVALID_INPUT"
    field: str
    problem: str

    @property
    def message(self) -> str:
        return f"{self.field}: {self.problem}"


@dataclass(frozen=True, slots=True)
class IdempotencyConflict(Refusal):
    """The idempotency key was used before, with a different request."""

    code: ClassVar[str] = "IDEMPOTENCY_CONFLICT"
    hint: ClassVar[str | None] = "Use a new key for a new request; repeat a request word for word."
    idempotency_key: str

    @property
    def message(self) -> str:
        return f"The idempotency key {self.idempotency_key!r} was used with another request."


@dataclass(frozen=True, slots=True)
class RateLimited(Refusal):
    """The caller used up its calls for now."""

    code: ClassVar[str] = "RATE_LIMITED"
    hint: ClassVar[str | None] = "Wait for `Retry-After` seconds; spread the calls over the minute."
    limit_per_minute: int
    retry_after_seconds: int

    @property
    def message(self) -> str:
        return f"More than {self.limit_per_minute} calls a minute; try again in {self.retry_after_seconds} s."
