"""A small graph with everything that can happen in one, and an engine around it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import strawberry
from graphql import GraphQLError
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig

from domain.errors import Forbidden, GatewayError, NotFound, Refused
from permissions.viewer import Scope, SharedBy, Viewer
from schema.sources import streamed_by
from server.graphql.admission import Admission
from server.graphql.automatic import AutomaticOperations
from server.graphql.documents import Documents, prepare
from server.graphql.engine import Engine
from server.graphql.execution import CoreExecution
from server.graphql.limits import Limits
from server.graphql.registry import Operation, Registry, operation_id, without_client_directives

PERSON = Viewer(
    id="user:7",
    user_id=UUID(int=7),
    scopes=frozenset({Scope.AD_HOC, Scope.INTROSPECT}),
    rate_limit_per_minute=600,
)
CLERK = Viewer(id="user:8", user_id=UUID(int=8), scopes=frozenset({Scope.READ_CATALOG}))
KEY = Viewer(
    id="key:9",
    api_key_id=UUID(int=9),
    reseller_id=UUID(int=10),
    scopes=frozenset({Scope.AD_HOC, Scope.INTROSPECT}),
    rate_limit_per_minute=100,
)


@dataclass(frozen=True)
class ToyContext:
    viewer: Viewer
    request_id: str
    toys: "Toys"


@dataclass
class Pool:
    """An object whose states are streamed."""

    sequence: int = 1
    is_over: bool = False
    failure: Exception | None = None
    listeners: set[asyncio.Event] = field(default_factory=set)

    def change(self, **facts: Any) -> None:
        """Become what is said, and tell the listeners; without a word, be one change further."""
        for name, fact in (facts or {"sequence": self.sequence + 1}).items():
            setattr(self, name, fact)
        for listener in self.listeners:
            listener.set()


@dataclass
class Toys:
    """What the resolvers do to the world, for tests to see."""

    pools: dict[str, Pool] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    executed: list[str] = field(default_factory=list)
    opened: list[ToyContext] = field(default_factory=list)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    cleaned_up: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    observed: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    event_delay: float = 0
    reads: asyncio.Event = field(default_factory=asyncio.Event)
    held: set[str] = field(default_factory=set)
    """Executions that wait until `executes` is set."""
    executes: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.reads.set()

    def pool(self, name: str = "a") -> Pool:
        return self.pools.setdefault(name, Pool())

    def open_context(self, viewer: Viewer, request_id: str) -> ToyContext:
        context = ToyContext(viewer, request_id, self)
        self.opened.append(context)
        return context

    def observe(self, name: str, kind: str, seconds: float, codes: Any) -> None:
        assert seconds >= 0
        self.observed.append((name, kind, tuple(codes)))


Info = strawberry.Info[ToyContext, None]


class Never(BasePermission):
    message = "Not for you."

    def has_permission(self, source: Any, info: Any, **kwargs: Any) -> bool:  # noqa: ARG002 - the base's own
        return False


@strawberry.type
class Item:
    number: int
    name: str = "item"

    @strawberry.field
    def child(self) -> "Item":
        return Item(number=self.number + 1)

    @strawberry.field
    async def parts(self, first: int | None = None, last: int | None = None) -> "ItemConnection":
        return page(first or last or 2)

    @strawberry.field
    def children(self) -> list["Item"]:
        return [Item(number=1), Item(number=2)]


@strawberry.type
class ItemEdge:
    cursor: str
    node: Item


@strawberry.type
class PageInfo:
    has_next_page: bool


@strawberry.type
class ItemConnection:
    nodes: list[Item]
    edges: list[ItemEdge]
    page_info: PageInfo
    total_count: int


def page(size: int) -> ItemConnection:
    items = [Item(number=number) for number in range(size)]
    edges = [ItemEdge(cursor=str(item.number), node=item) for item in items]
    return ItemConnection(nodes=items, edges=edges, page_info=PageInfo(has_next_page=False), total_count=size)


@strawberry.type
class Tick:
    """One event, with a number to resume after."""

    sequence: int


@strawberry.type
class State:
    """What a pool is."""

    name: str
    sequence: int

    @strawberry.field
    async def who(self, info: Info) -> str:
        """In whose name it is shown: that of a call, where it is nobody's own."""
        viewer, toys = info.context.viewer, info.context.toys
        execution = f"{self.name} {self.sequence}"
        toys.executed.append(execution)
        if execution in toys.held:
            await toys.executes.wait()
        return f"{viewer.id} {viewer.environment} {','.join(viewer.locales)}"


async def follow_states(info: Info, name: str = "a", after: int | None = None) -> AsyncIterator[State]:
    toys, heard = info.context.toys, asyncio.Event()
    toys.sources.append(name)
    pool = toys.pool(name)
    pool.listeners.add(heard)
    seen = -1 if after is None else after
    try:
        while not pool.is_over:
            sequence = pool.sequence
            await toys.reads.wait()
            if pool.failure is not None:
                raise pool.failure
            if sequence > seen:
                seen = sequence
                yield State(name=name, sequence=sequence)
            await heard.wait()
            heard.clear()
    finally:
        pool.listeners.discard(heard)
        toys.cleaned_up.append(f"states {name}")


@strawberry.input
class Wish:
    text: str
    often: int = 1


