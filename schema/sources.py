"""How a field says where its value comes from, and what it needs: the only place of `Any` by design.

resolved_by(resolver)   the resolver's answer; a described read is run here
related(Model.relation) the row or rows a relation leads to, batched
attribute("name")       another name for the row's attribute, where the field needs a gate
represents(Model)       tells unions and interfaces which rows a type stands for
"""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, isasyncgenfunction, isawaitable, signature
from typing import Any

import strawberry
from strawberry.schema_directive import Location
from strawberry.types import has_object_definition

from dataloaders.relations import Relation
from db.rows import One, Page, Rows
from domain.texts import check_kept
from permissions import gates
from permissions.viewer import Scope
from resolvers.context import Info

DESCRIBED = (One, Page, Rows)


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="The field answers only callers whose role and token both carry the scope.",
)
class Requires:
    scope: Scope


def resolved_by(
    resolver: Callable[..., Any], *, scope: Scope | None = None, description: str | None = None
) -> Any:
    """Bind a field to its resolver. Refuses: Unauthenticated, Forbidden where `scope` is missing."""
    return strawberry.field(
        resolver=_run(resolver, scope),
        description=description or resolver.__doc__,
        directives=[Requires(scope=scope)] if scope else [],
        metadata={"scope": scope, "resolver": resolver},
    )


def related(relation: Relation, *, scope: Scope | None = None, description: str | None = None) -> Any:
    """Bind a field to a relation of its row."""

    async def load(root: strawberry.Parent[Any], info: Info) -> Any:
        return await info.context.loaders.related(relation, root)

    return strawberry.field(
        resolver=_run(load, scope),
        description=description,
        directives=[Requires(scope=scope)] if scope else [],
        metadata={"scope": scope, "relation": relation},
    )


def attribute(
    name: str, *, scope: Scope | None = None, owner: str | None = None, description: str | None = None
) -> Any:
    """Bind a field to an attribute of its row; `scope` must be had at the partner in the row's `owner`."""

    def read(root: strawberry.Parent[Any], info: Info) -> Any:
        if scope and owner:
            gates.require_at(info.context.viewer, scope, getattr(root, owner))
        return getattr(root, name)

    return strawberry.field(
        resolver=_run(read, scope) if scope else read,
        description=description,
        directives=[Requires(scope=scope)] if scope else [],
        metadata={"scope": scope, "attribute": name, "owner": owner},
    )


def streamed_by(
    resolver: Callable[..., Any], *, scope: Scope | None = None, description: str | None = None
) -> Any:
    """Bind a subscription field to its stream."""

    # Not a generator itself: what is refused is refused before the stream begins, as the answer's error.
    @wraps(resolver)
    async def stream(*args: Any, info: Info, **kwargs: Any) -> Any:
        if scope:
            gates.require(info.context.viewer, scope)
        for name, argument in kwargs.items():
            _check_texts(name, argument)
        return resolver(*args, info=info, **kwargs)

    return strawberry.subscription(
        resolver=stream,
        description=description or resolver.__doc__,
        directives=[Requires(scope=scope)] if scope else [],
        metadata={"scope": scope, "resolver": resolver},
    )


def represents(model: type) -> Callable[[Any, Any], bool]:
    """Return the test by which unions and interfaces know the rows of a type."""

    def is_type_of(value: Any, _: Any) -> bool:
        return isinstance(value, model)

    return is_type_of


def _run(resolver: Callable[..., Any], scope: Scope | None) -> Callable[..., Any]:
    if isasyncgenfunction(resolver):
        raise TypeError("a stream is bound by streamed_by")

    parameters = signature(resolver).parameters
    takes_info = "info" in parameters

    @wraps(resolver)
    async def run(*args: Any, info: Info, **kwargs: Any) -> Any:
        if scope:
            gates.require(info.context.viewer, scope)
        for name, argument in kwargs.items():
            _check_texts(name, argument)
        value = resolver(*args, info=info, **kwargs) if takes_info else resolver(*args, **kwargs)
        if isawaitable(value):
            value = await value
        if isinstance(value, Page) and value.owner is not None:
            return await info.context.loaders.page(value)
        if isinstance(value, DESCRIBED):
            value = await value.load(info.context.sessions)
        return value

    if not takes_info:
        info = Parameter("info", Parameter.KEYWORD_ONLY, annotation=Info)
        run.__signature__ = Signature([*parameters.values(), info])  # type: ignore[attr-defined]
    return run


def _check_texts(name: str, argument: Any) -> None:
    """Let an argument pass whose texts the database can take, however deep they lie. Refuses: InvalidInput."""
    if isinstance(argument, str):
        check_kept(name, argument)
    elif isinstance(argument, list):
        for each in argument:
            _check_texts(name, each)
    elif has_object_definition(argument):
        for field_name, each in vars(argument).items():
            _check_texts(field_name, each)
