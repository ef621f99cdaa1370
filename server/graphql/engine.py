"""From a request to its answer: admission, budget, cost, execution. The same for every door."""

import math
import time
from collections.abc import Collection
from typing import Protocol

from graphql import OperationType

from domain.errors import Refused
from permissions.viewer import Viewer
from server.graphql.admission import Admission
from server.graphql.answers import Answer
from server.graphql.errors import RejectedError, failure_answer
from server.graphql.execution import CoreExecution, Executor
from server.graphql.groups import Figures, Holds
from server.graphql.outcomes import Observe, Outcomes
from server.graphql.planned import Planned
from server.graphql.refusals import MalformedRequest, WrongDoor, exceeded
from server.graphql.requests import GraphQLRequest, has_null_character
from server.graphql.subscribers import Subscriber
from server.graphql.subscriptions import OpenContext, Subscriptions, Unnoted
from server.observability.requests import note
from server.overdue import Deadlines
from server.rate_limits import Budget, reseller_key

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


async def _always(_: Viewer) -> bool:
    return True


class Limiter(Protocol):
    """Takes calls out of a caller's minute. Refuses: RateLimited."""

    async def take(self, key: str, limit_per_minute: int, cost: int = 1) -> Budget: ...


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
        figures: Figures | None = None,
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
        self._executor: Executor = executor or execution
        self._open_context = open_context
        self._limiter = limiter
        self._observe = observe
        self._deadline_seconds = deadline_seconds
        self._deadlines = Deadlines(deadline_seconds)
        self._max_cost = max_cost
        self._points_per_call = points_per_call
        self.subscriptions = Subscriptions(
            execution=execution,
            executor=self._executor,
            open_context=open_context,
            holds=holds,
            observe=observe,
            figures=figures or Unnoted(),
            deadline_seconds=deadline_seconds,
        )

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

    def subscribe(self, planned: Planned, subscriber: Subscriber) -> None:
        """Tell the subscriber of a planned subscription what is now and what comes, until it ends or leaves."""
        self.subscriptions.start(planned, subscriber)

    async def holds(self, viewer: Viewer) -> bool:
        """Tell whether the credential is still good, as known a moment ago."""
        return await self._holds(viewer)

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
        outcomes = Outcomes(request_id, planned.label, self._deadline_seconds, planned.extensions)
        try:
            with self._deadlines() as deadline:
                context = self._open_context(planned.viewer, request_id)
                result = await self._executor.run(planned.prepared, name, planned.variables, context)
        except TimeoutError as failure:
            return outcomes.timed_out() if deadline.has_expired else outcomes.failed(failure)
        except Exception as failure:  # noqa: BLE001 - whatever a resolver's surroundings raise is masked
            return outcomes.failed(failure)
        return outcomes.executed(result)


def budget_key(viewer: Viewer) -> str:
    """Name whose minute a call is taken from: all keys of a reseller share one, TEST and LIVE do not."""
    if viewer.reseller_id is not None:
        return reseller_key(viewer.reseller_id, viewer.environment)
    return viewer.id


def cost_extension(cost: int, budget: Budget | None) -> dict[str, object]:
    """Return `extensions.cost`: points of this operation, calls left and when all are free again."""
    if budget is None:
        return {"requested": cost}
    return {"requested": cost, "remaining": budget.remaining, "resetAt": budget.reset_at}
