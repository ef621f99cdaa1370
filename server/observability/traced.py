"""An executor that traces what another one runs: one span an operation."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import ExecutionResult, GraphQLError

from domain.errors import Refused
from resolvers import answered
from server.graphql.documents import Prepared
from server.graphql.errors import innermost
from server.graphql.execution import Executor
from server.observability.requests import current_line
from server.observability.tracing import Tracing

AD_HOC = "ad-hoc"


class TracedExecutor:
    """Runs operations as `executor` does. Neither variables nor what was answered get into a span."""

    def __init__(self, executor: Executor, tracing: Tracing) -> None:
        self._executor = executor
        self._tracing = tracing

    async def run(
        self,
        prepared: Prepared,
        operation_name: str | None,
        variables: Mapping[str, object],
        context: object,
    ) -> ExecutionResult:
        line = current_line()
        span = self._tracing.operation(
            (line and line.operation) or AD_HOC,
            prepared.operation(operation_name).kind.value,
            door=line.door if line else "",
            request_id=(line and line.request_id) or "",
            headers={"traceparent": line.traceparent} if line and line.traceparent else None,
        )
        with span as traced:
            result = await self._executor.run(prepared, operation_name, variables, context)
            traced.end_with([*codes_of(result.errors or ()), *answered.heard().codes])
        return result

    async def told(
        self,
        prepared: Prepared,
        operation_name: str | None,
        variables: Mapping[str, object],
        context: object,
        value: object,
    ) -> dict[str, Any] | None:
        """Events have no span of their own."""
        return await self._executor.told(prepared, operation_name, variables, context, value)


def codes_of(errors: Iterable[GraphQLError]) -> Iterator[str]:
    """Yield the code each error will be answered with, roughly: a fault is INTERNAL, whatever it is."""
    for error in errors:
        cause = innermost(error)
        if isinstance(cause, Refused):
            yield cause.reason.code
        elif isinstance(cause, GraphQLError):
            yield str((cause.extensions or {}).get("code", "BAD_USER_INPUT"))
        else:
            yield "INTERNAL"
