"""One operation, compiled: variables in, the answer's data out."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, GraphQLObjectType, OperationDefinitionNode, OperationType

from executor.fields import Fields, Resolving
from executor.giving_up import Bail, Unsupported
from executor.graph import Graph
from executor.running import Asking, Run, Step
from executor.selections import Selected, Selections, deciding_variables
from executor.variables import VariableReader

MOST_DECIDING = 6
"""Variables of @skip and @include; each doubles the variants there can be of an operation."""
MOST_VARIANTS = 16

Outcomes = dict[str, Any]
"""What the fields of a mutation came to, by their keys: a value, or the exception that was raised."""
Acting = list[tuple[Selected, Resolving | None]]


class CompiledOperation:
    """An operation that can be run any number of times, for anybody."""

    def __init__(self, graph: Graph, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        """Compile. Raises Unsupported."""
        self._graph = graph
        self._document = document
        self._operation = operation
        self._variables = VariableReader(graph.core, operation)
        self._deciding = deciding_variables(document)
        self.kind = operation.operation
        if len(self._deciding) > MOST_DECIDING:
            raise Unsupported("many conditions")
        compiling: dict[OperationType, Callable[[tuple[bool, ...]], Any]] = {
            OperationType.QUERY: self._reading,
            OperationType.MUTATION: self._acting,
            OperationType.SUBSCRIPTION: self._telling,
        }
        self._variant = lru_cache(MOST_VARIANTS)(compiling[self.kind])
        if not self._deciding:
            self._variant(())

    async def read(self, variables: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Return the data of a query. Raises Bail, Unsupported, and whatever a resolver raises."""
        run, truths = self._begun(variables, context)
        step: Step = self._variant(truths)
        (data,) = await step.arrive([None], run)
        return dict(data)

    async def act(self, variables: Mapping[str, Any], context: Any, outcomes: Outcomes) -> dict[str, Any]:
        """Do what a mutation says, one field after the other, and return its data.

        Raises as `read`. Every field that was begun has its outcome in `outcomes` then: it is not to be done again.
        """
        run, truths = self._begun(variables, context)
        acting: Acting = self._variant(truths)
        data: dict[str, Any] = {}
        for selected, field in acting:
            if field is None:
                data[selected.key] = selected.parent.name
                continue
            try:
                values = await field.resolved([None], run)
            except BaseException as failure:
                outcomes[selected.key] = failure
                raise
            outcomes[selected.key] = values[0]
            (data[selected.key],) = await field.complete.arrive(values, run)
        return data

    async def tell(self, value: Any, variables: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Return the data of a subscription's event, of the value its stream brought. Raises as `read`."""
        run, truths = self._begun(variables, context)
        key, complete = self._variant(truths)
        (told,) = await complete.arrive([value], run)
        return {key: told}

    def _begun(self, variables: Mapping[str, Any], context: Any) -> tuple[Run, tuple[bool, ...]]:
        values = self._variables.read(variables)
        truths: list[bool] = []
        for name in self._deciding:
            truth = values.coerced.get(name)
            if not isinstance(truth, bool):
                raise Bail("a condition without a value")
            truths.append(truth)
        return Run(context, Asking(context), values), tuple(truths)

    def _reading(self, truths: tuple[bool, ...]) -> Step:
        fields, selected = self._fields(truths)
        return fields.objects(selected)

    def _acting(self, truths: tuple[bool, ...]) -> Acting:
        fields, selected = self._fields(truths)
        return [(each, None if each.field is None else fields.acting(each)) for each in selected]

    def _telling(self, truths: tuple[bool, ...]) -> tuple[str, Step]:
        fields, (selected,) = self._fields(truths)
        if selected.field is None:
            raise Unsupported("a subscription of nothing")
        return selected.key, fields.completion(selected)

    def _fields(self, truths: tuple[bool, ...]) -> tuple[Fields, list[Selected]]:
        named = dict(zip(self._deciding, truths, strict=True))
        selections = Selections(self._graph, self._document, self._operation, named)
        type_ = self._graph.core.get_root_type(self._operation.operation)
        assert isinstance(type_, GraphQLObjectType)
        return Fields(selections), selections.root(type_)