@strawberry.type
class Query:
    item: Item = strawberry.field(resolver=lambda: Item(number=0))
    guarded: str | None = strawberry.field(resolver=lambda: "secret", permission_classes=[Never])

    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    async def items(self, first: int | None = 20, last: int | None = None) -> ItemConnection:  # noqa: ARG002
        return page(first if first is not None else 20)

    @strawberry.field
    def several(self, first: int = 3) -> list[Item]:
        return [Item(number=number) for number in range(first)]

    @strawberry.field
    def wish(self, wish: Wish) -> str:
        return wish.text * wish.often

    @strawberry.field
    def who(self, info: Info) -> str:
        return f"{info.context.viewer.id} {info.context.request_id}"

    @strawberry.field
    def fault(self) -> str | None:
        raise ValueError("password=hunter2")

    @strawberry.field
    def faults(self) -> list[str | None]:
        raise ValueError("password=hunter2")

    @strawberry.field
    def refused(self) -> str | None:
        raise Refused(NotFound(noun="item", id="itm_1"))

    @strawberry.field
    def forbidden(self) -> str:
        raise Refused(Forbidden("This needs more."))

    @strawberry.field
    def coded(self) -> str | None:
        raise GraphQLError("Out of tea.", extensions={"code": "NO_TEA", "pots": 0})

    @strawberry.field
    def uncoded(self) -> str | None:
        raise GraphQLError("SELECT * FROM secrets")

    @strawberry.field
    def gateway(self) -> str | None:
        raise GatewayError("stripe", "req_1", retryable=True)

    @strawberry.field
    def nothing(self) -> str:
        return None  # type: ignore[return-value] # what a broken resolver does

    @strawberry.field
    async def slow(self, info: Info) -> str:
        toys = info.context.toys
        toys.started.set()
        try:
            await toys.go_on.wait()
        finally:
            toys.cleaned_up.append("slow")
        return "done"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def write(self, info: Info, text: str) -> str:
        info.context.toys.written.append(text)
        return text


@strawberry.type
class Subscription:
    states: AsyncIterator[State] = streamed_by(
        follow_states, scope=Scope.INTROSPECT, shared_by=SharedBy.RIGHTS, description="For all alike."
    )
    own_states: AsyncIterator[State] = streamed_by(
        follow_states, scope=Scope.INTROSPECT, shared_by=SharedBy.NAME, description="For one caller."
    )

    @strawberry.subscription
    async def ticks(self, info: Info, to: int = 3, after: int | None = None) -> AsyncIterator[Tick]:
        toys = info.context.toys
        try:
            for number in range((after or 0) + 1, to + 1):
                await asyncio.sleep(toys.event_delay)
                yield Tick(sequence=number)
        finally:
            toys.cleaned_up.append("ticks")

    @strawberry.subscription
    async def forever(self, info: Info) -> AsyncIterator[str]:
        toys = info.context.toys
        try:
            yield "begun"
            toys.started.set()
            await toys.go_on.wait()
            yield "went on"
        finally:
            await asyncio.sleep(0)
            toys.cleaned_up.append("forever")

    @strawberry.subscription
    async def flood(self, info: Info) -> AsyncIterator[str]:
        try:
            while True:
                yield "x" * 1000
        finally:
            info.context.toys.cleaned_up.append("flood")

    @strawberry.subscription
    async def denied(self) -> AsyncIterator[str]:
        if self is None:
            raise Refused(Forbidden("This needs more."))
        yield "never"

    @strawberry.subscription
    async def breaks(self) -> AsyncIterator[str]:
        yield "one"
        raise ValueError("password=hunter2")

    @strawberry.subscription
    async def which_context(self, info: Info) -> AsyncIterator[int]:
        for _ in range(2):
            yield len(info.context.toys.opened)


SCHEMA = strawberry.Schema(
    Query, Mutation, Subscription, config=StrawberryConfig(disable_field_suggestions=True)
)

HELLO = "query Hello($name: String) { hello(name: $name) }"
STAFF_HELLO = "query StaffHello { hello }"
STATES = """
subscription States($name: String!, $after: Int) { states(name: $name, after: $after) { sequence who } }
"""
OWN_STATES = "subscription OwnStates { ownStates { sequence who } }"
TICKS = "subscription Ticks($after: Int) { ticks(to: 3, after: $after) { sequence } }"


def registry(documents: Documents) -> Registry:
    """Register what the files under `operations/` would."""
    operations = [
        operation(documents, audience, name, text)
        for audience, name, text in (
            ("ota", "Hello", HELLO),
            ("ota", "Ticks", TICKS),
            ("ota", "States", STATES),
            ("ota", "OwnStates", OWN_STATES),
            ("portal", "StaffHello", STAFF_HELLO),
        )
    ]
    return Registry({each.id: each for each in operations})


def operation(documents: Documents, audience: str, name: str, text: str) -> Operation:
    document = documents.parse(text)
    prepared = prepare(documents.schema, without_client_directives(document, documents.schema), Limits())
    return Operation(operation_id(text), audience, name, text, document, prepared)


def make_engine(toys: Toys, *, redis: Any = None, limits: Limits | None = None, **options: Any) -> Engine:
    documents = Documents(SCHEMA._schema, limits)
    automatic = AutomaticOperations(redis) if redis is not None else None
    return Engine(
        admission=Admission(documents, registry(documents), automatic),
        execution=CoreExecution(SCHEMA),
        open_context=toys.open_context,
        observe=toys.observe,
        **options,
    )


def now() -> datetime:
    return datetime.now(UTC)
