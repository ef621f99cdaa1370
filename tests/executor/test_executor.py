"""Which way an operation is answered, and what is never done twice."""

from dataclasses import dataclass, field, replace
from typing import Any

import graphql
import pytest
from sqlalchemy import select

from db import models
from domain.ids import global_id
from executor import executor as module
from executor.executor import CompilingExecutor, Way
from permissions.viewer import Role, Scope
from server.graphql.documents import Documents
from server.graphql.execution import CoreExecution
from tests.factories.viewers import member_of, staff
from tests.fixtures.acts import line
from tests.fixtures.graphql import built, schema

PRODUCTS = "{ products { nodes { productId } } }"
KEYS = "{ apiKeys { nodes { prefix } } }"


@dataclass
class Core:
    """graphql-core, and how often it was asked."""

    execution: CoreExecution = field(default_factory=lambda: CoreExecution(schema()))
    asked: int = 0

    async def run(self, *arguments: Any) -> graphql.ExecutionResult:
        self.asked += 1
        return await self.execution.run(*arguments)


@dataclass
class Compiling:
    """An executor with what it counts."""

    ways: list[Way] = field(default_factory=list)
    core: Core = field(default_factory=Core)
    documents: Documents = field(default_factory=lambda: Documents(built()))

    def __post_init__(self) -> None:
        self.executor = CompilingExecutor(
            schema(),
            self.core,
            is_outage=lambda failure: isinstance(failure, OSError),
            count=self.ways.append,
        )

    async def run(self, graph: Any, viewer: Any, text: str, **variables: object) -> graphql.ExecutionResult:
        return await self.executor.run(self.documents.prepare(text), None, variables, graph.context(viewer))


@pytest.fixture
def compiling():
    return Compiling()


async def test_a_text_is_compiled_when_it_comes_again(compiling, graph, world, reseller):
    for _ in range(3):
        result = await compiling.run(graph, reseller, PRODUCTS)
        assert result.errors is None

    assert (compiling.ways, compiling.core.asked) == ([Way.COLD, Way.COMPILED, Way.COMPILED], 1)


async def test_a_registered_operation_is_compiled_before_it_is_asked(compiling, graph, world, reseller):
    compiling.executor.register(compiling.documents.prepare(PRODUCTS))

    await compiling.run(graph, reseller, PRODUCTS)

    assert (compiling.ways, compiling.core.asked) == ([Way.COMPILED], 0)


async def test_introspection_is_graphql_cores(compiling, graph, world):
    for _ in range(2):
        await compiling.run(graph, staff(), "{ __schema { queryType { name } } }")

    assert compiling.ways == [Way.COLD, Way.UNSUPPORTED]


async def test_what_is_refused_is_said_by_graphql_core(compiling, graph, world):
    analyst = staff(Role.ANALYST)
    await compiling.run(graph, analyst, KEYS)

    result = await compiling.run(graph, analyst, KEYS)

    (error,) = result.errors
    assert (compiling.ways, error.path) == ([Way.COLD, Way.BAILED], ["apiKeys"])


async def test_an_operation_that_never_gets_through_is_retired(compiling, graph, world):
    analyst = staff(Role.ANALYST)
    for _ in range(module.BAILS_BEFORE_RETIRING + 2):
        await compiling.run(graph, analyst, KEYS)

    assert compiling.ways == [Way.COLD, *[Way.BAILED] * module.BAILS_BEFORE_RETIRING, Way.RETIRED]


async def test_an_answer_in_between_keeps_an_operation(compiling, graph, world):
    for _ in range(module.BAILS_BEFORE_RETIRING):
        await compiling.run(graph, staff(Role.ANALYST), KEYS)
        await compiling.run(graph, staff(), KEYS)

    assert compiling.ways[-1] is Way.COMPILED


async def test_an_outage_is_not_asked_again(compiling, graph, world, reseller):
    class Away:
        async def fetch(self, *_):
            raise ConnectionRefusedError

    away = replace(graph, contexts=replace(graph.contexts, sessions=Away()))
    compiling.executor.register(compiling.documents.prepare(PRODUCTS))

    with pytest.raises(ConnectionRefusedError):
        await compiling.run(away, reseller, PRODUCTS)

    assert (compiling.core.asked, compiling.ways) == (0, [])


async def test_an_act_whose_answer_can_not_be_told_is_done_once(compiling, graph, acts, world):
    """The caller may set an allotment and not read the others: that field is refused after the act."""
    clerk = member_of(world.operator)
    few = frozenset({Scope.MANAGE_INVENTORY, Scope.READ_CATALOG})
    clerk = replace(clerk, scopes=few, scopes_by_partner={world.operator.id: few})
    text = """mutation {
      one: setAllotment(input: {productId: "106", channel: OTA, units: 90}) { ... on Allotment { allocated } }
      two: setAllotment(input: {productId: "107", channel: OTA, units: 30}) {
        ... on Allotment { allocated product { sku: productId allotments { allocated } } }
      }
    }"""
    compiling.executor.register(compiling.documents.prepare(text))

    result = await compiling.run(graph, clerk, text)

    assert compiling.ways == [Way.BAILED]
    assert [error.path for error in result.errors] == [["two", "product", "allotments"]]
    entries = await acts.rows(
        select(models.AuditEntry).where(models.AuditEntry.act == "inventory.set_allotment")
    )
    assert sorted(entry.facts["units"] for entry in entries) == [30, 90]


async def test_an_act_that_is_refused_is_refused_once(compiling, graph, acts, world, reseller):
    text = 'mutation { setAllotment(input: {productId: "106", channel: OTA, units: 9}) { __typename } }'
    compiling.executor.register(compiling.documents.prepare(text))

    result = await compiling.run(graph, reseller, text)

    assert [error.path for error in result.errors] == [["setAllotment"]]
    assert (await acts.pool(world.cruise_pool))[0] == 100
    assert (compiling.ways, compiling.core.asked) == ([Way.BAILED], 1)


async def test_no_more_texts_are_kept_than_there_is_room_for(compiling, graph, world, reseller):
    for number in range(module.MOST_KEPT + 10):
        await compiling.run(graph, reseller, f"{{ viewer {{ a{number}: id }} }}")

    assert len(compiling.executor._known) == module.MOST_KEPT


async def test_an_event_is_told_as_graphql_core_would(compiling, graph, acts, world, reseller):
    hold = await acts.hold(reseller, line(2))
    text = """subscription S($id: ID!) { change: reservationUpdated(id: $id) {
      id status units total { amount } lines { quantity product { productId items { label } } } reseller { name }
    } }"""
    variables = {"id": global_id("Reservation", hold.id)}
    prepared = compiling.documents.prepare(text)
    compiling.executor.register(prepared)
    async with graph.subscribe(reseller, text, **variables) as stream:
        expected = await stream.next()

    (row,) = await acts.rows(select(models.Reservation))
    told = await compiling.executor.told(prepared, None, variables, graph.context(reseller), row)

    assert told == {"change": expected}
    assert (compiling.ways, compiling.core.asked) == ([Way.COMPILED], 0)
