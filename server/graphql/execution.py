"""Running a prepared operation on the resolvers; the one place where another executor would be put in."""

import inspect
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol, cast

import strawberry
from graphql import (
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    create_source_event_stream,
    execute,
    get_variable_values,
    located_error,
)
from graphql import Executor as CoreExecutor
from graphql.execution.async_iterables import aclosing
from strawberry.execution.is_awaitable import optimized_is_awaitable

from server.graphql.answers import MAX_ERRORS
from server.graphql.documents import Prepared, PreparedOperation
from server.graphql.sharing import root_field


class Executor(Protocol):
    """Runs queries and mutations. The errors of fields are in the result, never raised."""

    async def run(
        self,
        prepared: Prepared,
        operation_name: str | None,
        variables: Mapping[str, object],
        context: object,
    ) -> ExecutionResult: ...

    async def told(
        self,
        prepared: Prepared,
        operation_name: str | None,
        variables: Mapping[str, object],
        context: object,
        value: object,
    ) -> dict[str, Any] | None:
        """Return the data of a subscription's event; None where graphql-core has to say it."""


@dataclass(frozen=True, slots=True)
class SourceEvent:
    """One value of a subscription's source, not yet executed."""

    value: object
    executor: "CoreExecutor[Any]"

    @property
    def sequence(self) -> int | None:
        """Return the value's own sequence number, by which a caller can resume after it."""
        sequence = getattr(self.value, "sequence", None)
        return sequence if isinstance(sequence, int) else None

    async def execute(self, context: object) -> ExecutionResult:
        """Run the selection on the value, in a context of its own: each event is authorized anew."""
        executor = self.executor.build_per_event_executor(self.value)
        executor.context_value = context
        result = executor.execute_operation(serially=False)
        return cast("ExecutionResult", await result if inspect.isawaitable(result) else result)


NO_OUTCOMES: Mapping[str, object] = MappingProxyType({})


class Known:
    """Stands in for the resolvers of an operation's own fields whose outcomes are known: none is run twice."""

    def __init__(self, outcomes: Mapping[str, object]) -> None:
        self._outcomes = outcomes

    def resolve(
        self,
        resolver: Callable[..., object],
        root: object,
        info: GraphQLResolveInfo[Any],
        **arguments: object,
    ) -> object:
        """Return the known outcome, or raise it; resolve everything else."""
        if info.path.prev is not None or info.path.key not in self._outcomes:
            return resolver(root, info, **arguments)
        outcome = self._outcomes[str(info.path.key)]
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


class CoreExecution:
    """Runs operations through graphql-core, without Strawberry's extensions and their cost at every field."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self._schema = schema._schema  # noqa: SLF001 - Strawberry has no public name for it
        self._executor = cast("type[CoreExecutor[Any]]", schema.execution_context_class)
        self._options: dict[str, Any] = {
            "is_awaitable": optimized_is_awaitable,
            # One less than we answer: graphql-core adds one that says it stopped.
            "max_coercion_errors": MAX_ERRORS - 1,
            "hide_suggestions": True,
        }

    async def run(
        self,
        prepared: Prepared,
        operation_name: str | None,
        variables: Mapping[str, object],
        context: object,
        outcomes: Mapping[str, object] = NO_OUTCOMES,
    ) -> ExecutionResult:
        """Answer an operation; the fields of `outcomes` have been resolved already, and are only completed."""
        result = execute(
            self._schema,
            prepared.document,
            context_value=context,
            variable_values=dict(variables),
            operation_name=operation_name,
            executor_class=self._executor,
            middleware=[Known(outcomes)] if outcomes else None,
            **self._options,
        )
        return await result if inspect.isawaitable(result) else result

    async def told(self, *_: object) -> None:
        """Leave every event to `SourceEvent.execute`."""

    def coerced(self, operation: PreparedOperation, variables: Mapping[str, object]) -> Mapping[str, object]:
        """Return the variables as resolvers get them, defaults filled in. Raises RequestErrors."""
        values = get_variable_values(
            self._schema,
            operation.definition.variable_definitions or (),
            dict(variables),
            max_errors=self._options["max_coercion_errors"],
            hide_suggestions=True,
        )
        if isinstance(values, list):
            raise RequestErrors(values)
        return values.coerced

    async def events(
        self,
        prepared: Prepared,
        operation_name: str | None,
        variables: Mapping[str, object],
        context: object,
    ) -> AsyncGenerator[SourceEvent, None]:
        """Yield a subscription's events as its source brings them; the source is closed with this generator.

        Raises RequestErrors if there is no source to ask, or when it fails.
        """
        executor = self._executor.build(
            self._schema,
            prepared.document,
            context_value=context,
            raw_variable_values=dict(variables),
            operation_name=operation_name,
            **self._options,
        )
        if isinstance(executor, list):
            raise RequestErrors(executor)
        source = create_source_event_stream(executor)
        if inspect.isawaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            raise RequestErrors(source.errors or [])
        field = root_field(executor.operation, executor.fragment_definitions)
        async with aclosing(source) as values:
            iterator = aiter(values)
            while True:
                try:
                    value = await anext(iterator)
                except StopAsyncIteration:
                    return
                except Exception as failure:
                    raise RequestErrors(
                        [located_error(failure, [field], [response_name(field)])]
                    ) from failure
                yield SourceEvent(value, executor)


def response_name(field: FieldNode) -> str:
    """Return the name a field's value has in the answer."""
    return field.alias.value if field.alias else field.name.value


class RequestErrors(Exception):  # noqa: N818 - carries the errors of the request, is none of its own
    """A subscription did not begin, or broke off."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors
