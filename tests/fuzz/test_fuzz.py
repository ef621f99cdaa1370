"""The gate: thousands of operations with a fixed seed. `./interline fuzz` goes on with others for as long as one likes.

A difference that is found becomes a test of its own in `test_found.py`.
"""

import os
import random
from collections import Counter
from typing import Any

import graphql
import orjson
import pytest
from sqlalchemy import select

from db import models
from domain.errors import Refused
from domain.ids import PREFIXES, global_id
from domain.pricing import CustomerType
from executor.giving_up import Unsupported
from executor.operations import CompiledOperation
from permissions.visibility import VISIBLE
from server.graphql.answers import encode
from tests.factories.scene import make_scene
from tests.factories.viewers import in_test, key_of, member_of
from tests.fixtures.acts import line
from tests.fixtures.graphql import KEYS, built, compiled_graph
from tests.fixtures.viewers import KINDS
from tests.fuzz.disorder import disorder
from tests.fuzz.operations import Generator, Operation, Pools

SEED = int(os.environ.get("INTERLINE_FUZZ_SEED", "20261125"))
ROUNDS = int(os.environ.get("INTERLINE_FUZZ_ROUNDS", "8"))
CASES = int(os.environ.get("INTERLINE_FUZZ_CASES", "250"))
CALLERS = (
    *["platform admin"] * 8,
    "analyst",
    "reseller key",
    "operator's owner",
    "reseller's support",
    "rival key",
    "anonymous",
)


@pytest.fixture
async def scene(busy, busy_world):
    """Some of everything, in both environments."""
    reseller, rival = key_of(busy_world.reseller), key_of(busy_world.rival)
    await make_scene(busy, busy_world, owner=member_of(busy_world.operator), reseller=reseller, keys=KEYS)
    for number in range(3):
        await busy.activate(reseller, await busy.hold(reseller, line(1 + number), line(1, "107")))
        await busy.hold(rival, line(2, customer_type=CustomerType.CHILD))
    await busy.hold(in_test(reseller))


async def pools_of(acts: Any) -> Pools:
    ids = [
        global_id(model.__name__, row.id)
        for model in VISIBLE
        if model.__name__ in PREFIXES
        for row in await acts.rows(select(model).limit(5))
    ]
    return Pools(
        ids=[*ids, "garbage", "rsv_00000000000000000000000000000000", "rsv_0", "_"],
        skus=["106", "107", "nothing"],
        codes=[row.code for row in await acts.rows(select(models.Ticket).limit(5))],
        cursors=[],
    )


# After a failure graphql-core leaves what it began unawaited; that is not what is compared here.
@pytest.mark.filterwarnings("ignore:coroutine 'Executor:RuntimeWarning")
@pytest.mark.slow
@pytest.mark.parametrize("number", range(ROUNDS))
async def test_compiled_operations_answer_as_graphql_core_does(busy_graph, busy, busy_world, scene, number):
    dice = random.Random(SEED * 1_000 + number)
    assert await disorder(busy, dice) > 50
    pools = await pools_of(busy)
    generator = Generator(built(), pools, dice)
    ways: Counter[str] = Counter()
    differences: list[str] = []

    for _ in range(CASES):
        operation = generator.operation()
        document = graphql.parse(operation.text)
        if graphql.validate(built(), document, max_errors=1):
            ways["invalid"] += 1
            continue
        viewer = KINDS[dice.choice(CALLERS)](busy_world)
        viewer = in_test(viewer) if dice.random() < 0.2 else viewer
        try:
            ways[await compared(busy_graph, viewer, document, operation, pools)] += 1
        except AssertionError as difference:
            differences.append(str(difference))

    if differences:
        pytest.fail("\n\n".join(differences), pytrace=False)
    # The gate means nothing where little is answered; of some disorder, much is refused.
    assert ways["same"] > CASES * 0.25, ways
    assert not [way for way in ways if way.startswith("unsupported")], ways


async def compared(graph: Any, viewer: Any, document: Any, operation: Operation, pools: Pools) -> str:
    """Run both ways and tell what became of it; fails where the answers differ."""
    expected = await graph.core_result(viewer, document, operation.variables)
    try:
        definition = graphql.get_operation_ast(document)
        assert definition is not None
        compiled = CompiledOperation(compiled_graph(), document, definition)
        data = encode(await compiled.read(operation.variables, graph.context(viewer)))
    except Unsupported as why:
        return f"unsupported: {why}"
    except Exception as failure:
        if not expected.errors and not is_expected(failure):
            raise AssertionError(f"compiled, it failed: {failure!r}\n{operation}") from failure
        return "bailed"
    if expected.errors or encode(expected.data) != data:
        shown = expected.errors or encode(expected.data).decode()
        raise AssertionError(f"{operation}\nas {viewer.id}\ncompiled: {data.decode()}\nexpected: {shown}")
    pools.cursors += [each for each in cursors_in(orjson.loads(data)) if len(pools.cursors) < 50]
    return "same"


def is_expected(failure: Exception) -> bool:
    """Tell what may bail although graphql-core has an answer.

    A gate refuses a field also where there is no row to refuse it for; the driver knows days without end.
    """
    return isinstance(failure, Refused) or str(failure) == "a value that is none in GraphQL"


def cursors_in(data: Any) -> list[str]:
    """Find texts that look like cursors: base64 of a JSON array."""
    if isinstance(data, dict):
        return [each for value in data.values() for each in cursors_in(value)]
    if isinstance(data, list):
        return [each for value in data for each in cursors_in(value)]
    return [data] if isinstance(data, str) and data.startswith("WyI") else []
