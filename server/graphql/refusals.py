"""What the GraphQL doors themselves refuse, before any resolver is asked."""

from dataclasses import dataclass
from typing import ClassVar

from domain.errors import Refusal

LARGEST_NUMBER_SHOWN = 2**31 - 1
"""Nested fragments make figures of a thousand digits; nobody needs to read them."""


@dataclass(frozen=True, slots=True)
class MalformedRequest(Refusal):
    """The request is not a GraphQL request: its shape, not its document, is wrong."""

    code: ClassVar[str] = "BAD_REQUEST"
    why: str

    @property
    def message(self) -> str:
        return self.why

    def facts(self) -> dict[str, object]:
        return {}


@dataclass(frozen=True, slots=True)
class BatchRefused(Refusal):
    """Several operations came in one request."""

    code: ClassVar[str] = "BATCH_NOT_SUPPORTED"

    @property
    def message(self) -> str:
        return "Batches are not supported: send one operation a request."


@dataclass(frozen=True, slots=True)
class OperationNotRegistered(Refusal):
    """An API key runs the registered operations of its audience, and nothing else."""

    code: ClassVar[str] = "OPERATION_NOT_REGISTERED"
    hint: ClassVar[str | None] = "Send the `id` of a registered operation, or use the REST endpoints."

    @property
    def message(self) -> str:
        return "This is not a registered operation, or not one of yours."


@dataclass(frozen=True, slots=True)
class OperationUnknown(Refusal):
    """The document has no operation of that name, or several and no name was sent."""

    code: ClassVar[str] = "OPERATION_RESOLUTION_FAILED"
    why: str

    @property
    def message(self) -> str:
        return self.why

    def facts(self) -> dict[str, object]:
        return {}


@dataclass(frozen=True, slots=True)
class IntrospectionForbidden(Refusal):
    """The document asks for the schema, and the caller may not see it."""

    code: ClassVar[str] = "INTROSPECTION_FORBIDDEN"

    @property
    def message(self) -> str:
        return "Introspection needs the scope INTROSPECT."


@dataclass(frozen=True, slots=True)
class PersistedQueryNotFound(Refusal):
    """Automatic persisted queries: the hash is not known (yet).

    Clients look for the code or for exactly this message
    (https://www.apollographql.com/docs/apollo-server/performance/apq, 2026-11).
    """

    code: ClassVar[str] = "PERSISTED_QUERY_NOT_FOUND"

    @property
    def message(self) -> str:
        return "PersistedQueryNotFound"


@dataclass(frozen=True, slots=True)
class PersistedQueryMismatch(Refusal):
    """Automatic persisted queries: the hash sent is not the hash of the text sent."""

    code: ClassVar[str] = "PERSISTED_QUERY_MISMATCH"

    @property
    def message(self) -> str:
        return "The sha256Hash is not the SHA-256 of the query."


@dataclass(frozen=True, slots=True)
class LimitExceeded(Refusal):
    """An operation is larger than this api runs."""

    code: ClassVar[str] = "LIMIT_EXCEEDED"
    limit: str
    maximum: int
    requested: int

    @property
    def message(self) -> str:
        return f"{self.limit}: at most {self.maximum}, and this has {self.requested}."


def exceeded(limit: str, maximum: int, requested: int) -> LimitExceeded:
    return LimitExceeded(limit, maximum, min(requested, LARGEST_NUMBER_SHOWN))


@dataclass(frozen=True, slots=True)
class WrongDoor(Refusal):
    """The kind of operation does not go through this door: a mutation by GET, a subscription by POST."""

    code: ClassVar[str] = "OPERATION_TYPE_NOT_ALLOWED"
    operation_type: str
    why: str

    @property
    def message(self) -> str:
        return self.why

    def facts(self) -> dict[str, object]:
        return {"operation_type": self.operation_type}
