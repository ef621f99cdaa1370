"""What is refused before an operation runs: bodies, parameters and methods that are not understood."""

from dataclasses import dataclass
from typing import ClassVar

from domain.errors import Refusal


@dataclass(frozen=True, slots=True)
class MalformedBody(Refusal):
    """The body is not a JSON object."""

    code: ClassVar[str] = "BAD_REQUEST"
    hint: ClassVar[str | None] = "Send one JSON object, encoded in UTF-8."
    why: str

    @property
    def message(self) -> str:
        return self.why


@dataclass(frozen=True, slots=True)
class UnknownParameter(Refusal):
    """The query string has a parameter this call does not know."""

    code: ClassVar[str] = "UNKNOWN_PARAMETER"
    parameter: str
    known: tuple[str, ...]

    @property
    def message(self) -> str:
        known = ", ".join(self.known) or "none"
        return f"There is no query parameter {self.parameter!r} here; known are: {known}."


@dataclass(frozen=True, slots=True)
class BodyTooLarge(Refusal):
    """The body is larger than any call needs."""

    code: ClassVar[str] = "PAYLOAD_TOO_LARGE"
    max_bytes: int

    @property
    def message(self) -> str:
        return f"A body may have {self.max_bytes} bytes at most."


@dataclass(frozen=True, slots=True)
class UnsupportedMediaType(Refusal):
    """The body is of another type or encoding than plain JSON."""

    code: ClassVar[str] = "UNSUPPORTED_MEDIA_TYPE"
    hint: ClassVar[str | None] = "Send `Content-Type: application/json` and no `Content-Encoding`."
    why: str

    @property
    def message(self) -> str:
        return self.why


@dataclass(frozen=True, slots=True)
class MethodNotAllowed(Refusal):
    """The path is there, but not for this method."""

    code: ClassVar[str] = "METHOD_NOT_ALLOWED"
    method: str
    allowed: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"{self.method} is not allowed here; allowed are: {', '.join(self.allowed)}."


@dataclass(frozen=True, slots=True)
class UnknownPath(Refusal):
    """Nothing is served at this path."""

    code: ClassVar[str] = "NOT_FOUND"
    hint: ClassVar[str | None] = "All paths are listed at /api/docs; none ends with a slash."
    path: str

    @property
    def message(self) -> str:
        return f"There is nothing at {self.path}."
