"""From a request to its answer: admission, budget, cost, execution. The same for every door."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, aclosing, nullcontext
from dataclasses import dataclass
from typing import Protocol

import structlog
from graphql import ExecutionResult, OperationType

from domain.errors import Refused, Unauthenticated
from permissions.viewer import Viewer
from server.graphql.admission import Admission
from server.graphql.answers import Answer, code_of, encode
from server.graphql.documents import Prepared, PreparedOperation
from server.graphql.errors import (
    BAD_USER_INPUT,
    TIMEOUT,
    RejectedError,
    client_error,
    document_answer,
    execution_errors,
    failure_answer,
    kind_of,
    presented,
)
from server.graphql.execution import CoreExecution, Executor, RequestErrors, SourceEvent
from server.graphql.refusals import MalformedRequest, WrongDoor, exceeded
from server.graphql.requests import GraphQLRequest, has_null_character
from server.observability.requests import note
from server.rate_limits import Budget

log = structlog.get_logger(__name__)

ALL_TYPES = frozenset(OperationType)
QUERIES = frozenset({OperationType.QUERY})
REQUEST_TYPES = frozenset({OperationType.QUERY, OperationType.MUTATION})
"""What has one answer."""

POINTS_PER_CALL = 2_500
"""A call counts as one of the caller's minute up to so many points of cost, and as one more for every
further so many: a full page of 100 rows with 20 fields is one call."""

AD_HOC = "ad-hoc"
"""What unregistered operations are called in figures and logs: their names are the callers' inventions."""

WRONG_DOOR = {
    OperationType.SUBSCRIPTION: (
        "Subscriptions are sent over a WebSocket (graphql-transport-ws) at /graphql, "
        "or for server-sent events to /graphql/stream."
    ),
    OperationType.MUTATION: "Mutations are sent by POST.",
    OperationType.QUERY: "Queries do not go through this door.",
}

OpenContext = Callable[[Viewer, str], object]


class Observe(Protocol):
    """Is told of every operation, also of those that were not run."""

    def __call__(self, operation_name: str, kind: str, seconds: float, codes: Sequence[str], /) -> object: ...


Holds = Callable[[Viewer], Awaitable[bool]]
ENDED = "The credential has ended."


async def _always(_: Viewer) -> bool:
    return True


class Limiter(Protocol):
    """Takes calls out of a caller's minute. Refuses: RateLimited."""

    async def take(self, key: str, limit_per_minute: int, cost: int = 1) -> Budget: ...


@dataclass(frozen=True, slots=True)
class Planned:
    """An operation its caller may run now, and has paid for."""

    prepared: Prepared
    operation: PreparedOperation
    label: str
    variables: Mapping[str, object]
    viewer: Viewer
    request_id: str
    extensions: Mapping[str, object]

    @property
    def is_subscription(self) -> bool:
        return self.operation.kind is OperationType.SUBSCRIPTION


