"""Questions that can be asked with values now, or with parameters once and for all.

A function of `db/queries` that describes a read is a `question`. Called, it says nothing to the database yet; it
remembers what it was asked with (`Asked`). From there are two ways to an answer, and both call the same function:

    with its values       `asked.described()`: a statement for this one time, which a session runs
    with parameters       `asked.traced(name)`: the statement for every time of the same `shape`, whose text the
                          compiled executor keeps and runs with `asked.values`

What decides the form of a statement (None, a truth, an enum, a direction) belongs to the shape and is passed as it
is; everything else may become a parameter. A question that looks at such a value fails at once when it is traced,
so a statement that holds for one value can never be kept for another.

A `twin` is the same for a rule of the domain that SQL must know too: on a row it runs the rule, on columns it is
asked like a question.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from functools import wraps
from inspect import Parameter, signature
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Date,
    DateTime,
    LargeBinary,
    Numeric,
    String,
    Uuid,
    bindparam,
)
from sqlalchemy.types import TypeEngine

P = ParamSpec("P")
D = TypeVar("D")
T = TypeVar("T")

SQL_TYPES: dict[type, TypeEngine[Any]] = {
    str: String(),
    int: BigInteger(),
    UUID: Uuid(),
    dt.date: Date(),
    dt.datetime: DateTime(timezone=True),
    Decimal: Numeric(),
    bytes: LargeBinary(),
}


class Outer:
    """A column of the row around a question: `outer.id` in the place of a row's `id`."""

    __slots__ = ("model", "name")

    def __init__(self, model: type, name: str) -> None:
        self.model = model
        self.name = name

    def __bool__(self) -> bool:
        raise TypeError(f"{self.name} has no value here: it is a column")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Outer) and (self.model, self.name) == (other.model, other.name)

    def __hash__(self) -> int:
        return hash((self.model, self.name))


DECIDING = (bool, Enum, type, Outer)
LISTS = (list, set, frozenset)


class AnyRow:
    """Stands for every row of a model where a resolver only passes its columns on."""

    def __init__(self, model: type) -> None:
        self._model = model

    def __getattr__(self, name: str) -> Outer:
        if name.startswith("_") or not hasattr(self._model, name):
            raise AttributeError(name)
        outer = Outer(self._model, name)
        # Found at once the next time.
        setattr(self, name, outer)
        return outer


def model_of(row: object) -> type:
    """Return the model a row, or what stands for it, belongs to."""
    return row._model if isinstance(row, AnyRow) else type(row)  # noqa: SLF001 - of this module


class Asked(Generic[D]):
    """A question with what it is asked with. Nothing has been read, nothing built."""

    __slots__ = ("question", "shape", "values")

    def __init__(self, question: "Question[D]", values: tuple[object, ...]) -> None:
        self.question = question
        self.values = values
        self.shape = (question, *map(shape_of, values))

    def described(self) -> D:
        """Return the statement for these values."""
        return self.question.function(**dict(zip(self.question.names, self.values, strict=True)))

    @property
    def statement(self) -> Any:
        """The statement for these values, for a session that is open already."""
        return self.described().complete()  # type: ignore[attr-defined]

    async def load(self, sessions: Any) -> Any:
        """Ask, and return the rows as the description says."""
        return await self.described().load(sessions)  # type: ignore[attr-defined]

    def traced(self, prefix: str, outer: Callable[[Outer], Any]) -> D:
        """Return the statement for every value of this shape, its parameters named `prefix` and the argument.

        `outer` gives the columns of the row around it.
        """
        symbols = {
            name: _symbol(f"{prefix}{name}", value, outer)
            for name, value in zip(self.question.names, self.values, strict=True)
        }
        return self.question.function(**symbols)

    def parameters(self, prefix: str) -> dict[str, "Place"]:
        """Return where the value of each parameter lies: the position of the argument, and in it."""
        found: dict[str, Place] = {}
        for position, (name, value) in enumerate(zip(self.question.names, self.values, strict=True)):
            if isinstance(value, tuple):
                found.update({f"{prefix}{name}_{each}": (position, each) for each in range(len(value))})
            else:
                found[f"{prefix}{name}"] = (position, None)
        return found


Place = tuple[int, int | None]


class Question(Generic[D]):
    """A function that describes a read, and the names of what it is asked with."""

    def __init__(self, function: Callable[..., D], *, is_total: bool = False) -> None:
        self.function = function
        self.is_total = is_total
        """Of a rule: it has a value wherever its columns have one."""
        parameters = signature(function).parameters.values()
        self.names = tuple(each.name for each in parameters)
        self._defaults = {
            each.name: each.default for each in parameters if each.default is not Parameter.empty
        }

    def asked(self, *args: object, **kwargs: object) -> Asked[D]:
        given = kwargs
        if args or len(kwargs) < len(self.names):
            given = {**self._defaults, **dict(zip(self.names, args, strict=False)), **kwargs}
        return Asked(self, tuple([given[name] for name in self.names]))

    def __repr__(self) -> str:
        return f"<question {self.function.__qualname__}>"


def question(function: Callable[P, D]) -> Callable[P, Asked[D]]:
    """Make a function that describes a read a question."""
    asking = Question(function)

    @wraps(function)
    def ask(*args: P.args, **kwargs: P.kwargs) -> Asked[D]:
        return asking.asked(*args, **kwargs)

    return ask


def twin(rule: Callable[P, T], *, is_total: bool = False) -> Callable[[Callable[..., Any]], Callable[P, T]]:
    """Give a rule of the domain its SQL: the decorated function takes the same arguments, as columns.

    `is_total`: it is never NULL where its columns are not.
    """

    def decorate(in_sql: Callable[..., Any]) -> Callable[P, T]:
        asking = Question(in_sql, is_total=is_total)

        @wraps(in_sql)
        def either(*args: P.args, **kwargs: P.kwargs) -> T:
            if any(isinstance(each, Outer) for each in (*args, *kwargs.values())):
                return asking.asked(*args, **kwargs)  # type: ignore[return-value] # the executor's way in
            return rule(*args, **kwargs)

        return either

    return decorate


def shape_of(value: object) -> object:
    """Return what of a value decides the form of a statement; see above."""
    kind = type(value)
    if kind in SQL_TYPES:
        return kind
    if value is None or isinstance(value, DECIDING):
        return value
    shape = getattr(value, "shape", None)
    if shape is not None:
        return shape
    if isinstance(value, LISTS):
        return list
    if isinstance(value, tuple):
        return (tuple, *map(shape_of, value))
    return kind


def _symbol(name: str, value: object, outer: Callable[[Outer], Any]) -> Any:
    if isinstance(value, Outer):
        return outer(value)
    if value is None or isinstance(value, DECIDING):
        return value
    if hasattr(value, "symbolic"):
        return value.symbolic()
    if isinstance(value, tuple):
        symbols = (_symbol(f"{name}_{position}", each, outer) for position, each in enumerate(value))
        # A tuple with names keeps them.
        return getattr(type(value), "_make", tuple)(symbols)
    return parameter(name, value)


def parameter(name: str, example: object) -> BindParameter[Any]:
    """Make a parameter for values like `example`; the type of a list's members comes from what it is compared with."""
    kind = next((SQL_TYPES[each] for each in type(example).__mro__ if each in SQL_TYPES), None)
    return bindparam(name, type_=kind)


def value_at(values: tuple[object, ...], place: Place) -> object:
    """Return the value a parameter takes."""
    position, inner = place
    value = values[position]
    return value if inner is None else value[inner]  # type: ignore[index] # a tuple, as `parameters` saw it


Parameters = Mapping[str, Place]
