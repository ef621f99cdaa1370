"""The guards around an operation are the same on both ways, and its end reaches the database."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from graphql import OperationType
from sqlalchemy import text

from executor.executor import CompilingExecutor, Way
from permissions.viewer import Role
from server.graphql.admission import Admission
from server.graphql.answers import encode
from server.graphql.documents import Documents
from server.graphql.engine import Engine
from server.graphql.execution import CoreExecution
from server.graphql.limits import Limits
from server.graphql.registry import Registry
from server.graphql.requests import GraphQLRequest
from server.outages import is_not_to_be_repeated
from tests.factories.viewers import staff
from tests.fixtures.graphql import built, schema

QUERIES = frozenset({OperationType.QUERY})
PRODUCTS = "{ products { nodes { productId name } } }"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%convert_to%'"


class Engines:
    """An engine that compiles, one that does not, and what they were observed to do."""

    def __init__(self, graph, **options):
        self.ways: list[Way] = []
        self.observed: list[tuple[object, ...]] = []
        core = CoreExecution(schema())
        self.compiling = CompilingExecutor(
            schema(), core, is_outage=is_not_to_be_repeated, count=self.ways.append
        )
        self.documents = Documents(built(), Limits(depth=6))
        admission = Admission(self.documents, Registry({}))
        self.engine, self.plain = (
            Engine(
                admission=admission,
                execution=core,
                executor=executor,
                open_context=graph.contexts,
                observe=lambda *facts: self.observed.append((facts[0], facts[1], tuple(facts[3]))),
                **options,
            )
            for executor in (self.compiling, None)
        )

    async def answers(self, viewer, query, **variables):
        """The answer of each, compiled first."""
        request = GraphQLRequest(query=query, variables=variables)
        return [
            await each.execute(request, viewer, "req_1", operation_types=QUERIES)
            for each in (self.engine, self.plain)
        ]


@asynccontextmanager
async def locked(engine, table):
    """Keep everybody from reading a table."""
    async with engine.connect() as connection:
        await connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        yield
        await connection.rollback()


async def waiting(engine, expected):
    """Wait until so many compiled statements wait for a lock."""
    async with asyncio.timeout(5), engine.connect() as connection:
        while await connection.scalar(text(WAITING)) != expected:
            await connection.rollback()
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (PRODUCTS, {}),
        ("{ apiKeys { nodes { prefix } } }", {}),
        ('{ products(after: "no cursor") { nodes { name } } }', {}),
        ("query P($n: Int) { products(first: $n) { nodes { name } } }", {"n": "many"}),
        ("query P($n: Int) { products(first: $n) { nodes { name } } }", {"n": 100_000}),
        ("{ products { nodes { items { kind label a: kind b: kind } partner { name id } } } }", {}),
        ("{ inventory { nodes { product { allotments { product { allotments { id } } } } } } }", {}),
        ("{ products(first: 101) { totalCount } }", {}),
        ('{ products(productIds: ["\\u0000"]) { totalCount } }', {}),
        ("query P($s: [String!]) { products(productIds: $s) { totalCount } }", {"s": ["\ud800"]}),
    ],
)
async def test_both_ways_give_one_answer(busy_graph, busy_world, query, variables):
    engines = Engines(busy_graph)
    analyst = staff(Role.ANALYST)
    for _ in range(2):
        compiled, plain = await engines.answers(analyst, query, **variables)

    assert (compiled.errors, compiled.extensions, compiled.status_kind) == (
        plain.errors,
        plain.extensions,
        plain.status_kind,
    )
    assert encode(compiled.payload()) == encode(plain.payload())
    first, second = engines.observed[-2:]
    assert first == second


async def test_a_fault_of_ours_is_masked_on_both_ways(busy_graph, busy_world, engine):
    engines = Engines(busy_graph)
    viewer = staff(Role.ANALYST)
    await engines.answers(viewer, PRODUCTS)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE packages RENAME COLUMN names TO labels"))

    compiled, plain = await engines.answers(viewer, PRODUCTS)

    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE packages RENAME COLUMN labels TO names"))
    assert compiled.codes == ("INTERNAL",)
    assert compiled.errors == plain.errors


async def test_a_deadline_reaches_the_database(busy_graph, busy_world, engine):
    engines = Engines(busy_graph, deadline_seconds=0.3)
    engines.compiling.register(engines.documents.prepare(PRODUCTS))
    viewer = staff(Role.ANALYST)
    request = GraphQLRequest(query=PRODUCTS)

    async with locked(engine, "packages"):
        answer = await engines.engine.execute(request, viewer, "req_1", operation_types=QUERIES)
        await waiting(engine, 0)

    assert answer.codes == ("TIMEOUT",)
    assert engines.ways == []


async def test_who_goes_away_is_waited_for_by_nobody(busy_graph, busy_world, engine):
    engines = Engines(busy_graph)
    engines.compiling.register(engines.documents.prepare(PRODUCTS))
    request = GraphQLRequest(query=PRODUCTS)
    viewer = staff(Role.ANALYST)

    async with locked(engine, "packages"):
        call = asyncio.create_task(engines.engine.execute(request, viewer, "req_1", operation_types=QUERIES))
        await waiting(engine, 1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await waiting(engine, 0)

    answer = await engines.engine.execute(request, viewer, "req_1", operation_types=QUERIES)
    assert (answer.codes, engines.ways) == ((), [Way.COMPILED])