class Engine:
    """Executes requests. One per process."""

    def __init__(
        self,
        *,
        admission: Admission,
        execution: CoreExecution,
        open_context: OpenContext,
        executor: Executor | None = None,
        limiter: Limiter | None = None,
        observe: Observe = lambda *_: None,
        count_subscription: Callable[[], AbstractContextManager[object]] = nullcontext,
        holds: Holds = _always,
        deadline_seconds: float = 10,
        max_cost: int = 5_000,
        points_per_call: int = POINTS_PER_CALL,
    ) -> None:
        """`executor` runs queries and mutations in the place of `execution`, which keeps the subscriptions.

        `holds` tells whether a viewer's credential is still good: asked before each event.
        """
        self._holds = holds
        self._admission = admission
        self._execution = execution
        self._executor: Executor = executor or execution
        self._open_context = open_context
        self._limiter = limiter
        self._observe = observe
        self._count_subscription = count_subscription
        self._deadline_seconds = deadline_seconds
        self._max_cost = max_cost
        self._points_per_call = points_per_call

    async def execute(
        self,
        request: GraphQLRequest,
        viewer: Viewer,
        request_id: str,
        *,
        operation_types: Collection[OperationType] = REQUEST_TYPES,
    ) -> Answer:
        """Return the one answer of a query or mutation. Never raises but when it is cancelled."""
        try:
            planned = await self.plan(request, viewer, request_id, operation_types=operation_types)
        except RejectedError as rejected:
            return rejected.answer
        return await self.run(planned)

    async def plan(
        self,
        request: GraphQLRequest,
        viewer: Viewer,
        request_id: str,
        *,
        operation_types: Collection[OperationType],
    ) -> Planned:
        """Decide whether a request is run, and take its calls. Raises RejectedError with the answer."""
        began = time.perf_counter()
        try:
            return await self._plan(request, viewer, request_id, operation_types)
        except Exception as failure:  # noqa: BLE001 - every failure has its answer
            answer = failure_answer(failure, request_id)
            self._observe(AD_HOC, "unknown", time.perf_counter() - began, answer.codes)
            raise RejectedError(answer) from None

    async def run(self, planned: Planned) -> Answer:
        """Execute a planned query or mutation."""
        began = time.perf_counter()
        answer = await self._run(planned)
        self._observe(planned.label, planned.operation.kind.value, time.perf_counter() - began, answer.codes)
        return answer

    async def answers(self, planned: Planned) -> AsyncGenerator[Answer, None]:
        """Yield the one answer of a query or mutation, or an answer an event, as long as the source brings any.

        An answer whose kind is not EXECUTED is the last one: the operation did not begin, or it broke off.
        Close the generator to end a subscription; its source has then been closed too.
        """
        if not planned.is_subscription:
            yield await self.run(planned)
            return
        began = time.perf_counter()
        codes: dict[str, None] = {}
        try:
            with self._count_subscription():
                async with aclosing(self._events(planned)) as events:
                    async for answer in events:
                        codes.update(dict.fromkeys(answer.codes))
                        yield answer
        finally:
            self._observe(planned.label, "subscription", time.perf_counter() - began, tuple(codes))

    async def _plan(
        self,
        request: GraphQLRequest,
        viewer: Viewer,
        request_id: str,
        operation_types: Collection[OperationType],
    ) -> Planned:
        # Before the document is looked at, so that nobody has us parse and validate for nothing.
        budget = await self._take(viewer, 1)
        admitted = await self._admission.admit(request, viewer)
        if has_null_character(request.variables):
            raise Refused(MalformedRequest("Texts can not contain U+0000."))
        operation = admitted.prepared.operation(request.operation_name)
        if operation.kind not in operation_types:
            raise Refused(WrongDoor(operation.kind.value, WRONG_DOOR[operation.kind]))
        cost = operation.costs.cost(request.variables)
        if cost > self._max_cost:
            raise Refused(exceeded("Cost", self._max_cost, cost))
        further = math.ceil(cost / self._points_per_call) - 1
        if further > 0:
            budget = await self._take(viewer, further)
        label = admitted.registered.name if admitted.registered else AD_HOC
        note(operation=label, viewer_id=viewer.id)
        return Planned(
            prepared=admitted.prepared,
            operation=operation,
            label=label,
            variables=request.variables,
            viewer=viewer,
            request_id=request_id,
            extensions={"cost": cost_extension(cost, budget)},
        )

    async def _take(self, viewer: Viewer, calls: int) -> Budget | None:
        """Take calls out of the caller's minute. A caller without a credential has none, and may ask nothing."""
        if self._limiter is None or viewer.is_anonymous:
            return None
        return await self._limiter.take(budget_key(viewer), viewer.rate_limit_per_minute, calls)

    async def _run(self, planned: Planned) -> Answer:
        name, request_id = planned.operation.name, planned.request_id
        try:
            async with asyncio.timeout(self._deadline_seconds) as deadline:
                context = self._open_context(planned.viewer, request_id)
                result = await self._executor.run(planned.prepared, name, planned.variables, context)
        except TimeoutError as failure:
            return self._timeout(planned) if deadline.expired() else self._failure(failure, planned)
        except Exception as failure:  # noqa: BLE001 - whatever a resolver's surroundings raise is masked
            return self._failure(failure, planned)
        return self._answer(result, planned)

    async def _events(self, planned: Planned) -> AsyncGenerator[Answer, None]:
        viewer, request_id = planned.viewer, planned.request_id
        try:
            context = self._open_context(viewer, request_id)
            events = self._execution.events(
                planned.prepared, planned.operation.name, planned.variables, context
            )
            async with aclosing(events):
                async for event in events:
                    if not await self._holds(viewer):
                        yield failure_answer(Refused(Unauthenticated(ENDED)), request_id, planned.label)
                        return
                    yield await self._event(event, planned)
        except RequestErrors as failure:
            yield self._not_begun(failure, planned)
        except Exception as failure:  # noqa: BLE001 - whatever a source raises is masked
            yield self._failure(failure, planned)

    async def _event(self, event: SourceEvent, planned: Planned) -> Answer:
        try:
            async with asyncio.timeout(self._deadline_seconds) as deadline:
                result = await event.execute(self._open_context(planned.viewer, planned.request_id))
        except TimeoutError:
            if not deadline.expired():
                raise
            return self._timeout(planned)
        return self._answer(result, planned, sequence=event.sequence)

    def _answer(self, result: ExecutionResult, planned: Planned, *, sequence: int | None = None) -> Answer:
        found = result.errors or []
        if result.data is None and found and all(error.path is None for error in found):
            return document_answer([client_error(error, BAD_USER_INPUT) for error in found])
        errors = execution_errors(found, planned.request_id, planned.label)
        return Answer(result.data, errors, planned.extensions, sequence=sequence)

    def _not_begun(self, failure: RequestErrors, planned: Planned) -> Answer:
        """Answer for a subscription whose variables are wrong, or whose source refused or failed."""
        if all(error.path is None for error in failure.errors):
            return document_answer([client_error(error, BAD_USER_INPUT) for error in failure.errors])
        errors = execution_errors(failure.errors, planned.request_id, planned.label)
        return Answer(errors=errors, status_kind=kind_of(code_of(errors[0])))

    def _timeout(self, planned: Planned) -> Answer:
        log.warning("graphql_timeout", request_id=planned.request_id, operation=planned.label)
        message = f"The operation took longer than {self._deadline_seconds:g} s."
        return Answer(None, [presented(message, TIMEOUT)], planned.extensions)

    def _failure(self, failure: BaseException, planned: Planned) -> Answer:
        return failure_answer(failure, planned.request_id, planned.label)


def budget_key(viewer: Viewer) -> str:
    """Name whose minute a call is taken from: all keys of a reseller share one, TEST and LIVE do not."""
    if viewer.reseller_id is not None:
        return f"reseller:{viewer.reseller_id}:{viewer.environment}"
    return viewer.id


def cost_extension(cost: int, budget: Budget | None) -> dict[str, object]:
    """Return `extensions.cost`: points of this operation, calls left and when all are free again."""
    if budget is None:
        return {"requested": cost}
    return {"requested": cost, "remaining": budget.remaining, "resetAt": budget.reset_at}


def encode_answer(answer: Answer, request_id: str) -> bytes:
    """Return the answer's JSON; what has none is a fault of a resolver, and masked like every other."""
    try:
        return encode(answer.payload())
    except TypeError as failure:
        return encode(failure_answer(failure, request_id).payload())
