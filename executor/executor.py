"""Runs operations: compiled where that is possible, through graphql-core where it is not."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import strawberry
from graphql import DocumentNode, ExecutionResult, OperationDefinitionNode, OperationType

from executor.giving_up import Bail, Unsupported
from executor.graph import Graph
from executor.operations import CompiledOperation, Outcomes

SEEN_BEFORE_COMPILING = 2
"""An ad-hoc text that is sent once is not worth it; one that is sent again will be sent often."""
MOST_KEPT = 500
"""Ad-hoc operations that are remembered; registered ones stay for good."""
BAILS_BEFORE_RETIRING = 20
"""In a row: an operation that never gets through is only run twice each time."""


class Way(StrEnum):
    """How an operation was answered."""

    COMPILED = "compiled"
    COLD = "cold"
    """Not seen often enough to be compiled."""
    UNSUPPORTED = "unsupported"
    BAILED = "bailed"
    RETIRED = "retired"


class Prepared(Protocol):
    """A valid document."""

    @property
    def document(self) -> DocumentNode: ...

    def operation(self, name: str | None) -> Any:
        """Return the operation of a name, or the only one: the same object each time."""


class Fallback(Protocol):
    """Runs what is not compiled (graphql-core)."""

    async def run(
        self,
        prepared: Any,
        operation_name: str | None,
        variables: Mapping[str, object],
        context: object,
        outcomes: Mapping[str, Any] = ...,
    ) -> ExecutionResult:
        """Answer an operation; the fields of `outcomes` have been resolved already, and are only completed."""


@dataclass(slots=True)
class Known:
    """What is known of one operation."""

    document: DocumentNode
    operation: OperationDefinitionNode
    seen: int = 0
    compiled: CompiledOperation | None = None
    is_unsupported: bool = False
    bails: int = 0


class CompilingExecutor:
    """Fits the engine's `Executor`. One per process."""

    def __init__(
        self,
        schema: strawberry.Schema,
        fallback: Fallback,
        *,
        is_outage: Callable[[BaseException], bool],
        count: Callable[[Way], object] = lambda _: None,
    ) -> None:
        """`is_outage` tells failures of the world from those of a request: they are never tried again here."""
        self._graph = Graph(schema)
        self._fallback = fallback
        self._is_outage = is_outage
        self._count = count
        self._registered: dict[object, Known] = {}
        self._known: OrderedDict[object, Known] = OrderedDict()

    def register(self, prepared: Prepared) -> None:
        """Compile the one operation of a document now, and keep it for good."""
        operation = prepared.operation(None)
        known = self._registered[operation] = Known(prepared.document, operation.definition)
        self._compile(known)

    async def run(
        self,
        prepared: Prepared,
        operation_name: str | None,
        variables: Mapping[str, object],
        context: object,
    ) -> ExecutionResult:
        """Answer an operation; the errors of fields are in the result."""
        known = self._of(prepared, operation_name)
        if known.compiled is None or known.bails >= BAILS_BEFORE_RETIRING:
            self._count(_way(known))
            return await self._fallback.run(prepared, operation_name, variables, context)
        outcomes: Outcomes = {}
        try:
            data = await self._compiled(known.compiled, variables, context, outcomes)
        except Exception as failure:
            if self._is_outage(failure):
                raise
            # Whatever it is, a denied field or a fault of a resolver: graphql-core says it as the specification
            # does. What was done is not done again.
            known.bails += 1
            known.is_unsupported = isinstance(failure, Unsupported)
            self._count(Way.UNSUPPORTED if known.is_unsupported else Way.BAILED)
            if known.is_unsupported:
                known.compiled = None
            return await self._fallback.run(prepared, operation_name, variables, context, outcomes)
        known.bails = 0
        self._count(Way.COMPILED)
        return ExecutionResult(data, None)

    async def told(
        self,
        prepared: Prepared,
        operation_name: str | None,
        variables: Mapping[str, object],
        context: object,
        value: object,
    ) -> dict[str, Any] | None:
        """Return the data of a subscription's event; None where graphql-core has to say it."""
        known = self._of(prepared, operation_name)
        if known.compiled is None or known.bails >= BAILS_BEFORE_RETIRING:
            self._count(_way(known))
            return None
        try:
            data = await known.compiled.tell(value, variables, context)
        except Exception as failure:
            if self._is_outage(failure):
                raise
            known.bails += 1
            self._count(Way.BAILED)
            return None
        known.bails = 0
        self._count(Way.COMPILED)
        return data

    @staticmethod
    async def _compiled(
        operation: CompiledOperation, variables: Mapping[str, object], context: object, outcomes: Outcomes
    ) -> dict[str, Any]:
        if operation.kind is OperationType.MUTATION:
            return await operation.act(variables, context, outcomes)
        return await operation.read(variables, context)

    def _of(self, prepared: Prepared, operation_name: str | None) -> Known:
        operation = prepared.operation(operation_name)
        if operation in self._registered:
            return self._registered[operation]
        known = self._known.setdefault(operation, Known(prepared.document, operation.definition))
        self._known.move_to_end(operation)
        if len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)
        known.seen += 1
        if known.seen == SEEN_BEFORE_COMPILING:
            self._compile(known)
        return known

    def _compile(self, known: Known) -> None:
        try:
            known.compiled = CompiledOperation(self._graph, known.document, known.operation)
        except (Unsupported, Bail):
            known.is_unsupported = True


def _way(known: Known) -> Way:
    if known.is_unsupported:
        return Way.UNSUPPORTED
    return Way.RETIRED if known.compiled else Way.COLD
