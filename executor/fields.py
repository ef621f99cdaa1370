"""Fields as columns: each takes all parents of a level and returns their values, completed, in their order."""

import asyncio
from collections.abc import Sequence
from functools import cache
from inspect import isawaitable
from operator import attrgetter
from typing import Any

from graphql import GraphQLObjectType, is_non_null_type

from db.paging import Page
from db.questions import Asked
from executor.arguments import arguments_of
from executor.giving_up import Bail, Unsupported
from executor.pushed import Pushed
from executor.running import Run, Step
from executor.selections import Selected, Selections
from executor.values import completed
from permissions import gates
from schema.sources import Attribute, OfPage, Passed, Related, Resolved, check_texts


class Fields:
    """The fields of one operation. Types behind interfaces are compiled when they come."""

    def __init__(self, selections: Selections) -> None:
        self.selections = selections
        self.graph = selections.graph

    def objects(self, selected: list[Selected]) -> Step:
        """Return the step that makes an object of the answer for each parent."""
        keys = [each.key for each in selected]
        columns = [self.column(each) for each in selected]
        waiting = [place for place, column in enumerate(columns) if column.is_async]
        if not waiting:
            return Step(
                lambda parents, run: _objects(
                    keys, [column.run(parents, run) for column in columns], len(parents)
                )
            )

        async def make(parents: Sequence[Any], run: Run) -> list[Any]:
            # Those that are there at once come first: one that fails leaves nobody waiting.
            values: list[Any] = [None if column.is_async else column.run(parents, run) for column in columns]
            for place in waiting:
                values[place] = columns[place].run(parents, run)
            await _arrive(values, waiting)
            return _objects(keys, values, len(parents))

        return Step(make, is_async=True)

    def column(self, selected: Selected) -> Step:
        """Return the column of a selected field."""
        if selected.field is None:
            name = selected.parent.name
            return Step(lambda parents, _: [name] * len(parents))
        complete = self.completion(selected)
        match source := self.graph.source_of(selected.field):
            case Attribute():
                values = _guarded(source)
            case Related():
                values = _related(source)
            case Passed() | OfPage() if source.may_ask:
                values = _passed(source)
            case Resolved():
                return Step(Resolving(self, selected, source, complete).column, is_async=True)
            case _:
                values = _attribute(self.graph.field_of(selected.field).python_name)
        return _then(values, complete)

    def acting(self, selected: Selected) -> "Resolving":
        """Return a field of a mutation, to be resolved once and completed after that. Raises Unsupported."""
        assert selected.field is not None
        source = self.graph.source_of(selected.field)
        if not isinstance(source, Resolved):
            raise Unsupported("a mutation without a resolver")
        return Resolving(self, selected, source, self.completion(selected))

    def completion(self, selected: Selected) -> Step:
        """Return the step that completes the values of a selected field."""
        assert selected.field is not None

        @cache
        def below(type_: GraphQLObjectType) -> Step:
            return self.objects(self.selections.below(selected, type_))

        return completed(selected.field.type, self.graph, below)


class Resolving:
    """The column of a field that has a resolver: called for each parent, with the read it describes answered."""

    def __init__(self, fields: Fields, selected: Selected, source: Resolved, complete: Step) -> None:
        assert selected.field is not None
        self._source = source
        self.complete = complete
        self._arguments = arguments_of(selected, fields.graph)
        self._takes_info = source.takes_info
        written = fields.graph.field_of(selected.field).base_resolver
        self._takes_parent = bool(written and (written.parent_parameter or written.root_parameter))
        self._is_required = is_non_null_type(selected.field.type)
        self._pushed = Pushed(fields.selections, selected, fields.column)

    async def resolved(self, parents: Sequence[Any], run: Run) -> list[Any]:
        """Call the resolver for each parent and return what it says."""
        found = self._found(parents, run)
        await _arrive(found, [place for place, value in enumerate(found) if isawaitable(value)])
        return found

    async def column(self, parents: Sequence[Any], run: Run) -> list[Any]:
        """Return the field's values, completed; a read that is described is answered by PostgreSQL if it can be."""
        if not parents:
            return []
        found = await self.resolved(parents, run)
        if len(found) == 1 and isinstance(found[0], Asked) and self._pushed.is_possible:
            text = await self._pushed.answer(found[0], run)
            if text is not NotImplemented:
                if text is None and self._is_required:
                    raise Bail("nothing in a place that has something")
                return [text]
        asked = [place for place, value in enumerate(found) if isinstance(value, Asked)]
        for place in asked:
            found[place] = self._loaded(found[place], run)
        await _arrive(found, asked)
        return await self.complete.arrive(found, run)

    def _found(self, parents: Sequence[Any], run: Run) -> list[Any]:
        source = self._source
        source.admit(run.viewer)
        given = self._arguments(run.variables)
        check_texts(given)
        if self._takes_info:
            given = {**given, "info": run.info}
        if self._takes_parent:
            return [source.resolver(each, **given) for each in parents]
        return [source.resolver(**given) for each in parents]

    @staticmethod
    async def _loaded(asked: Asked[Any], run: Run) -> Any:
        described = asked.described()
        if isinstance(described, Page) and described.owner is not None:
            return await run.context.loaders.page(described)
        return await described.load(run.context.sessions)


def _attribute(name: str) -> Step:
    read = attrgetter(name)
    return Step(lambda parents, _: list(map(read, parents)))


def _guarded(source: Attribute) -> Step:
    name, owner, scope = source.name, source.owner, source.scope
    if scope is None:
        return _attribute(name)
    needed = scope

    def read(parents: Sequence[Any], run: Run) -> list[Any]:
        viewer = run.viewer
        for parent in parents:
            if owner is None:
                gates.require(viewer, needed)
            else:
                gates.require_at(viewer, needed, getattr(parent, owner))
        return [getattr(parent, name) for parent in parents]

    return Step(read)


def _related(source: Related) -> Step:
    async def load(parents: Sequence[Any], run: Run) -> list[Any]:
        if not parents:
            return []
        source.admit(run.viewer)
        related: list[Any] = await run.context.loaders.related_many(source.relation, parents)
        return related

    return Step(load, is_async=True)


def _passed(source: Resolved) -> Step:
    resolver = source.resolver
    return Step(lambda parents, _: [resolver(each) for each in parents])


def _then(values: Step, complete: Step) -> Step:
    if not values.is_async and not complete.is_async:
        return Step(lambda parents, run: complete.run(values.run(parents, run), run))

    async def both(parents: Sequence[Any], run: Run) -> list[Any]:
        return await complete.arrive(await values.arrive(parents, run), run)

    return Step(both, is_async=True)


def _objects(keys: list[str], columns: list[list[Any]], number: int) -> list[Any]:
    if not keys:
        # Everything was left out by @skip and @include.
        return [{} for _ in range(number)]
    return [dict(zip(keys, each, strict=True)) for each in zip(*columns, strict=True)]


async def _arrive(values: list[Any], places: list[int]) -> None:
    """Wait for what has to be waited for, and put it in its place. When one fails, the others are given up."""
    if len(places) == 1:
        values[places[0]] = await values[places[0]]
    elif places:
        tasks = [asyncio.ensure_future(values[place]) for place in places]
        try:
            arrived = await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise
        for place, value in zip(places, arrived, strict=True):
            values[place] = value
