"""Errors as callers may see them: each with a code, none with what is ours alone."""

import traceback
from collections.abc import Iterable, Mapping, Sequence

import structlog
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import StrawberryGraphQLError

from domain.errors import Forbidden, RateLimited, Refusal, Refused, Unauthenticated
from server.graphql import refusals
from server.graphql.answers import MAX_ERRORS, Answer, Presented, StatusKind, code_of
from server.outages import is_outage, is_overdue, is_unfit_value

log = structlog.get_logger(__name__)

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
BAD_USER_INPUT = "BAD_USER_INPUT"
LIMIT_EXCEEDED = refusals.LimitExceeded.code
FORBIDDEN = Forbidden.code
UNAVAILABLE = "UNAVAILABLE"
TIMEOUT = "TIMEOUT"
INTERNAL = "INTERNAL"

LONGEST_MESSAGE = 500
"""graphql-core quotes what was sent; nobody needs 100 kB of it back, twenty times."""

FAULT_MESSAGE = "Something went wrong on our side."
UNAVAILABLE_MESSAGE = "Something we depend on does not answer; try again in a moment."
OVERDUE_MESSAGE = "The database took too long for this."
UNFIT_MESSAGE = "A value is outside what can be kept."

KIND_OF: dict[str, StatusKind] = {
    Unauthenticated.code: StatusKind.UNAUTHENTICATED,
    Forbidden.code: StatusKind.FORBIDDEN,
    RateLimited.code: StatusKind.RATE_LIMITED,
    refusals.OperationNotRegistered.code: StatusKind.FORBIDDEN,
    refusals.IntrospectionForbidden.code: StatusKind.FORBIDDEN,
    refusals.MalformedRequest.code: StatusKind.BAD_REQUEST,
    refusals.BatchRefused.code: StatusKind.BAD_REQUEST,
    refusals.WrongDoor.code: StatusKind.METHOD_NOT_ALLOWED,
    UNAVAILABLE: StatusKind.UNAVAILABLE,
    INTERNAL: StatusKind.FAULT,
}
"""What a code means for a request that did not run; every other one is about its document or variables."""


class RejectedError(Exception):
    """Carries the answer of a request that is not run."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(", ".join(answer.codes))
        self.answer = answer


def client_error(error: GraphQLError, code: str) -> Presented:
    """Present what graphql-core has to say about the caller's own document."""
    if isinstance(error, GraphQLSyntaxError) and " contains more than " in error.message:
        code = LIMIT_EXCEEDED
    return presented(error.message, code, located=error)


def presented(
    message: str,
    code: str,
    facts: Mapping[str, object] | None = None,
    *,
    located: GraphQLError | None = None,
) -> Presented:
    """Return an error's map; `code` is never shadowed by a fact."""
    error: Presented = {"message": message[:LONGEST_MESSAGE]}
    if located is not None and located.locations:
        error["locations"] = [{"line": each.line, "column": each.column} for each in located.locations]
    if located is not None and located.path is not None:
        error["path"] = list(located.path)
    error["extensions"] = {**(facts or {}), "code": code}
    return error


def refusal_error(reason: Refusal, *, located: GraphQLError | None = None) -> Presented:
    """Present a refusal with its facts, named as the graph names things."""
    facts = {camel_case(name): value for name, value in reason.facts().items()}
    if reason.hint is not None:
        facts["hint"] = reason.hint
    return presented(reason.message, reason.code, facts, located=located)


def camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def kind_of(code: str) -> StatusKind:
    return KIND_OF.get(code, StatusKind.BAD_DOCUMENT)


def refusal_answer(reason: Refusal, extensions: Mapping[str, object] | None = None) -> Answer:
    """Return the answer of a request that was refused before anything ran."""
    return Answer(
        errors=[refusal_error(reason)],
        extensions=extensions or {},
        status_kind=kind_of(reason.code),
        retry_after_seconds=reason.retry_after_seconds if isinstance(reason, RateLimited) else None,
    )


def failure_answer(failure: BaseException, request_id: str, operation: str | None = None) -> Answer:
    """Return the answer where something other than a field failed: a refusal, the world, or a fault of ours."""
    if isinstance(failure, RejectedError):
        return failure.answer
    if isinstance(failure, Refused):
        return refusal_answer(failure.reason)
    error = _masked(failure, request_id, operation)
    return Answer(errors=[error], status_kind=kind_of(code_of(error)))


def execution_errors(
    errors: Iterable[GraphQLError], request_id: str, operation: str | None
) -> list[Presented]:
    """Present the errors of fields, at most MAX_ERRORS; every fault among all of them is logged."""
    return [execution_error(error, request_id, operation) for error in errors][:MAX_ERRORS]


def execution_error(error: GraphQLError, request_id: str, operation: str | None) -> Presented:
    """Present the error of one field.

    A refusal and an error that names its code are answers. So is what graphql-core says about an argument,
    and a denied Strawberry permission. Everything else is a fault, whatever its class and words.
    """
    cause = innermost(error)
    if isinstance(cause, Refused):
        return refusal_error(cause.reason, located=error)
    if isinstance(cause, GraphQLError):
        extensions = dict(cause.extensions or {})
        code = extensions.pop("code", None)
        if isinstance(code, str):
            return presented(cause.message, code, extensions, located=error)
        if type(cause) is StrawberryGraphQLError:
            return presented(cause.message, FORBIDDEN, extensions, located=error)
        if cause.nodes and cause.message.startswith("Argument "):
            return presented(cause.message, BAD_USER_INPUT, located=error)
    return _masked(cause, request_id, operation, located=error)


def innermost(error: GraphQLError) -> BaseException:
    """Return what a resolver raised, below the layers graphql-core put around it to locate it."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and isinstance(cause.original_error, BaseException):
        cause = cause.original_error
    return cause


def _masked(
    failure: BaseException, request_id: str, operation: str | None, *, located: GraphQLError | None = None
) -> Presented:
    facts: dict[str, object] = {"requestId": request_id}
    path = ".".join(str(step) for step in located.path or ()) if located is not None else None
    if is_outage(failure):
        log.warning("graphql_outage", request_id=request_id, operation=operation, failure=causes(failure))
        return presented(UNAVAILABLE_MESSAGE, UNAVAILABLE, facts, located=located)
    if is_overdue(failure):
        log.warning("graphql_timeout", request_id=request_id, operation=operation)
        return presented(OVERDUE_MESSAGE, TIMEOUT, facts, located=located)
    if is_unfit_value(failure):
        return presented(UNFIT_MESSAGE, BAD_USER_INPUT, facts, located=located)
    log.error(
        "graphql_fault",
        request_id=request_id,
        operation=operation,
        path=path,
        failure=causes(failure),
        stack=stack(failure),
    )
    return presented(FAULT_MESSAGE, INTERNAL, facts, located=located)


def causes(failure: BaseException) -> list[str]:
    """Name the classes of a failure and of what led to it. Not their words, which quote rows and parameters."""
    names: list[str] = []
    each: BaseException | None = failure
    while each is not None and len(names) < MAX_ERRORS:
        names.append(f"{type(each).__module__}.{type(each).__qualname__}")
        each = each.__cause__ or each.__context__
    return names


def stack(failure: BaseException) -> str:
    """Return where it happened: files, lines and source, no values."""
    return "".join(traceback.format_tb(failure.__traceback__))


def document_answer(errors: Sequence[Presented]) -> Answer:
    return Answer(errors=list(errors)[:MAX_ERRORS], status_kind=StatusKind.BAD_DOCUMENT)
