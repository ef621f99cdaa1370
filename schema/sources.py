"""How a field says where its value comes from, and what it needs: the only place of `Any` by design.

resolved_by(resolver)   the resolver's answer; a read it describes is run for it
passed_by(resolver)     the same for what is made of the row alone
related(Model.relation) the row or rows a relation leads to, batched
attribute("name")       another name for the row's attribute, where the field needs a gate
streamed_by(resolver)   a subscription's stream
represents(Model)       tells unions and interfaces which rows a type stands for

Each leaves a `Source` on the field: graphql-core runs the resolver made of it here, one parent at a time; the compiled
executor reads it, and answers for all parents at once or lets PostgreSQL answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import wraps
from inspect import (
    Parameter,
    Signature,
    isasyncgenfunction,
    isawaitable,
    iscoroutinefunction,
    signature,
)
from typing import Any

import strawberry
from strawberry.schema_directive import Location
from strawberry.types import has_object_definition

from dataloaders.relations import Relation
from db.paging import Page
from db.questions import Asked
from domain.texts import check_kept
from permissions import gates
from permissions.viewer import Scope, SharedBy, Viewer
from resolvers.context import Info

SOURCE = "source"


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="The field answers only callers whose role and token both carry the scope.",
)
class Requires:
    scope: Scope


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's value comes from, and which scope it needs."""

    scope: Scope | None = None

    def admit(self, viewer: Viewer) -> None:
        """Let the caller pass who carries the scope. Refuses: Unauthenticated, Forbidden."""
        if self.scope:
            gates.require(viewer, self.scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved(Source):
    """From a resolver."""

    resolver: Callable[..., Any]
    takes_info: bool = field(init=False)
    may_ask: bool = field(init=False)
    """What it returns at once may be a question: it does not wait for anything."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "takes_info", "info" in signature(self.resolver).parameters)
        object.__setattr__(self, "may_ask", not iscoroutinefunction(self.resolver))


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed(Resolved):
    """From a resolver of the row alone, at once."""


class PagePart(Enum):
    """What a connection tells of its page."""

    EDGES = "edges"
    NODES = "nodes"
    PAGE_INFO = "page_info"
    NEXT = "next"
    TOTAL_COUNT = "total_count"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfPage(Resolved):
    """A part of a page, from a resolver of the loaded one."""

    part: PagePart


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed(Resolved):
    """A stream of states, from a resolver; `shared_by` tells who is told the same."""

    shared_by: SharedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Related(Source):
    """From a relation of the row."""

    relation: Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute(Source):
    """From an attribute of the row; with `owner` the scope must be had at the partner in that attribute."""

    name: str
    owner: str | None = None


def source_of(field: Any) -> Source | None:
    """Return where a Strawberry field's value comes from; None for the row's attribute of the same name."""
    source: Source | None = field.metadata.get(SOURCE)
    return source


def resolved_by(
    resolver: Callable[..., Any], *, scope: Scope | None = None, description: str | None = None
) -> Any:
    """Bind a field to its resolver. Refuses: Unauthenticated, Forbidden where `scope` is missing."""
    return _field(_run(resolver, scope), Resolved(scope, resolver=resolver), description or resolver.__doc__)


def passed_by(resolver: Callable[[Any], Any], *, description: str | None = None) -> Any:
    """Bind a field to a resolver of the row alone that everybody may ask: no gate, nothing to wait for."""
    return _field(resolver, Passed(resolver=resolver), description or resolver.__doc__)


def related(relation: Relation, *, scope: Scope | None = None, description: str | None = None) -> Any:
    """Bind a field to a relation of its row."""

    async def load(root: strawberry.Parent[Any], info: Info) -> Any:
        return await info.context.loaders.related(relation, root)

    return _field(_run(load, scope), Related(scope, relation=relation), description)


def attribute(
    name: str, *, scope: Scope | None = None, owner: str | None = None, description: str | None = None
) -> Any:
    """Bind a field to an attribute of its row; `scope` must be had at the partner in the row's `owner`."""

    def read(root: strawberry.Parent[Any], info: Info) -> Any:
        if scope and owner:
            gates.require_at(info.context.viewer, scope, getattr(root, owner))
        return getattr(root, name)

    source = Attribute(scope, name=name, owner=owner)
    return _field(_run(read, scope) if scope else read, source, description)


def streamed_by(
    resolver: Callable[..., Any],
    *,
    shared_by: SharedBy,
    scope: Scope | None = None,
    description: str | None = None,
) -> Any:
    """Bind a subscription field to its stream of states, which callers share (`server/graphql/groups.py`).

    The stream yields what is now at once, then what becomes of it, each state with a greater `sequence`; an
    argument `after` does nothing but skip the states up to it. `shared_by` NAME is for answers that show what
    is the caller's own by name: `Viewer.id` is in a predicate of what can be reached.
    """
    source = Streamed(scope, resolver=resolver, shared_by=shared_by)

    # Not a generator itself: what is refused is refused before the stream begins, as the answer's error.
    @wraps(resolver)
    async def stream(*args: Any, info: Info, **kwargs: Any) -> Any:
        source.admit(info.context.viewer)
        check_texts(kwargs)
        return resolver(*args, info=info, **kwargs)

    return strawberry.subscription(
        resolver=stream,
        description=description or resolver.__doc__,
        directives=[Requires(scope=scope)] if scope else [],
        metadata={SOURCE: source},
    )


def represents(model: type) -> Callable[[Any, Any], bool]:
    """Return the test by which unions and interfaces know the rows of a type."""

    def is_type_of(value: Any, _: Any) -> bool:
        return isinstance(value, model)

    is_type_of.model = model  # type: ignore[attr-defined] # read by `model_of_type`
    return is_type_of


def model_of_type(origin: type) -> type | None:
    """Return the class whose objects a Strawberry type stands for; None where it stands for itself."""
    return getattr(getattr(origin, "is_type_of", None), "model", None)


def check_texts(arguments: Mapping[str, Any]) -> None:
    """Let arguments pass whose texts the database can take, however deep they lie. Refuses: InvalidInput."""
    for name, argument in arguments.items():
        _check_text(name, argument)


def _check_text(name: str, argument: Any) -> None:
    if isinstance(argument, str):
        check_kept(name, argument)
    elif isinstance(argument, list):
        for each in argument:
            _check_text(name, each)
    elif has_object_definition(argument):
        check_texts(vars(argument))


def _field(resolver: Callable[..., Any], source: Source, description: str | None) -> Any:
    return strawberry.field(
        resolver=resolver,
        description=description,
        directives=[Requires(scope=source.scope)] if source.scope else [],
        metadata={SOURCE: source},
    )


def _run(resolver: Callable[..., Any], scope: Scope | None) -> Callable[..., Any]:
    """Make what graphql-core calls: the gate, the resolver, and the read it describes."""
    if isasyncgenfunction(resolver):
        raise TypeError("a stream is bound by streamed_by")

    source = Source(scope)
    parameters = signature(resolver).parameters
    takes_info = "info" in parameters

    @wraps(resolver)
    async def run(*args: Any, info: Info, **kwargs: Any) -> Any:
        source.admit(info.context.viewer)
        check_texts(kwargs)
        value = resolver(*args, info=info, **kwargs) if takes_info else resolver(*args, **kwargs)
        if isawaitable(value):
            value = await value
        if not isinstance(value, Asked):
            return value
        described = value.described()
        if isinstance(described, Page) and described.owner is not None:
            return await info.context.loaders.page(described)
        return await described.load(info.context.sessions)

    if not takes_info:
        info = Parameter("info", Parameter.KEYWORD_ONLY, annotation=Info)
        run.__signature__ = Signature([*parameters.values(), info])  # type: ignore[attr-defined]
    return run
