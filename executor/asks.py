"""What a pushed-down selection asks with: the read at its root, what resolvers below say of every row, and values.

Resolvers are called with every request, with what stands for any row, because they decide with its arguments and its
caller; what they ask becomes part of the one statement.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, bindparam

from db.paging import Page, Window
from db.questions import SQL_TYPES, AnyRow, Asked, Outer, value_at
from executor.arguments import Arguments, arguments_of
from executor.graph import Graph
from executor.levels import Level
from executor.running import Run
from executor.selections import Selected
from permissions import symbolic
from schema.sources import Passed, Resolved, Source, check_texts

NOW: BindParameter[Any] = bindparam("now", type_=SQL_TYPES[dt.datetime])
"""When the operation runs."""

Asking = Sequence[Asked[Any]]
"""What is asked in one request: the root's read, then what each call below it asked."""
Value = Callable[[Run, Asking], object]
"""Finds the value of a parameter in a request. Refuses: InvalidInput."""


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A resolver of a field below, called for every row at once."""

    source: Resolved
    arguments: Arguments
    row: AnyRow

    def __call__(self, run: Run) -> Any:
        """Return what it asks; anything but an Asked is not for SQL. Refuses: Unauthenticated, Forbidden."""
        self.source.admit(run.viewer)
        given = self.arguments(run.variables)
        check_texts(given)
        if self.source.takes_info:
            given = {**given, "info": run.info}
        return self.source.resolver(self.row, **given)


class Asks:
    """Gathered while a statement is built."""

    def __init__(self, run: Run, root: Asked[Any]) -> None:
        self.run = run
        self.asked = [root]
        self.calls: list[Call | None] = []
        """What makes what is asked below the root; None where it is the same in every request."""
        self.gates: list[Source] = []
        self.checks: list[Value] = []
        """Looked at in every request, whether the statement has a use for them or not: they may refuse."""
        self._values: dict[str, Value] = {NOW.key: lambda run, _: run.now}

    def ask(self, graph: Graph, selected: Selected, source: Resolved, model: type) -> Asked[Any] | None:
        """Call a resolver for all rows of a model; None where it says nothing SQL can use."""
        call = Call(source, arguments_of(selected, graph), AnyRow(model))
        if not source.may_ask:
            return None
        try:
            said = call(self.run)
        except (TypeError, AttributeError):
            # It looked at its row, and there is none.
            return None
        if not isinstance(said, Asked):
            return None
        # What is made of the row alone does not change with the request.
        self.calls.append(None if isinstance(source, Passed) else call)
        self.asked.append(said)
        return said

    def again(self, root: Asked[Any], run: Run) -> list[Any]:
        """Return what is asked in another request: Asked, but where a resolver asks only sometimes."""
        return [
            root,
            *(
                asked if call is None else call(run)
                for call, asked in zip(self.calls, self.asked[1:], strict=True)
            ),
        ]

    def guard(self, source: Source) -> None:
        """Have a field's scope asked for with every request."""
        if source.scope:
            self.gates.append(source)

    def traced(self, asked: Asked[Any], around: Level | None) -> tuple[int, Any]:
        """Return the number of what is asked, and its description for every value of its shape."""
        number = next(place for place, each in enumerate(self.asked) if each is asked)
        prefix = f"a{number}_"
        for name, place in asked.parameters(prefix).items():
            self._values[name] = _argument(number, place)
        return number, asked.traced(prefix, around.outer if around else _nothing_around)

    def window(self, number: int, page: Page[Any]) -> "PageWindow":
        """Return the window of a page that is asked for, as parameters."""
        asked = self.asked[number]
        place = next(place for place, value in enumerate(asked.values) if isinstance(value, Window))
        window = PageWindow(page, f"a{number}_")
        self._values.update(window.values(number, place))
        self.checks += window.values(number, place).values()
        return window

    def value(self, parameter: str) -> Value:
        """Return how a parameter of the statement gets its value."""
        if symbolic.is_fact(parameter):
            return lambda run, _: symbolic.fact_of(run.viewer, parameter)
        return self._values[parameter]


class PageWindow:
    """A window whose numbers and cursors are parameters."""

    def __init__(self, page: Page[Any], prefix: str) -> None:
        self.page = page
        self._prefix = prefix
        self.size = bindparam(f"{prefix}size", type_=Integer())
        self.longer = bindparam(f"{prefix}longer", type_=Integer())

    def between(self) -> list[ColumnElement[bool]]:
        """Return the predicates of the rows between the cursors."""
        keyset, window = self.page.keyset, self.page.window
        predicates = []
        for side, is_forward in (("after", True), ("before", False)):
            if getattr(window, side) is not None:
                bound = [
                    bindparam(f"{self._prefix}{side}_{place}", type_=column.type)
                    for place, column in enumerate(keyset.columns)
                ]
                predicates.append(keyset.past(bound, is_forward=is_forward))
        return predicates

    def values(self, number: int, place: int) -> dict[str, Value]:
        """Return how the parameters get their values; `place` is the window's among what is asked with."""
        keyset, window = self.page.keyset, self.page.window

        def asked_for(asking: Asking) -> Window:
            given: Window = asking[number].values[place]  # type: ignore[assignment] # found by its type
            return given

        def bound(side: str, column: int) -> Value:
            return lambda _, asking: keyset.values_of(side, getattr(asked_for(asking), side))[column]

        values: dict[str, Value] = {
            f"{self._prefix}size": lambda _, asking: asked_for(asking).size,
            f"{self._prefix}longer": lambda _, asking: asked_for(asking).size + 1,
        }
        for side in ("after", "before"):
            if getattr(window, side) is not None:
                for column in range(len(keyset.columns)):
                    values[f"{self._prefix}{side}_{column}"] = bound(side, column)
        return values


def _argument(number: int, place: tuple[int, int | None]) -> Value:
    def find(_: Run, asking: Asking) -> object:
        value = value_at(asking[number].values, place)
        return list(value) if isinstance(value, set | frozenset) else value

    return find


def _nothing_around(outer: Outer) -> Any:
    raise TypeError(f"{outer.name} is asked for, and there is no row around")
