"""Completing values: from what resolvers return to what stands in the answer, all values of a level at once.

Only where everything is as it should be; a null where there may be none, a value of the wrong kind, a failing
coercion make the operation bail, and graphql-core says what is wrong, and where.
"""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import (
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from executor.giving_up import Bail
from executor.graph import Graph
from executor.running import Run, Step
from executor.variables import INT_RANGE, PLAIN

Objects = Callable[[GraphQLObjectType], Step]
"""Returns the step that makes the answer's objects out of values of a type, none of which is None."""


def completed(type_: GraphQLOutputType, graph: Graph, objects: Objects) -> Step:
    """Return the step that completes values of a type."""
    if is_non_null_type(type_):
        return _non_null(completed(type_.of_type, graph, objects))
    if is_list_type(type_):
        return _lists(completed(type_.of_type, graph, objects))
    if is_leaf_type(type_):
        return _leaves(type_)
    if is_object_type(type_):
        return _some(_of_type(type_, graph, objects(type_)))
    assert is_abstract_type(type_)

    def type_of(kind: type) -> GraphQLObjectType:
        return graph.type_of(type_, kind)

    return _some(_mixed(type_of, objects))


def _leaves(type_: GraphQLLeafType) -> Step:
    coerce = type_.coerce_output_value
    plain = PLAIN.get(type_.name)

    def one(value: Any) -> Any:
        if value is None:
            return None
        if type(value) is plain and (plain is not int or value in INT_RANGE):
            return value
        done = coerce(value)
        if done is None:
            raise Bail("a coercion to nothing")
        return done

    return Step(lambda values, _: [one(value) for value in values])


def _non_null(inner: Step) -> Step:
    def check(done: list[Any]) -> list[Any]:
        if any(value is None for value in done):
            raise Bail("a null in a place that has none")
        return done

    if not inner.is_async:
        return Step(lambda values, run: check(inner.run(values, run)))

    async def complete(values: Sequence[Any], run: Run) -> list[Any]:
        return check(await inner.run(values, run))

    return Step(complete, is_async=True)


def _lists(inner: Step) -> Step:
    def flat(values: Sequence[Any]) -> list[Any]:
        members: list[Any] = []
        for value in values:
            if value is not None:
                if not isinstance(value, list | tuple):
                    raise Bail("a list that is none")
                members.extend(value)
        return members

    def split(values: Sequence[Any], done: list[Any]) -> list[Any]:
        lists: list[Any] = []
        start = 0
        for value in values:
            if value is None:
                lists.append(None)
            else:
                lists.append(done[start : start + len(value)])
                start += len(value)
        return lists

    if not inner.is_async:
        return Step(lambda values, run: split(values, inner.run(flat(values), run)))

    async def complete(values: Sequence[Any], run: Run) -> list[Any]:
        return split(values, await inner.run(flat(values), run))

    return Step(complete, is_async=True)


def _some(inner: Step) -> Step:
    """Let only the values that are there pass, and put the rest back where they were."""

    def back(values: Sequence[Any], done: list[Any]) -> list[Any]:
        if len(done) == len(values):
            return done
        rest = iter(done)
        return [None if value is None else next(rest) for value in values]

    def there(values: Sequence[Any]) -> list[Any]:
        return [value for value in values if value is not None]

    if not inner.is_async:
        return Step(lambda values, run: back(values, inner.run(there(values), run)))

    async def complete(values: Sequence[Any], run: Run) -> list[Any]:
        some = there(values)
        return back(values, await inner.run(some, run) if some else [])

    return Step(complete, is_async=True)


def _of_type(type_: GraphQLObjectType, graph: Graph, inner: Step) -> Step:
    """Check what `is_type_of` of our types checks: the class."""
    model = graph.model_of(type_)
    if model is None:
        return inner
    expected = model

    def check(values: Sequence[Any]) -> None:
        if not all(isinstance(value, expected) for value in values):
            raise Bail(f"not a {type_.name}")

    def complete(values: Sequence[Any], run: Run) -> Any:
        check(values)
        return inner.run(values, run)

    return Step(complete, is_async=inner.is_async)


def _mixed(type_of: Callable[[type], GraphQLObjectType], objects: Objects) -> Step:
    async def complete(values: Sequence[Any], run: Run) -> list[Any]:
        places: dict[GraphQLObjectType, list[int]] = {}
        for place, value in enumerate(values):
            places.setdefault(type_of(type(value)), []).append(place)
        done: list[Any] = [None] * len(values)
        for type_, of_type in places.items():
            some = await objects(type_).arrive([values[place] for place in of_type], run)
            for place, value in zip(of_type, some, strict=True):
                done[place] = value
        return done

    return Step(complete, is_async=True)
