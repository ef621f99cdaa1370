"""What became of an operation that was run, as an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from graphql import ExecutionResult

from server.graphql.answers import Answer, code_of, encode
from server.graphql.errors import (
    BAD_USER_INPUT,
    TIMEOUT,
    client_error,
    document_answer,
    execution_errors,
    failure_answer,
    kind_of,
    presented,
)
from server.graphql.execution import RequestErrors

log = structlog.get_logger(__name__)


class Observe(Protocol):
    """Is told of every operation, also of those that were not run."""

    def __call__(self, operation_name: str, kind: str, seconds: float, codes: Sequence[str], /) -> object: ...


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Makes the answers of one operation: all name its request, and carry its extensions."""

    request_id: str
    label: str
    deadline_seconds: float
    extensions: Mapping[str, object] = field(default_factory=dict)

    def executed(self, result: ExecutionResult, *, sequence: int | None = None) -> Answer:
        found = result.errors or []
        if result.data is None and found and all(error.path is None for error in found):
            return document_answer([client_error(error, BAD_USER_INPUT) for error in found])
        errors = execution_errors(found, self.request_id, self.label)
        return Answer(result.data, errors, self.extensions, sequence=sequence)

    def not_begun(self, failure: RequestErrors) -> Answer:
        """Answer for a subscription whose variables are wrong, or whose source refused or failed."""
        if all(error.path is None for error in failure.errors):
            return document_answer([client_error(error, BAD_USER_INPUT) for error in failure.errors])
        errors = execution_errors(failure.errors, self.request_id, self.label)
        return Answer(errors=errors, status_kind=kind_of(code_of(errors[0])))

    def timed_out(self) -> Answer:
        log.warning("graphql_timeout", request_id=self.request_id, operation=self.label)
        message = f"The operation took longer than {self.deadline_seconds:g} s."
        return Answer(None, [presented(message, TIMEOUT)], self.extensions)

    def failed(self, failure: BaseException) -> Answer:
        if isinstance(failure, RequestErrors):
            return self.not_begun(failure)
        return failure_answer(failure, self.request_id, self.label)


def encode_answer(answer: Answer, request_id: str) -> bytes:
    """Return the answer's JSON; what has none is a fault of a resolver, and masked like every other."""
    try:
        return encode(answer.payload())
    except TypeError as failure:
        return encode(failure_answer(failure, request_id).payload())
